#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "booking/booking_engine.hpp"
#include "booking/policy.hpp"
#include "catalog/catalog.hpp"
#include "cluster/saga/ports.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::cluster {

/// Everything that the saga talks to.
struct SagaPorts {
    const catalog::Catalog& catalog;
    KnownUsers& users;
    SeatLocks& locks;
    SeatDocuments& seats;
    BookingDocuments& bookings;
    PaymentDocuments& payments;
    PaymentProvider& provider;
    SeatAnnouncer& announcer;
    /// Told of every booking that has something in its outbox, so that it is delivered soon.
    std::function<void(const BookingRevision&)> outbox_filled;
    std::function<Awaitable<void>(std::chrono::milliseconds)> pause;
};

/// A live hold's seats as somebody came upon them.
struct HeldSeats {
    domain::ShowtimeId showtime_id;
    domain::BookingId booking_id;
    domain::UserId user_id;
    domain::UtcTime lock_expires_at;
    std::vector<std::string> seats;
    std::vector<std::int64_t> versions;  ///< of `seats`, as LOCKED
};

/// The booking operations as steps of which each is atomic and any may be the last one this
/// process does (docs/protocol.md, "The cluster engine"). What holds it together:
///
/// *A seat leaves a booking only after that booking has left LOCKED, and only by its id.*
///
/// So a booking's status is the truth, changed by compare-and-set; seats, keys, money and events
/// follow it, by whoever comes first. Coroutines: any thread, any number at once. The ports must
/// outlive them.
class Saga {
  public:
    Saga(SagaPorts ports, const env::Clock& clock, env::IdSource& ids,
         booking::BookingPolicy policy, telemetry::Metrics& metrics, telemetry::Logger& logger);

    // The operations of booking::BookingEngine.
    Awaitable<Result<domain::Booking>> hold(booking::HoldRequest request);
    Awaitable<Result<domain::Payment>> pay(domain::BookingId id, domain::Actor actor);
    Awaitable<Result<domain::Booking>> confirm(domain::BookingId id, domain::Actor actor);
    Awaitable<Result<domain::Booking>> cancel(domain::BookingId id, domain::Actor actor);
    Awaitable<Result<std::size_t>> expire_overdue(std::size_t limit);

    /// Finishes what a process began that died, or that a lost answer left open, at least `age`
    /// ago: seats that no booking has, bookings that seats and money do not follow yet, payments
    /// that are neither kept nor returned. Up to `limit` of each; answers how many in all.
    Awaitable<Result<std::size_t>> repair(std::chrono::milliseconds age, std::size_t limit);

  private:
    struct HoldAttempt;
    enum class Told { if_changed, always };

    // hold.cpp
    Awaitable<Result<domain::Booking>> hold_new(const booking::HoldRequest& request);
    Awaitable<Result<std::optional<domain::Booking>>> replay_of(
        const booking::HoldRequest& request);
    Awaitable<Result<domain::Booking>> hold_seats(const booking::HoldRequest& request,
                                                  domain::Booking wanted);
    Awaitable<Result<std::optional<domain::Booking>>> attempt(HoldAttempt& attempt);
    Awaitable<Result<bool>> look(HoldAttempt& attempt);
    Awaitable<Result<std::optional<domain::Booking>>> take(HoldAttempt& attempt);
    Awaitable<void> undo(HoldAttempt& attempt, bool seats_too);
    Awaitable<Result<std::optional<domain::Booking>>> ask_again(const HoldAttempt& attempt);
    Awaitable<Result<std::optional<domain::Booking>>> wait_for_first(const HoldAttempt& attempt);
    BookingDocument new_document(const HoldAttempt& attempt);

    // sale.cpp
    Awaitable<Result<domain::Payment>> charge(BookingDocument document, domain::Actor actor);
    Awaitable<Result<domain::Payment>> payment_refused(domain::Payment payment,
                                                       domain::Actor actor);
    Awaitable<Result<void>> give_back(domain::Payment payment);

    // ending.cpp
    Awaitable<Result<std::optional<BookingDocument>>> end(
        BookingDocument document, domain::BookingStatus status,
        std::optional<domain::UserId> cancelled_by);
    Awaitable<Result<bool>> resolve_overdue(HeldSeats held);
    Awaitable<Result<void>> adopt(const HeldSeats& held);
    Awaitable<bool> finish(BookingDocument document, Told told);
    Awaitable<bool> finish_sold(const BookingDocument& document, Told told);
    Awaitable<bool> finish_ended(const BookingDocument& document, Told told);

    // repair.cpp
    Awaitable<Result<std::size_t>> repair_abandoned(std::chrono::milliseconds age,
                                                    std::size_t limit);
    Awaitable<Result<std::size_t>> repair_unfinished(std::chrono::milliseconds age,
                                                     std::size_t limit);
    Awaitable<Result<std::size_t>> repair_unsettled(std::chrono::milliseconds age,
                                                    std::size_t limit);
    Awaitable<Result<bool>> settle(const PaymentDocument& document);

    OutboxEntry entry(domain::EventType type, domain::UtcTime now,
                      std::optional<domain::UserId> cancelled_by = {});
    void announce(const BookingDocument& document, domain::SeatEventType type);

    const SagaPorts ports_;
    const env::Clock& clock_;
    env::IdSource& ids_;
    const booking::BookingPolicy policy_;
    telemetry::Metrics& metrics_;
    telemetry::Logger& logger_;
};

/// The answer when a dependency did not answer: nothing is acknowledged.
domain::Error store_unavailable();

/// Seats of one booking put together, in the order of the first of each.
std::vector<HeldSeats> by_booking(const std::vector<LockedSeat>& seats);

}  // namespace cinema::cluster
