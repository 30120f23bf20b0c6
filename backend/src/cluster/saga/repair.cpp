#include <algorithm>
#include <unordered_map>

#include "cluster/saga/saga.hpp"
#include "domain/ensure.hpp"
#include "domain/rules.hpp"

/// The workers' part: overdue holds, and what others left unfinished.
namespace cinema::cluster {

namespace {

/// How much later than its age something unfinished is still looked for among the new holds.
constexpr int kWindowAges = 6;

}  // namespace

Saga::Saga(SagaPorts ports, const env::Clock& clock, env::IdSource& ids,
           booking::BookingPolicy policy, telemetry::Metrics& metrics, telemetry::Logger& logger)
    : ports_(std::move(ports)),
      clock_(clock),
      ids_(ids),
      policy_(policy),
      metrics_(metrics),
      logger_(logger) {}

domain::Error store_unavailable() {
    return {.code = domain::Errc::unavailable,
            .detail =
                "The booking system could not finish this just now. Look at your bookings, "
                "then try again.",
            .retry_after_seconds = 1};
}

std::vector<HeldSeats> by_booking(const std::vector<LockedSeat>& seats) {
    std::vector<HeldSeats> groups;
    std::unordered_map<domain::BookingId, std::size_t> index;
    for (const LockedSeat& seat : seats) {
        const auto [at, fresh] = index.emplace(seat.booking_id, groups.size());
        if (fresh) {
            groups.push_back({.showtime_id = seat.showtime_id,
                              .booking_id = seat.booking_id,
                              .user_id = seat.locked_by,
                              .lock_expires_at = seat.lock_expires_at,
                              .seats = {},
                              .versions = {}});
        }
        groups[at->second].seats.push_back(seat.seat_code);
        groups[at->second].versions.push_back(seat.version);
    }
    return groups;
}

Awaitable<Result<std::size_t>> Saga::expire_overdue(std::size_t limit) {
    const std::size_t seats_max = limit * policy_.seats_per_booking_max;
    const auto seats = co_await ports_.seats.locked(std::nullopt, clock_.now(), seats_max);
    if (!seats) co_return std::unexpected(seats.error());
    auto groups = by_booking(*seats);
    if (groups.size() > limit) groups.resize(limit);
    std::size_t expired = 0;
    bool failed = false;
    for (HeldSeats& held : groups) {
        // One that cannot be helped now must not stand in the way of the others.
        const auto resolved = co_await resolve_overdue(std::move(held));
        if (!resolved) failed = true;
        if (resolved && *resolved) ++expired;
    }
    if (failed) co_return std::unexpected(store_unavailable());
    co_return expired;
}

Awaitable<Result<std::size_t>> Saga::repair(std::chrono::milliseconds age, std::size_t limit) {
    std::size_t repaired = 0;
    bool failed = false;
    const auto count = [&](const Result<std::size_t>& part) {
        if (part) repaired += *part;
        if (!part) failed = true;
    };
    const auto abandoned = co_await repair_abandoned(age, limit);
    count(abandoned);
    const auto unfinished = co_await repair_unfinished(age, limit);
    count(unfinished);
    const auto unsettled = co_await repair_unsettled(age, limit);
    count(unsettled);
    if (failed) co_return std::unexpected(store_unavailable());
    co_return repaired;
}

/// Seats of holds that never became bookings need not wait for the end of their time: those that
/// were taken `age` ago or a little longer are looked at, older ones expire.
Awaitable<Result<std::size_t>> Saga::repair_abandoned(std::chrono::milliseconds age,
                                                      std::size_t limit) {
    const auto newest = clock_.now() + policy_.lock_ttl - age;
    const auto young = co_await ports_.seats.locked(newest - kWindowAges * age, newest,
                                                    limit * policy_.seats_per_booking_max);
    if (!young) co_return std::unexpected(young.error());
    const auto groups = by_booking(*young);
    std::vector<domain::BookingId> ids;
    for (const HeldSeats& held : groups) ids.push_back(held.booking_id);
    if (ids.empty()) co_return 0;
    const auto missing = co_await ports_.bookings.missing(std::move(ids));
    if (!missing) co_return std::unexpected(missing.error());
    std::size_t repaired = 0;
    for (const HeldSeats& held : groups) {
        if (std::find(missing->begin(), missing->end(), held.booking_id) == missing->end()) {
            continue;
        }
        const auto adopted = co_await adopt(held);
        if (!adopted) co_return std::unexpected(adopted.error());
        // Its booking is there now. Should the sleeper have been quicker, it is LOCKED and well.
        auto found = co_await ports_.bookings.find(held.booking_id);
        if (!found) co_return std::unexpected(found.error());
        domain::ensure(found->has_value(), "an adopted booking is there");
        if ((*found)->booking.status == domain::BookingStatus::LOCKED) continue;
        (void)co_await finish(std::move(**found), Told::always);
        ++repaired;
    }
    co_return repaired;
}

Awaitable<Result<std::size_t>> Saga::repair_unfinished(std::chrono::milliseconds age,
                                                       std::size_t limit) {
    auto unfinished = co_await ports_.bookings.unfinished(clock_.now() - age, limit);
    if (!unfinished) co_return std::unexpected(unfinished.error());
    std::size_t repaired = 0;
    bool failed = false;
    for (BookingDocument& document : *unfinished) {
        const domain::BookingId id = document.booking.id;
        const std::int64_t revision = document.revision;
        const bool finished = co_await finish(std::move(document), Told::always);
        if (finished) {
            const auto marked = co_await ports_.bookings.mark_finished(id, revision);
            if (!marked) failed = true;
            ++repaired;
        } else {
            failed = true;
        }
    }
    if (failed) co_return std::unexpected(store_unavailable());
    co_return repaired;
}

Awaitable<Result<std::size_t>> Saga::repair_unsettled(std::chrono::milliseconds age,
                                                      std::size_t limit) {
    const auto unsettled = co_await ports_.payments.unsettled(clock_.now() - age, limit);
    if (!unsettled) co_return std::unexpected(unsettled.error());
    std::size_t repaired = 0;
    bool failed = false;
    for (const PaymentDocument& document : *unsettled) {
        const auto settled = co_await settle(document);
        if (!settled) failed = true;
        if (settled && *settled) ++repaired;
    }
    if (failed) co_return std::unexpected(store_unavailable());
    co_return repaired;
}

/// A payment that is neither kept nor returned. True when something was done about it.
Awaitable<Result<bool>> Saga::settle(const PaymentDocument& document) {
    const domain::Payment& payment = document.payment;
    const auto found = co_await ports_.bookings.find(payment.booking_id);
    if (!found) co_return std::unexpected(found.error());
    domain::ensure(found->has_value(), "a payment's booking is there");
    const domain::Booking& booking = (*found)->booking;
    const auto now = clock_.now();
    if (booking.status == domain::BookingStatus::BOOKED) {
        domain::ensure(booking.payment_id == payment.id, "a booking has one payment");
        const auto settled = co_await ports_.payments.mark_settled(payment.id);
        if (!settled) co_return std::unexpected(settled.error());
        co_return true;
    }
    if (booking.status != domain::BookingStatus::LOCKED) {
        const auto returned = co_await give_back(payment);
        if (!returned) co_return std::unexpected(returned.error());
        co_return true;
    }
    // While the hold lives the payment may still be noted; the end of the hold decides the rest.
    const bool charged = payment.status == domain::PaymentStatus::SUCCESS;
    if (booking.payment_id || !charged || domain::is_overdue(booking.lock_expires_at, now)) {
        co_return false;
    }
    OutboxEntry event = entry(domain::EventType::PaymentSucceeded, now);
    const auto noted = co_await ports_.bookings.note_payment(booking.id, document.user_id,
                                                             payment.id, now, std::move(event));
    if (!noted) co_return std::unexpected(noted.error());
    if (!*noted) co_return false;
    metrics_.payments.Increment();
    ports_.outbox_filled({booking.id, (*noted)->revision, true});
    co_return true;
}

}  // namespace cinema::cluster
