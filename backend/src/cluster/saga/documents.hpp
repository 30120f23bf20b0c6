#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/booking.hpp"
#include "domain/event.hpp"

/// What the cluster engine keeps, as its steps see it. Only single-document atomic updates and
/// unique indexes stand behind these (docs/protocol.md, "The cluster engine").
namespace cinema::cluster {

/// An event that was written with its change and is not yet known to be in the queue. All else
/// that the event tells is the booking's own and never changes.
struct OutboxEntry {
    std::string event_id;  ///< UUID, version 7
    domain::EventType type{};
    domain::UtcTime occurred_at;
    std::optional<domain::UserId> cancelled_by;  ///< BookingCancelled only
};

/// A booking with what the engine keeps beside it.
struct BookingDocument {
    domain::Booking booking;
    /// Each seat's version once LOCKED for this booking, in the order of `booking.seats`: what any
    /// later event of these seats counts from, because a seat leaves its booking only once.
    std::vector<std::int64_t> seat_versions;
    /// "<user's id>:<Idempotency-Key>": unique among all bookings that have one.
    std::optional<std::string> hold_key;
    std::int64_t revision = 1;  ///< grows by one with every change of the booking
    std::vector<OutboxEntry> outbox;
    /// Since when seats, keys and money may not yet follow the booking's status.
    std::optional<domain::UtcTime> unfinished_since;
};

/// A seat's record with the booking that has it.
struct SeatDocument {
    domain::SeatReservation seat;
    std::optional<domain::BookingId> booking_id;  ///< none when AVAILABLE
};

/// A seat that is LOCKED, with its showtime.
struct LockedSeat {
    domain::ShowtimeId showtime_id;
    std::string seat_code;
    domain::BookingId booking_id;
    domain::UserId locked_by;
    domain::UtcTime lock_expires_at;
    std::int64_t version = 0;
};

/// A payment with its payer. Unsettled until its booking is BOOKED or its money is back.
struct PaymentDocument {
    domain::Payment payment;
    domain::UserId user_id;
};

}  // namespace cinema::cluster
