#pragma once

#include <span>
#include <string>
#include <vector>

#include "booking/booking_engine.hpp"
#include "cluster/saga/documents.hpp"

/// The narrow ports that the booking saga is written over: one call is one step, and a process may
/// die between any two. Adapters are in cluster/mongo, cluster/redis and cluster/rabbitmq; the
/// simulator has fakes.
///
/// Every call may fail with `unavailable`, which tells nothing: it may have taken effect, and may
/// even do so later. Whatever a store says for certain is a value. Any thread may call; every call
/// has a deadline of its own. Adapters block the calling thread (the engine's pool runs them).
namespace cinema::cluster {

template <class T>
using Awaitable = booking::Awaitable<T>;
template <class T>
using Result = domain::Result<T>;

/// A key that somebody else has.
struct TakenKey {
    std::string seat_code;
    domain::UserId user_id;
};

/// The brief's Redis keys, `lock:showtime:{id}:seat:{code}` → user id, which end by themselves.
/// They refuse early; they never decide a sale.
class SeatLocks {
  public:
    virtual ~SeatLocks() = default;

    /// All keys for the user, or none: then those that are taken, in the order asked.
    virtual Awaitable<Result<std::vector<TakenKey>>> acquire(domain::ShowtimeId showtime,
                                                             std::vector<std::string> seats,
                                                             domain::UserId user) = 0;
    /// Deletes those that the user has (compare-and-delete).
    virtual Awaitable<Result<void>> release(domain::ShowtimeId showtime,
                                            std::vector<std::string> seats,
                                            domain::UserId user) = 0;
    /// The same some time soon, perhaps never: for keys that are in nobody's way. Never blocks.
    virtual void release_later(domain::ShowtimeId showtime, std::vector<std::string> seats,
                               domain::UserId user) = 0;
};

/// What a hold asks of its seats: each as it was read.
struct SeatLockRequest {
    domain::ShowtimeId showtime_id;
    domain::BookingId booking_id;
    domain::UserId user_id;
    domain::UtcTime lock_expires_at;
    struct Seat {
        std::string code;
        std::int64_t version = 0;  ///< 0: no record yet
    };
    std::vector<Seat> seats;
};

/// `seat_reservations`: one document a seat, unique by (showtime_id, seat_code).
class SeatDocuments {
  public:
    virtual ~SeatDocuments() = default;

    /// The records of these seats; a seat without one is left out. One round trip.
    virtual Awaitable<Result<std::vector<SeatDocument>>> find(domain::ShowtimeId showtime,
                                                              std::vector<std::string> seats) = 0;
    /// AVAILABLE at the version told → LOCKED at the next one, each seat by itself; the codes of
    /// those that were no longer so. One round trip.
    virtual Awaitable<Result<std::vector<std::string>>> lock(SeatLockRequest request) = 0;
    /// LOCKED for this booking and user → BOOKED; how many were, or more: some that were not may
    /// be counted. One round trip.
    virtual Awaitable<Result<std::size_t>> book(domain::ShowtimeId showtime,
                                                domain::BookingId booking, domain::UserId user,
                                                std::vector<std::string> seats) = 0;
    /// LOCKED for this booking → AVAILABLE; how many were. One round trip.
    virtual Awaitable<Result<std::size_t>> release(domain::ShowtimeId showtime,
                                                   domain::BookingId booking,
                                                   std::vector<std::string> seats) = 0;
    /// LOCKED with `from` < lock_expires_at <= `until` (no `from`: every one), the earliest first.
    virtual Awaitable<Result<std::vector<LockedSeat>>> locked(std::optional<domain::UtcTime> from,
                                                              domain::UtcTime until,
                                                              std::size_t limit) = 0;
};

enum class InsertOutcome {
    inserted,
    id_taken,   ///< a booking with this id is there
    key_taken,  ///< another booking has the hold_key
};

/// What identifies one state of a booking.
struct BookingRevision {
    domain::BookingId id;
    std::int64_t revision = 0;
    bool finished = false;  ///< for clear_outbox: also what `unfinished_since` tells is done
};

/// `bookings`. Every change is one compare-and-set: nullopt means that the booking is not, or no
/// longer, as the change needs it, and nothing was done. Every change adds one to `revision`.
class BookingDocuments {
  public:
    virtual ~BookingDocuments() = default;

    virtual Awaitable<Result<std::optional<BookingDocument>>> find(domain::BookingId id) = 0;
    virtual Awaitable<Result<std::optional<BookingDocument>>> find_by_hold_key(
        std::string hold_key) = 0;
    /// Those of the ids that no booking has.
    virtual Awaitable<Result<std::vector<domain::BookingId>>> missing(
        std::vector<domain::BookingId> ids) = 0;

    virtual Awaitable<Result<InsertOutcome>> insert(BookingDocument document) = 0;

    /// LOCKED, the user's, not overdue at `now`, without a payment → with this SUCCESS payment and
    /// the event. Answers with the booking as it is then or soon after, as the two below do.
    /// (Of this and mark_booked nullopt may, very rarely, be said of a change that was made: when
    /// its event was delivered before it could be told from others that were asked for with it.)
    virtual Awaitable<Result<std::optional<BookingDocument>>> note_payment(
        domain::BookingId id, domain::UserId user, domain::PaymentId payment, domain::UtcTime now,
        OutboxEntry event) = 0;
    /// LOCKED, the user's, payment SUCCESS, not overdue → BOOKED with the event, unfinished: the
    /// moment of sale.
    virtual Awaitable<Result<std::optional<BookingDocument>>> mark_booked(domain::BookingId id,
                                                                          domain::UserId user,
                                                                          domain::UtcTime now,
                                                                          OutboxEntry event) = 0;
    /// LOCKED at `revision` → CANCELLED or EXPIRED with the events, unfinished; a SUCCESS payment
    /// is noted as REFUNDED.
    virtual Awaitable<Result<std::optional<BookingDocument>>> mark_ended(
        domain::BookingId id, std::int64_t revision, domain::BookingStatus status,
        domain::UtcTime now, std::vector<OutboxEntry> events) = 0;

    /// Bookings that have been unfinished since `until` or longer, the longest first.
    virtual Awaitable<Result<std::vector<BookingDocument>>> unfinished(domain::UtcTime until,
                                                                       std::size_t limit) = 0;
    /// No longer unfinished, if it is still at this revision; the revision stays.
    virtual Awaitable<Result<void>> mark_finished(domain::BookingId id, std::int64_t revision) = 0;

    /// Of these bookings those with an outbox that is not empty.
    virtual Awaitable<Result<std::vector<BookingDocument>>> with_outbox(
        std::vector<domain::BookingId> ids) = 0;
    /// Bookings whose outbox has not been empty since `until` or longer, the longest first.
    virtual Awaitable<Result<std::vector<BookingDocument>>> with_old_outbox(domain::UtcTime until,
                                                                            std::size_t limit) = 0;
    /// Empties the outboxes of those that are still at their revision. One round trip.
    virtual Awaitable<Result<void>> clear_outbox(std::vector<BookingRevision> bookings) = 0;
};

/// `payments`: at most one for a booking.
class PaymentDocuments {
  public:
    virtual ~PaymentDocuments() = default;

    /// Inserts it, unsettled; false when its booking has a payment already.
    virtual Awaitable<Result<bool>> insert(PaymentDocument document) = 0;
    virtual Awaitable<Result<std::optional<PaymentDocument>>> find_of(
        domain::BookingId booking) = 0;
    /// PENDING → SUCCESS; nothing when it is not PENDING.
    virtual Awaitable<Result<void>> mark_succeeded(domain::PaymentId id, domain::UtcTime now) = 0;
    /// PENDING or SUCCESS → REFUNDED (FAILED when it was `declined`), and settled.
    virtual Awaitable<Result<void>> mark_returned(domain::PaymentId id, bool declined,
                                                  domain::UtcTime now) = 0;
    /// Settled: its booking is BOOKED.
    virtual Awaitable<Result<void>> mark_settled(domain::PaymentId id) = 0;
    /// Payments made at `until` or earlier that are not settled, the oldest first.
    virtual Awaitable<Result<std::vector<PaymentDocument>>> unsettled(domain::UtcTime until,
                                                                      std::size_t limit) = 0;
};

/// Where the money comes from. Both calls may be repeated and then answer as the first one did:
/// the payment's id is the key. A refund of a payment that was not charged makes it void: a charge
/// that comes later is declined. (Without that no order of our own writes could keep a charge that
/// was asked for by a process that sleeps from being kept for ever.)
class PaymentProvider {
  public:
    virtual ~PaymentProvider() = default;
    /// false when it was declined.
    virtual Awaitable<Result<bool>> charge(domain::Payment payment) = 0;
    virtual Awaitable<Result<void>> refund(domain::Payment payment) = 0;
};

/// Tells this instance's viewers at once and the other instances' soon. Never blocks; what is
/// lost is made good by a resync.
class SeatAnnouncer {
  public:
    virtual ~SeatAnnouncer() = default;
    virtual void announce(std::span<const domain::SeatEvent> events) = 0;
};

/// `booking.events`.
class EventQueue {
  public:
    virtual ~EventQueue() = default;
    /// Returns when the queue has taken responsibility for every one of them.
    virtual Awaitable<Result<void>> publish(std::vector<domain::Event> events) = 0;
};

/// Whether an account exists; may be told from memory for some minutes.
class KnownUsers {
  public:
    virtual ~KnownUsers() = default;
    virtual Awaitable<Result<bool>> exists(domain::UserId user) = 0;
};

}  // namespace cinema::cluster
