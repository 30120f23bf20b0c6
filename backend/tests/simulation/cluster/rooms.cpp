#include "simulation/cluster/rooms.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace cinema::simulation {

namespace {

using std::chrono::milliseconds;

constexpr Moment kTick = milliseconds(250);
constexpr int kTicksOfReload = 8;  ///< while nothing is heard
constexpr Moment kRetry = milliseconds(1'000);

domain::SeatState state_after(domain::SeatEventType type) {
    switch (type) {
        case domain::SeatEventType::SEAT_LOCKED:
            return domain::SeatState::LOCKED;
        case domain::SeatEventType::SEAT_BOOKED:
            return domain::SeatState::BOOKED;
        case domain::SeatEventType::SEAT_RELEASED:
            return domain::SeatState::AVAILABLE;
    }
    return domain::SeatState::AVAILABLE;
}

bool take_if_newer(SeatMapOf& map, const std::string& code, KnownSeat news) {
    KnownSeat& known = map[code];
    if (news.version <= known.version) return false;
    known = news;
    return true;
}

}  // namespace

/// Nothing is ever told that was not so.
void Rooms::check(const domain::SeatEvent& event) {
    const SeatMoment* was =
        caller_.stage.store.seat_at(event.showtime_id, event.seat_code, event.version);
    if (!was || was->state != state_after(event.type) || was->user != event.locked_by) {
        caller_.stage.journal.wrong(
            "viewers are told {} of seat {} at version {}, which {}", domain::word(event.type),
            event.seat_code, event.version,
            was ? fmt::format("was {}", domain::word(was->state)) : std::string("has not been"));
    }
}

void Rooms::announce(std::span<const domain::SeatEvent> events) {
    for (const auto& event : events) check(event);
    apply(events);
    publish({events.begin(), events.end()});
}

/// Goes out a little later, if this process still lives then and Redis is there.
void Rooms::publish(std::vector<domain::SeatEvent> events) {
    Stage& stage = caller_.stage;
    stage.scheduler.after(
        stage.network.little(), [self = weak_from_this(), events = std::move(events)] {
            const auto rooms = self.lock();
            if (!rooms) return;
            Stage& there = rooms->caller_.stage;
            if (!there.network.reaches(rooms->caller_.instance, Dependency::redis)) {
                rooms->lost_ = true;
                return;
            }
            for (const auto& other : rooms->neighbours_()) {
                if (other == rooms || !other->listening_) continue;
                there.scheduler.after(there.network.little(), [to = std::weak_ptr(other), events,
                                                               heard_by = other->subscription_] {
                    if (const auto alive = to.lock()) alive->hear(events, heard_by);
                });
            }
        });
}

void Rooms::hear(const std::vector<domain::SeatEvent>& events, std::uint64_t subscription) {
    if (listening_ && subscription == subscription_) apply(events);
}

void Rooms::hear_resync(std::uint64_t subscription) {
    if (listening_ && subscription == subscription_) want_reload();
}

void Rooms::apply(std::span<const domain::SeatEvent> events) {
    for (const auto& event : events) {
        take_if_newer(maps_[event.showtime_id], event.seat_code,
                      {state_after(event.type), event.locked_by, event.version});
    }
}

Awaitable<void> Rooms::listen() {
    Stage& stage = caller_.stage;
    bool first = true;
    for (int ticks = 0;; ++ticks) {
        const bool reaches = stage.network.reaches(caller_.instance, Dependency::redis);
        if (!reaches) listening_ = false;
        if (reaches && !listening_) {
            listening_ = true;
            ++subscription_;
            if (first || !stage.plan.without(Guard::feed_resync)) want_reload();
            first = false;
        }
        if (reaches && lost_) {
            lost_ = false;
            for (const auto& other : neighbours_()) {
                stage.scheduler.after(stage.network.little(), [to = std::weak_ptr(other),
                                                               heard_by = other->subscription_] {
                    const auto alive = to.lock();
                    if (alive && !alive->caller_.stage.plan.without(Guard::feed_resync)) {
                        alive->hear_resync(heard_by);
                    }
                });
            }
        }
        if (!listening_ && ticks % kTicksOfReload == 0 && !stage.plan.without(Guard::feed_resync)) {
            want_reload();
        }
        const bool due = stage.scheduler.now() - refreshed_ >= kRoomsRefreshed;
        if (due && !stage.plan.without(Guard::feed_resync) &&
            !stage.plan.without(Guard::rooms_refreshed)) {
            want_reload();
        }
        co_await caller_.parking.sleep(kTick);
    }
}

void Rooms::want_reload() {
    reload_again_ = true;
    refreshed_ = caller_.stage.scheduler.now();
    if (reloading_) return;
    reloading_ = true;
    boost::asio::co_spawn(caller_.stage.scheduler.context(), reload(), boost::asio::detached);
}

Awaitable<void> Rooms::reload() {
    while (reload_again_) {
        reload_again_ = false;
        for (const auto& showtime : showtimes()) {
            bool loaded = co_await load(showtime);
            while (!loaded) {
                co_await caller_.parking.sleep(kRetry);
                loaded = co_await load(showtime);
            }
        }
    }
    reloading_ = false;
}

Awaitable<bool> Rooms::load(domain::ShowtimeId showtime) {
    auto effect = [&store = caller_.stage.store, showtime](Store::Seats& answer, std::size_t) {
        const auto found = store.seats().find(showtime);
        if (found != store.seats().end()) answer = found->second;
    };
    const auto seats = co_await caller_.call<Store::Seats>(
        Dependency::mongo, caller_.about("rooms.load {}", brief(showtime)), 1, effect);
    if (!seats) co_return false;
    for (const auto& [code, document] : *seats) {
        const auto& seat = document.seat;
        take_if_newer(maps_[showtime], code, {seat.state, seat.locked_by, seat.version});
    }
    co_return true;
}

}  // namespace cinema::simulation
