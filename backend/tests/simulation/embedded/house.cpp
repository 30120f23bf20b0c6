#include "simulation/embedded/house.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace cinema::simulation::machine {

namespace {

using cinema::embedded::Worker;
using std::chrono::seconds;

constexpr domain::UtcTime kBeginning{seconds{1'767'225'600}};  // 2026-01-01

domain::ObjectId id_of(std::uint64_t number) {
    domain::ObjectId id;
    for (int i = 0; i < 8; ++i) id.bytes[11 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return id;
}

/// The engine's folder is a real one, but SQLite's files are not in it; empty but for two names.
class RealFolder {
  public:
    RealFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "cinema-simulation-XXXXXX";
        if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp failed");
        path_ = pattern;
    }
    ~RealFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    RealFolder(const RealFolder&) = delete;
    RealFolder& operator=(const RealFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

const std::filesystem::path& real_folder() {
    static const RealFolder folder;
    return folder.path();
}

// Of the whole program: what is counted or logged decides nothing.
telemetry::Metrics& quiet_metrics() {
    static telemetry::Metrics metrics;
    return metrics;
}
telemetry::Logger& quiet_logger() {
    static telemetry::Logger logger(telemetry::LogLevel::off);
    return logger;
}

catalog::CatalogChange catalogue() {
    catalog::CatalogChange change;
    std::vector<domain::Seat> seats;
    for (std::size_t i = 0; i < kSeatsMax; ++i) {
        seats.push_back({.code = seat(i),
                         .row = "A",
                         .number = static_cast<int>(i + 1),
                         .category = domain::SeatCategory::standard,
                         .column = static_cast<int>(i),
                         .y = 0});
    }
    const domain::SeatMapId map{id_of(0xa1)};
    const domain::AuditoriumId room{id_of(0xa2)};
    const domain::MovieId movie{id_of(0xa3)};
    change.seat_maps.push_back(std::make_shared<const domain::SeatMap>(map, std::move(seats), 0));
    change.auditoriums.push_back({.id = room, .key = "room", .name = "Room", .seatmap_id = map});
    domain::Movie film;
    film.id = movie;
    film.key = "film";
    film.title = "Film";
    film.duration_min = 90;
    film.release_date = "2026-01-01";
    film.created_at = kBeginning;
    change.movies.push_back(film);
    for (std::size_t i = 0; i < kShowtimesMax; ++i) {
        domain::Showtime next{};
        next.id = showtime(i);
        next.movie_id = movie;
        next.auditorium_id = room;
        next.seatmap_id = map;
        next.start_time = kBeginning + std::chrono::hours(24 * (100 + static_cast<int>(i)));
        next.end_time = next.start_time + std::chrono::minutes(90);
        next.prices[0] = kSeatPrice;
        next.currency = "THB";
        change.showtimes.push_back(next);
    }
    return change;
}

domain::User account(std::size_t index) {
    domain::User user{};
    user.id = customer(index);
    user.email = fmt::format("customer{}@cinema.local", index);
    user.name = fmt::format("Customer {}", index);
    user.role = domain::Role::USER;
    user.created_at = kBeginning;
    return user;
}

}  // namespace

domain::ShowtimeId showtime(std::size_t index) {
    return domain::ShowtimeId{id_of(0xb1 + index)};
}
std::string seat(std::size_t index) {
    return "A" + std::to_string(index + 1);
}
domain::UserId customer(std::size_t index) {
    return domain::UserId{id_of(0xc1 + index)};
}
domain::Actor staff() {
    return {.user_id = customer(kCustomersMax - 1), .role = domain::Role::ADMIN};
}

domain::ObjectId House::Ids::object_id() {
    return id_of(next_++);
}

std::string House::Ids::uuid() {
    return fmt::format("01980000-0000-7000-8000-{:012x}", next_++);
}

House::House(const Plan& plan, Scheduler& scheduler, Disk& disk, Journal& journal)
    : plan_(plan), scheduler_(scheduler), disk_(disk), journal_(journal), clock_(*this) {
    disk_.meanwhile = [this] {
        if (!runs()) return;
        constexpr std::array kWorkers{Worker::writer, Worker::checkpointer, Worker::reader};
        work(kWorkers[disk_.random().below(kWorkers.size())]);
    };
}

House::~House() {
    disk_.meanwhile = nullptr;
    if (!runs()) return;
    if (disk_.ended() == Disk::End::none) disk_.end_now(Disk::End::kill);
    drop();
}

domain::UtcTime House::now() const {
    return kBeginning + std::chrono::floor<std::chrono::milliseconds>(scheduler_.now());
}

bool House::open() {
    // DataFolder makes it when it is not there; see RealFolder.
    if (!disk_.find("cinema.db")) disk_.create("cinema.db");
    cinema::embedded::EmbeddedOptions options{.data_dir = real_folder()};
    options.policy.lock_ttl = plan_.lock_ttl;
    options.writer.batch_commands_max = plan_.batch_max;
    options.writer.cache_kib = 2'048;
    options.checkpoints = {.checkpoint_frames = plan_.checkpoint_frames,
                           .finish_frames_max = plan_.checkpoint_rest,
                           .checkpoint_passes_max = plan_.checkpoint_passes};
    options.workers = cinema::embedded::Workers::by_hand;
    auto opened = cinema::embedded::EmbeddedStore::open(options, clock_, ids_, quiet_metrics(),
                                                        quiet_logger());
    ++life_;
    working_.clear();
    if (!opened) {
        journal_.trace("the engine does not start: {}", opened.error().detail);
        return false;
    }
    store_ = std::move(*opened);
    journal_.trace("the engine runs");
    store_->set_seat_feed([this](std::span<const domain::SeatEvent> events) {
        if (disk_.ended() != Disk::End::none) return;
        for (const auto& event : events) {
            journal_.trace("    told: {} {} v{}", word(event.type), event.seat_code, event.version);
            told_[{event.showtime_id, event.seat_code}] = event;
        }
    });
    return true;
}

void House::stop() {
    journal_.trace("SIGTERM");
    // The engine does the rest of the work itself.
    working_ = {Worker::writer, Worker::checkpointer, Worker::reader};
    store_->stop();
    working_.clear();
    scheduler_.settle();
    store_.reset();
    journal_.trace("the engine has stopped");
}

void House::drop() {
    ++life_;
    store_.reset();
    scheduler_.settle();
}

bool House::work(Worker worker) {
    if (!runs() || !working_.insert(worker).second) return false;
    const bool worked = store_->work_once(worker);
    working_.erase(worker);
    return worked;
}

void House::work_off() {
    for (bool more = true; more;) {
        more = false;
        scheduler_.settle();
        for (const auto worker : {Worker::writer, Worker::reader, Worker::checkpointer}) {
            while (work(worker)) more = true;
        }
        scheduler_.settle();
    }
}

bool House::furnish() {
    auto& catalog = store_->catalog();
    if (!catalog.refresh()) return false;
    working_.insert(Worker::writer);  // apply() blocks, and so does its work itself
    const bool applied =
        catalog.snapshot()->revision() != 0 || catalog.apply(catalogue(), 0).has_value();
    working_.erase(Worker::writer);
    if (!applied) return false;
    // Shared: what is not answered now may be so when this is over.
    const auto there = std::make_shared<std::size_t>(0);
    for (std::size_t i = 0; i < kCustomersMax; ++i) {
        boost::asio::co_spawn(
            scheduler_.context(), store_->users().put(account(i)),
            [there](const std::exception_ptr& failure, const domain::Result<domain::User>& user) {
                if (!failure && user) ++*there;
            });
    }
    scheduler_.settle();
    work_off();
    return *there == kCustomersMax;
}

const std::map<std::string, std::string>& furnished_files() {
    static const std::map<std::string, std::string> files = [] {
        Plan plan;
        plan.batch_max = 16;
        plan.checkpoint_frames = 1'000;
        plan.checkpoint_passes = 1;
        Random random(1);
        Scheduler scheduler;
        Journal journal(scheduler, nullptr);
        Disk disk(plan, random, journal);
        const DiskInUse in_use(disk, 1);
        {
            House house(plan, scheduler, disk, journal);
            if (!house.open() || !house.furnish()) {
                throw std::runtime_error("the house cannot be furnished");
            }
            house.stop();
        }
        return disk.contents();
    }();
    return files;
}

}  // namespace cinema::simulation::machine
