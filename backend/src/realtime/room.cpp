#include "realtime/room.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "domain/ensure.hpp"

namespace cinema::realtime {

namespace asio = boost::asio;

Room::Room(std::shared_ptr<const catalog::CatalogSnapshot> catalog,
           const domain::Showtime& showtime, std::vector<asio::any_io_executor> executors,
           booking::BookingQueries& queries, RoomKeeper& keeper, telemetry::Metrics& metrics)
    : catalog_(std::move(catalog)),
      showtime_(showtime),
      map_(*catalog_->seat_map(showtime.seatmap_id)),
      queries_(queries),
      keeper_(keeper),
      metrics_(metrics),
      statuses_(map_.seats().size()) {
    for (auto& executor : executors) {
        shards_.emplace_back();
        shards_.back().executor = std::move(executor);
    }
}

booking::Awaitable<void> Room::load() {
    const auto self = shared_from_this();
    if (loads_wanted_.fetch_add(1) != 0) co_return;  // whoever loads will load again
    int served = 0;
    do {
        served = loads_wanted_.load();
        co_await load_once();
    } while (!loads_wanted_.compare_exchange_strong(served, 0));
}

booking::Awaitable<void> Room::load_once() {
    const auto self = shared_from_this();
    auto states = co_await queries_.seat_states(showtime_.id);
    while (!states) {
        // The store does not answer: the viewers stay and are synced when it is back.
        asio::steady_timer pause(co_await asio::this_coro::executor, kLoadRetry);
        co_await pause.async_wait(asio::use_awaitable);
        if (!anybody()) co_return;
        states = co_await queries_.seat_states(showtime_.id);
    }
    bool first = false;
    bool news = false;
    {
        const std::lock_guard lock(mutex_);
        for (const domain::SeatReservation& record : (*states)->seats) {
            if (merge(record)) news = true;
        }
        first = !loaded_;
        if (first || news) ++revision_;
        loaded_ = true;
    }
    for (Shard& shard : shards_) {
        if (first) {
            asio::post(shard.executor, [self, &shard] { self->sync_waiting(shard); });
        } else if (news && shard.count.load() != 0) {
            asio::post(shard.executor, [self, &shard] {
                self->queue_broadcast(shard, self->current_snapshot());
                self->metrics_.viewer_resyncs.Increment(static_cast<double>(shard.count.load()));
            });
        }
    }
}

bool Room::anybody() const {
    return std::any_of(shards_.begin(), shards_.end(),
                       [](const Shard& shard) { return shard.count.load() != 0; });
}

bool Room::merge(const domain::SeatReservation& record) {
    const int at = map_.index_of(record.seat_code);
    if (at < 0) return false;
    booking::SeatStatus& status = statuses_[static_cast<std::size_t>(at)];
    if (record.version <= status.version) return false;  // the feed was quicker than the store
    status = {.state = record.state,
              .locked_by = record.locked_by.value_or(domain::UserId{}),
              .lock_expires_at = record.lock_expires_at.value_or(domain::UtcTime{}),
              .version = record.version};
    return true;
}

void Room::add(std::size_t worker, std::shared_ptr<Viewer> viewer, std::string leftover) {
    Shard& shard = shards_[worker];
    viewer->worker = worker;
    viewer->slot = shard.viewers.size();
    shard.viewers.push_back(viewer);
    shard.count.fetch_add(1);
    bool loaded = false;
    {
        const std::lock_guard lock(mutex_);
        loaded = loaded_;
    }
    if (loaded) viewer->sync(current_snapshot());
    viewer->start(std::move(leftover));
}

void Room::sync_waiting(Shard& shard) {
    for (std::size_t i = 0; i < shard.viewers.size(); ++i) {
        const auto viewer = shard.viewers[i];  // a viewer may leave while it is written to
        if (viewer && !viewer->synced()) viewer->sync(current_snapshot());
    }
}

SharedFrames Room::current_snapshot() {
    std::vector<booking::SeatStatus> copy;
    std::uint64_t revision = 0;
    {
        const std::lock_guard lock(mutex_);
        if (snapshot_ && snapshot_revision_ == revision_) return snapshot_;
        copy = statuses_;
        revision = revision_;
    }
    // Made outside the lock, so that the engine's thread never waits for a serialization.
    SharedFrames made = snapshot_frames(showtime_, map_, copy);
    const std::lock_guard lock(mutex_);
    if (revision >= snapshot_revision_) {
        snapshot_ = made;
        snapshot_revision_ = revision;
    }
    return made;
}

void Room::apply(std::span<const domain::SeatEvent> events) {
    {
        const std::lock_guard lock(mutex_);
        for (const domain::SeatEvent& event : events) {
            const auto state =
                event.type == domain::SeatEventType::SEAT_LOCKED   ? domain::SeatState::LOCKED
                : event.type == domain::SeatEventType::SEAT_BOOKED ? domain::SeatState::BOOKED
                                                                   : domain::SeatState::AVAILABLE;
            merge({.seat_code = event.seat_code,
                   .state = state,
                   .locked_by = event.locked_by,
                   .lock_expires_at = event.lock_expires_at,
                   .version = event.version});
        }
        ++revision_;
    }
    SharedFrames frames;
    for (Shard& shard : shards_) {
        // Read after the lock above: a viewer whose snapshot lacks these events is counted.
        if (shard.count.load() == 0) continue;
        if (!frames) frames = event_frames(events);
        asio::post(shard.executor, [self = shared_from_this(), &shard, frames] {
            self->queue_broadcast(shard, frames);
        });
    }
}

void Room::queue_broadcast(Shard& shard, SharedFrames frames) {
    if (shard.pending.size() >= kPendingBroadcastsMax) {
        // This thread cannot keep up: one snapshot replaces all that waits. Whoever has got some
        // of it is none the worse, as the snapshot is newer.
        shard.pending.clear();
        shard.position = 0;
        shard.pending.push_back(current_snapshot());
        metrics_.viewer_resyncs.Increment(static_cast<double>(shard.count.load()));
    } else {
        shard.pending.push_back(std::move(frames));
    }
    if (!shard.pumping) {
        shard.pumping = true;
        pump(shard);
    }
}

void Room::pump(Shard& shard) {
    std::size_t budget = kBroadcastChunkViewers;
    while (!shard.pending.empty() && budget > 0) {
        const SharedFrames frames = shard.pending.front();
        const std::size_t end = std::min(shard.viewers.size(), shard.position + budget);
        metrics_.frames_broadcast.Increment(static_cast<double>(end - shard.position));
        for (; shard.position < end; ++shard.position, --budget) {
            // A copy: a viewer that fails leaves the list while it is written to.
            if (const auto viewer = shard.viewers[shard.position]) viewer->broadcast(frames);
        }
        if (shard.position == shard.viewers.size()) {
            shard.pending.pop_front();
            shard.position = 0;
        }
    }
    if (shard.pending.empty()) {
        shard.pumping = false;
        return;
    }
    asio::post(shard.executor, [self = shared_from_this(), &shard] { self->pump(shard); });
}

void Room::left(Viewer& viewer) {
    Shard& shard = shards_[viewer.worker];
    domain::ensure(shard.viewers[viewer.slot].get() == &viewer, "a viewer knows its slot");
    shard.viewers[viewer.slot].reset();
    ++shard.gone;
    shard.count.fetch_sub(1);
    keeper_.viewer_left(showtime_.id);
}

void Room::compact(Shard& shard) {
    // Only between broadcasts, so that nobody is skipped or served twice.
    if (shard.gone == 0 || shard.pumping) return;
    std::erase(shard.viewers, nullptr);
    for (std::size_t i = 0; i < shard.viewers.size(); ++i) shard.viewers[i]->slot = i;
    shard.gone = 0;
}

void Room::close_all(http::CloseCode code) {
    for (Shard& shard : shards_) {
        asio::post(shard.executor, [self = shared_from_this(), &shard, code] {
            for (std::size_t i = 0; i < shard.viewers.size(); ++i) {
                if (const auto viewer = shard.viewers[i]) viewer->close(code);
            }
        });
    }
}

void Room::abandon() {
    // A viewer keeps its room and the room its viewers: somebody has to let go.
    for (Shard& shard : shards_) shard.viewers.clear();
}

void Room::check(std::size_t worker, Viewer::Clock::time_point now) {
    Shard& shard = shards_[worker];
    compact(shard);
    for (std::size_t i = 0; i < shard.viewers.size(); ++i) {
        if (const auto viewer = shard.viewers[i]) viewer->check(now);
    }
}

void Room::count_resync() {
    metrics_.viewer_resyncs.Increment();
}

}  // namespace cinema::realtime
