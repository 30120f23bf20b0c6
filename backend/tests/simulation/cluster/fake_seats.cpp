#include "simulation/cluster/fakes.hpp"

/// Seats and their keys. What changes several seats changes each by itself.
namespace cinema::simulation {

namespace {

std::string list(const std::vector<std::string>& seats) {
    return fmt::format("{}", fmt::join(seats, ","));
}

}  // namespace

Awaitable<Result<std::vector<cluster::TakenKey>>> FakeLocks::acquire(domain::ShowtimeId showtime,
                                                                     std::vector<std::string> seats,
                                                                     domain::UserId user) {
    auto what =
        caller_.about("locks.acquire {} {} for {}", brief(showtime), list(seats), brief(user));
    auto effect = [&redis = caller_.stage.redis, showtime, seats = std::move(seats), user](
                      std::vector<cluster::TakenKey>& answer, std::size_t) {
        answer = redis.acquire(showtime, seats, user);
    };
    return caller_.call<std::vector<cluster::TakenKey>>(Dependency::redis, std::move(what), 1,
                                                        std::move(effect));
}

Awaitable<Result<void>> FakeLocks::release(domain::ShowtimeId showtime,
                                           std::vector<std::string> seats, domain::UserId user) {
    auto what =
        caller_.about("locks.release {} {} of {}", brief(showtime), list(seats), brief(user));
    auto effect = [&redis = caller_.stage.redis, showtime, seats = std::move(seats), user](
                      std::monostate&, std::size_t) { redis.release(showtime, seats, user); };
    return caller_.call<void>(Dependency::redis, std::move(what), 1, std::move(effect));
}

void FakeLocks::release_later(domain::ShowtimeId showtime, std::vector<std::string> seats,
                              domain::UserId user) {
    Stage& stage = caller_.stage;
    if (!stage.network.reaches(caller_.instance, Dependency::redis)) return;
    stage.scheduler.after(stage.network.little(),
                          [&redis = stage.redis, showtime, seats = std::move(seats), user] {
                              redis.release(showtime, seats, user);
                          });
}

Awaitable<Result<std::vector<cluster::SeatDocument>>> FakeSeats::find(
    domain::ShowtimeId showtime, std::vector<std::string> seats) {
    const std::size_t parts = seats.size();
    auto what = caller_.about("seats.find {} {}", brief(showtime), list(seats));
    auto effect = [&store = caller_.stage.store, showtime, seats = std::move(seats)](
                      std::vector<cluster::SeatDocument>& answer, std::size_t part) {
        if (auto record = store.seat(showtime, seats[part])) answer.push_back(std::move(*record));
    };
    return caller_.call<std::vector<cluster::SeatDocument>>(Dependency::mongo, std::move(what),
                                                            parts, std::move(effect));
}

Awaitable<Result<std::vector<std::string>>> FakeSeats::lock(cluster::SeatLockRequest request) {
    const std::size_t parts = request.seats.size();
    auto what = caller_.about("seats.lock {} for booking {}", brief(request.showtime_id),
                              brief(request.booking_id));
    auto effect = [&store = caller_.stage.store, request = std::move(request)](
                      std::vector<std::string>& answer, std::size_t part) {
        if (!store.lock_seat(request, part)) answer.push_back(request.seats[part].code);
    };
    return caller_.call<std::vector<std::string>>(Dependency::mongo, std::move(what), parts,
                                                  std::move(effect));
}

Awaitable<Result<std::size_t>> FakeSeats::book(domain::ShowtimeId showtime,
                                               domain::BookingId booking, domain::UserId user,
                                               std::vector<std::string> seats) {
    const std::size_t parts = seats.size();
    auto what = caller_.about("seats.book {} {} for booking {}", brief(showtime), list(seats),
                              brief(booking));
    auto effect = [&store = caller_.stage.store, showtime, booking, user, seats = std::move(seats)](
                      std::size_t& answer, std::size_t part) {
        if (store.book_seat(showtime, booking, user, seats[part])) ++answer;
    };
    return caller_.call<std::size_t>(Dependency::mongo, std::move(what), parts, std::move(effect));
}

Awaitable<Result<std::size_t>> FakeSeats::release(domain::ShowtimeId showtime,
                                                  domain::BookingId booking,
                                                  std::vector<std::string> seats) {
    const std::size_t parts = seats.size();
    auto what = caller_.about("seats.release {} {} of booking {}", brief(showtime), list(seats),
                              brief(booking));
    auto effect = [&store = caller_.stage.store, showtime, booking, seats = std::move(seats)](
                      std::size_t& answer, std::size_t part) {
        if (store.release_seat(showtime, booking, seats[part])) ++answer;
    };
    return caller_.call<std::size_t>(Dependency::mongo, std::move(what), parts, std::move(effect));
}

Awaitable<Result<std::vector<cluster::LockedSeat>>> FakeSeats::locked(
    std::optional<domain::UtcTime> from, domain::UtcTime until, std::size_t limit) {
    auto effect = [&store = caller_.stage.store, from, until, limit](
                      std::vector<cluster::LockedSeat>& answer, std::size_t) {
        answer = store.locked(from, until, limit);
    };
    return caller_.call<std::vector<cluster::LockedSeat>>(Dependency::mongo,
                                                          caller_.about("seats.locked"), 1, effect);
}

}  // namespace cinema::simulation
