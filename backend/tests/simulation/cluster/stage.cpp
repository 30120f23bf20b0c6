#include "simulation/cluster/stage.hpp"

namespace cinema::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kSeatsMax = 8;
constexpr std::size_t kShowtimesMax = 3;
constexpr domain::UtcTime kBeginning{seconds{1'767'225'600}};  // 2026-01-01

domain::ObjectId id_of(std::uint64_t number) {
    domain::ObjectId id;
    for (int i = 0; i < 8; ++i) id.bytes[11 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return id;
}

/// As callers see a dependency: how long they wait for it.
Moment deadline_of(Dependency dependency) {
    return dependency == Dependency::redis ? Moment(milliseconds(250)) : Moment(seconds(2));
}

class SmallCinema final : public catalog::Catalog {
  public:
    SmallCinema() : snapshot_(std::make_shared<const catalog::CatalogSnapshot>(parts())) {}

    std::shared_ptr<const catalog::CatalogSnapshot> snapshot() const override { return snapshot_; }
    domain::Result<void> apply(const catalog::CatalogChange&, std::int64_t) override {
        return domain::fail(domain::Errc::unavailable, "The simulated cinema does not change.");
    }
    domain::Result<void> refresh() override { return {}; }

  private:
    static catalog::CatalogSnapshot::Parts parts() {
        catalog::CatalogSnapshot::Parts parts;
        std::vector<domain::Seat> seats;
        for (std::size_t i = 0; i < kSeatsMax; ++i) {
            seats.push_back({.code = seat_code(i),
                             .row = "A",
                             .number = static_cast<int>(i + 1),
                             .category = domain::SeatCategory::standard,
                             .column = static_cast<int>(i),
                             .y = 0});
        }
        const domain::SeatMapId map{id_of(0xa1)};
        const domain::AuditoriumId room{id_of(0xa2)};
        const domain::MovieId movie{id_of(0xa3)};
        parts.seat_maps.push_back(
            std::make_shared<const domain::SeatMap>(map, std::move(seats), 0));
        parts.auditoriums.push_back({.id = room, .key = "room", .name = "Room", .seatmap_id = map});
        domain::Movie film;
        film.id = movie;
        film.key = "film";
        film.title = "Film";
        film.duration_min = 90;
        parts.movies.push_back(film);
        for (std::size_t i = 0; i < kShowtimesMax; ++i) {
            domain::Showtime showtime{};
            showtime.id = domain::ShowtimeId{id_of(0xb1 + i)};
            showtime.movie_id = movie;
            showtime.auditorium_id = room;
            showtime.seatmap_id = map;
            showtime.start_time = kBeginning + std::chrono::hours(24 * (10 + i));
            showtime.end_time = showtime.start_time + std::chrono::minutes(90);
            showtime.prices[0] = 1'000;
            showtime.currency = "THB";
            parts.showtimes.push_back(showtime);
        }
        return parts;
    }

    const std::shared_ptr<const catalog::CatalogSnapshot> snapshot_;
};

const SmallCinema& small_cinema() {
    static const SmallCinema cinema;
    return cinema;
}

telemetry::Metrics& quiet_metrics() {
    static telemetry::Metrics metrics;
    return metrics;
}

telemetry::Logger& quiet_logger() {
    static telemetry::Logger logger(telemetry::LogLevel::off);
    return logger;
}

}  // namespace

const std::vector<domain::ShowtimeId>& showtimes() {
    static const std::vector<domain::ShowtimeId> all = [] {
        std::vector<domain::ShowtimeId> ids;
        for (std::size_t i = 0; i < kShowtimesMax; ++i) ids.push_back({id_of(0xb1 + i)});
        return ids;
    }();
    return all;
}

std::string seat_code(std::size_t index) {
    return "A" + std::to_string(index + 1);
}

Stage::Stage(const Plan& given, std::function<void(const std::string&)> listener)
    : plan(given),
      random(given.seed),
      journal(scheduler, std::move(listener)),
      store(plan, scheduler, journal),
      redis(plan, scheduler),
      provider(plan, journal, random),
      network(plan, random, scheduler),
      catalog(small_cinema()),
      metrics(quiet_metrics()),
      logger(quiet_logger()) {}

domain::UtcTime Stage::utc_of(Moment moment) {
    return kBeginning + std::chrono::floor<milliseconds>(moment);
}

domain::ObjectId Stage::next_id() {
    return id_of(0x1000 + ids++);
}

void Network::calm() {
    calm_ = true;
    down_until_ = {};
    cut_until_.assign(plan_.instances, {});
}

void Network::outage(Dependency dependency, Moment length) {
    down_until_[static_cast<std::size_t>(dependency)] = scheduler_.now() + length;
}

void Network::cut(std::size_t instance, Dependency dependency, Moment length) {
    cut_until_[instance][static_cast<std::size_t>(dependency)] = scheduler_.now() + length;
}

bool Network::reaches(std::size_t instance, Dependency dependency) const {
    const auto which = static_cast<std::size_t>(dependency);
    return down_until_[which] <= scheduler_.now() &&
           cut_until_[instance][which] <= scheduler_.now();
}

Fate Network::fate(std::size_t instance, Dependency dependency) {
    const Moment deadline = deadline_of(dependency);
    Fate fate{.effect = little(), .answer = {}};
    fate.answer = fate.effect + little();
    if (!reaches(instance, dependency)) {
        // Refused at once, or nobody answers.
        fate.done = fate.answered = false;
        fate.answer = random_.one_in(2) ? Moment(1'000) : deadline;
        return fate;
    }
    if (calm_) return fate;
    std::uint64_t drawn = random_.below(1'000);
    const auto happens = [&drawn](std::uint64_t chance) {
        const bool is_it = drawn < chance;
        drawn -= is_it ? 0 : chance;
        return is_it;
    };
    if (happens(plan_.slow)) {
        fate.effect = Moment(random_.between(0, deadline.count() / 2));
        fate.answer = fate.effect + Moment(random_.between(0, deadline.count() / 2));
    } else if (happens(plan_.lost_request)) {
        fate.done = fate.answered = false;
        fate.answer = deadline;
    } else if (happens(plan_.lost_answer)) {
        fate.answered = false;
        fate.scattered = random_.one_in(3);
        // The connection breaks at once, or nobody answers.
        if (random_.one_in(2)) fate.answer = deadline;
    } else if (happens(plan_.late_effect)) {
        fate.answered = false;
        fate.answer = random_.one_in(2) ? Moment(2'000) : deadline;
        fate.effect = fate.answer + long_time();
        fate.scattered = random_.one_in(2);
    } else if (happens(plan_.sleeper)) {
        fate.answer = fate.effect + long_time();
    } else if (happens(plan_.crash_at_call)) {
        fate.crash = true;
        fate.answered = false;
        fate.answer = deadline;  // nobody will be there any more
        fate.done = random_.one_in(2);
    }
    busy(scheduler_.now() + std::max(fate.effect, fate.answer));
    return fate;
}

/// When a part of the call takes effect; never, when the answer is negative.
Moment Network::part_delay(const Fate& fate, std::size_t part) {
    if (!fate.scattered) return fate.effect + Moment(random_.between(0, 200) * part);
    if (random_.one_in(3)) return Moment(-1);
    const Moment delay = random_.one_in(2) ? fate.effect : fate.answer + long_time();
    busy(scheduler_.now() + delay);
    return delay;
}

}  // namespace cinema::simulation
