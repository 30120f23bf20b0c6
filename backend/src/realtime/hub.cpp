#include "realtime/hub.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "domain/ensure.hpp"

namespace cinema::realtime {

namespace asio = boost::asio;

std::shared_ptr<void> Places::take(const std::string& network) {
    const std::lock_guard lock(mutex_);
    if (closed_ || taken_ >= limits_.viewers_max) return nullptr;
    const auto found = by_network_.find(network);
    if (found != by_network_.end() && found->second >= limits_.viewers_per_address_max) {
        return nullptr;
    }
    ++by_network_[network];
    metrics_.viewers.Set(static_cast<double>(++taken_));
    // The pointer only has to be non-null; what counts is its end.
    return std::shared_ptr<void>(
        this, [places = shared_from_this(), network](void*) { places->give_back(network); });
}

void Places::give_back(const std::string& network) {
    const std::lock_guard lock(mutex_);
    const auto found = by_network_.find(network);
    domain::ensure(found != by_network_.end() && taken_ > 0,
                   "a place that is given back was taken");
    if (--found->second == 0) by_network_.erase(found);
    metrics_.viewers.Set(static_cast<double>(--taken_));
}

void Places::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
}

std::size_t Places::taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
}

Hub::Hub(std::vector<asio::any_io_executor> executors, booking::BookingQueries& queries,
         HubLimits limits, telemetry::Logger& logger, telemetry::Metrics& metrics)
    : executors_(std::move(executors)),
      queries_(queries),
      places_(std::make_shared<Places>(limits, metrics)),
      logger_(logger),
      metrics_(metrics) {
    for (std::size_t worker = 0; worker < executors_.size(); ++worker) {
        timers_.push_back(std::make_unique<asio::steady_timer>(executors_[worker]));
        schedule_check(worker);
    }
}

Hub::~Hub() {
    for (const auto& [id, entry] : rooms_) entry.room->abandon();
}

void Hub::join(http::Upgraded upgraded, std::size_t worker,
               std::shared_ptr<const catalog::CatalogSnapshot> catalog,
               domain::ShowtimeId showtime_id, std::shared_ptr<void> permit) {
    const domain::Showtime* showtime = catalog->showtime(showtime_id);
    domain::ensure(showtime != nullptr, "a watched showtime is in the catalogue");
    std::shared_ptr<Room> room;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        Entry& entry = rooms_[showtime_id];
        if (!entry.room) {
            first = true;
            entry.room =
                std::make_shared<Room>(catalog, *showtime, executors_, queries_, *this, metrics_);
            metrics_.rooms.Set(static_cast<double>(rooms_.size()));
        }
        ++entry.viewers;
        room = entry.room;
    }
    room->add(worker, std::make_shared<Viewer>(std::move(upgraded.socket), room, std::move(permit)),
              std::move(upgraded.leftover));
    if (!first) return;
    // publish() finds the room from here on, so nothing falls between the feed and the load.
    load(std::move(room), worker);
}

void Hub::load(std::shared_ptr<Room> room, std::size_t worker) {
    asio::co_spawn(executors_[worker], room->load(), [this, room](std::exception_ptr failure) {
        if (!failure) return;
        room->close_all(http::CloseCode::try_again_later);
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& e) {
            logger_.error("room_load_failed", telemetry::LogField("what", e.what()));
        }
    });
}

void Hub::resync() {
    std::size_t worker = 0;
    for (auto& room : rooms()) load(std::move(room), worker++ % executors_.size());
}

std::vector<std::shared_ptr<Room>> Hub::rooms() {
    std::vector<std::shared_ptr<Room>> all;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : rooms_) all.push_back(entry.room);
    return all;
}

void Hub::viewer_left(domain::ShowtimeId showtime) {
    std::shared_ptr<Room> last;  // let go of outside the lock
    const std::lock_guard lock(mutex_);
    const auto found = rooms_.find(showtime);
    domain::ensure(found != rooms_.end() && found->second.viewers > 0, "a viewer had a room");
    if (--found->second.viewers == 0) {
        last = std::move(found->second.room);
        rooms_.erase(found);
        metrics_.rooms.Set(static_cast<double>(rooms_.size()));
    }
}

void Hub::publish(std::span<const domain::SeatEvent> events) {
    // A booking's seats stand together, so one lookup serves a run of events.
    for (std::size_t begin = 0; begin < events.size();) {
        std::size_t end = begin + 1;
        while (end < events.size() && events[end].showtime_id == events[begin].showtime_id) ++end;
        std::shared_ptr<Room> room;
        {
            const std::lock_guard lock(mutex_);
            const auto found = rooms_.find(events[begin].showtime_id);
            if (found != rooms_.end()) room = found->second.room;
        }
        if (room) room->apply(events.subspan(begin, end - begin));
        begin = end;
    }
}

void Hub::begin_stop() {
    places_->close();
    for (const auto& room : rooms()) room->close_all(http::CloseCode::going_away);
}

void Hub::schedule_check(std::size_t worker) {
    timers_[worker]->expires_after(std::chrono::seconds(1));
    timers_[worker]->async_wait([this, worker](boost::system::error_code ec) {
        if (ec) return;
        const auto now = Viewer::Clock::now();
        for (const auto& room : rooms()) room->check(worker, now);
        schedule_check(worker);
    });
}

}  // namespace cinema::realtime
