#include <algorithm>

#include "booking/event_texts.hpp"
#include "cluster/saga/saga.hpp"
#include "domain/ensure.hpp"
#include "domain/rules.hpp"

/// How bookings end, and how seats, keys and money follow a booking's status.
namespace cinema::cluster {

/// The booking's compare-and-set with its events, then everything that follows. nullopt when it is
/// no longer as `document` says.
Awaitable<Result<std::optional<BookingDocument>>> Saga::end(
    BookingDocument document, domain::BookingStatus status,
    std::optional<domain::UserId> cancelled_by) {
    const auto now = clock_.now();
    const bool cancelled = status == domain::BookingStatus::CANCELLED;
    const bool paid = document.booking.payment_status == domain::PaymentStatus::SUCCESS;
    std::vector<OutboxEntry> events;
    events.push_back(
        entry(cancelled ? domain::EventType::BookingCancelled : domain::EventType::BookingExpired,
              now, cancelled_by));
    if (paid) events.push_back(entry(domain::EventType::PaymentRefunded, now));
    auto ended = co_await ports_.bookings.mark_ended(document.booking.id, document.revision, status,
                                                     now, std::move(events));
    if (!ended || !*ended) co_return ended;
    (cancelled ? metrics_.cancellations : metrics_.expiries).Increment();
    if (paid) metrics_.refunds.Increment();
    (void)co_await finish(**ended, Told::if_changed);
    co_return ended;
}

/// Does what the booking's status asks of seats, keys and money; every step may have been done
/// before. False when some of it could not be done: the booking stays unfinished, and repair()
/// comes back to it.
Awaitable<bool> Saga::finish(BookingDocument document, Told told) {
    bool done = true;
    if (document.booking.status == domain::BookingStatus::BOOKED) {
        done = co_await finish_sold(document, told);
    } else if (document.booking.status != domain::BookingStatus::LOCKED) {
        done = co_await finish_ended(document, told);
    }
    ports_.outbox_filled({document.booking.id, document.revision, done});
    co_return done;
}

Awaitable<bool> Saga::finish_sold(const BookingDocument& document, Told told) {
    const domain::Booking& booking = document.booking;
    const auto sold =
        co_await ports_.seats.book(booking.showtime_id, booking.id, booking.user_id, booking.seats);
    if (sold && (*sold > 0 || told == Told::always)) {
        announce(document, domain::SeatEventType::SEAT_BOOKED);
    }
    domain::ensure(booking.payment_id.has_value(), "a sold booking has its payment");
    const auto settled = co_await ports_.payments.mark_settled(*booking.payment_id);
    // Sold seats refuse everybody by their state; their keys are in nobody's way.
    ports_.locks.release_later(booking.showtime_id, booking.seats, booking.user_id);
    co_return sold&& settled;
}

Awaitable<bool> Saga::finish_ended(const BookingDocument& document, Told told) {
    const domain::Booking& booking = document.booking;
    // Keys first: should the same user have got hold of these seats again, the keys are new ones
    // only after the seats are free.
    (void)co_await ports_.locks.release(booking.showtime_id, booking.seats, booking.user_id);
    const auto released =
        co_await ports_.seats.release(booking.showtime_id, booking.id, booking.seats);
    if (released && (*released > 0 || told == Told::always)) {
        announce(document, domain::SeatEventType::SEAT_RELEASED);
    }
    if (!booking.payment_id) co_return released.has_value();
    domain::Payment payment{.id = *booking.payment_id,
                            .booking_id = booking.id,
                            .status = domain::PaymentStatus::SUCCESS,
                            .amount = booking.amount,
                            .currency = booking.currency,
                            .created_at = {},
                            .updated_at = {}};
    const auto returned = co_await give_back(std::move(payment));
    co_return released&& returned;
}

/// What becomes of overdue seats is for their booking to say. True when that expired just now.
Awaitable<Result<bool>> Saga::resolve_overdue(HeldSeats held) {
    for (;;) {
        auto found = co_await ports_.bookings.find(held.booking_id);
        if (!found) co_return std::unexpected(found.error());
        if (!*found) {
            const auto adopted = co_await adopt(held);
            if (!adopted) co_return std::unexpected(adopted.error());
            continue;
        }
        if ((*found)->booking.status == domain::BookingStatus::LOCKED) {
            const auto ended =
                co_await end(std::move(**found), domain::BookingStatus::EXPIRED, std::nullopt);
            if (!ended) co_return std::unexpected(ended.error());
            if (*ended) co_return true;
            continue;  // it changed in between, which it can do a few times only
        }
        // Somebody died, or is still at it. The seats that were found may be more than the
        // booking knows of: those that a hold took late.
        BookingDocument document = std::move(**found);
        auto& seats = document.booking.seats;
        for (std::size_t i = 0; i < held.seats.size(); ++i) {
            if (std::find(seats.begin(), seats.end(), held.seats[i]) != seats.end()) continue;
            seats.push_back(held.seats[i]);
            document.seat_versions.push_back(held.versions[i]);
        }
        const bool finished = co_await finish(std::move(document), Told::if_changed);
        if (!finished) co_return std::unexpected(store_unavailable());
        co_return false;
    }
}

/// Seats of a hold that died, or sleeps, before its booking: they get an EXPIRED one, so that the
/// sleeper's insert fails on the id.
Awaitable<Result<void>> Saga::adopt(const HeldSeats& held) {
    const auto now = clock_.now();
    const auto catalogue = ports_.catalog.snapshot();
    const domain::Showtime* showtime = catalogue->showtime(held.showtime_id);
    domain::Booking booking{
        .id = held.booking_id,
        .user_id = held.user_id,
        .showtime_id = held.showtime_id,
        .seats = held.seats,
        .status = domain::BookingStatus::EXPIRED,
        .amount = 0,
        .currency = showtime ? showtime->currency : "XXX",  // ISO 4217: no currency
        .lock_expires_at = held.lock_expires_at,
        .payment_id = {},
        .payment_status = {},
        .created_at = std::min(now, held.lock_expires_at - policy_.lock_ttl),
        .updated_at = now,
    };
    if (showtime) {
        booking.amount =
            domain::price_of(*showtime, *catalogue->seat_map(showtime->seatmap_id), held.seats);
    }
    BookingDocument document{.booking = std::move(booking),
                             .seat_versions = held.versions,
                             .hold_key = {},
                             .revision = 1,
                             .outbox = {},
                             .unfinished_since = now};
    document.outbox.push_back(entry(domain::EventType::BookingLocked, document.booking.created_at));
    document.outbox.push_back(entry(domain::EventType::BookingExpired, now));
    // Whether it was inserted or somebody else was quicker: there is a booking now.
    const auto inserted = co_await ports_.bookings.insert(std::move(document));
    if (!inserted) co_return std::unexpected(inserted.error());
    logger_.info("abandoned_hold", telemetry::LogField("booking", held.booking_id.to_hex()));
    co_return Result<void>();
}

OutboxEntry Saga::entry(domain::EventType type, domain::UtcTime now,
                        std::optional<domain::UserId> cancelled_by) {
    return {.event_id = ids_.uuid(),
            .type = type,
            .occurred_at = now,
            .cancelled_by = std::move(cancelled_by)};
}

void Saga::announce(const BookingDocument& document, domain::SeatEventType type) {
    const bool locked = type == domain::SeatEventType::SEAT_LOCKED;
    std::vector<domain::SeatEvent> events;
    for (std::size_t i = 0; i < document.booking.seats.size(); ++i) {
        events.push_back(booking::seat_event(type, document.booking, document.booking.seats[i],
                                             document.seat_versions[i] + (locked ? 0 : 1)));
    }
    ports_.announcer.announce(events);
}

}  // namespace cinema::cluster
