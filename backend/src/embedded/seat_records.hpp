#pragma once

#include <optional>
#include <string>

#include "domain/booking.hpp"
#include "embedded/sqlite.hpp"

/// The table seat_reservations and the counter of seats taken. Inside a write transaction, but for
/// the reading functions.
namespace cinema::embedded {

/// A seat's record, and the booking that has it now.
struct SeatRecord {
    domain::SeatReservation seat;
    std::optional<domain::BookingId> booking_id;
};

/// AVAILABLE at version 0 when the seat has no record.
SeatRecord read_seat(Connection& db, const domain::ShowtimeId& showtime, const std::string& code);

/// The seat of a LOCKED booking ends when the booking does.
bool move_seat_end(Connection& db, const domain::Booking& booking, const std::string& code);

/// Each changes one seat and makes its version one higher, or changes nothing and answers false
/// when the seat is not as it must be: the statement itself checks, whatever was read before.
///
/// AVAILABLE → LOCKED for the booking's user until its lock_expires_at.
bool lock_seat(Connection& db, const domain::Booking& booking, const std::string& code);
/// LOCKED by this booking and its user → BOOKED.
bool book_seat(Connection& db, const domain::Booking& booking, const std::string& code);
/// LOCKED by this booking → AVAILABLE.
bool release_seat(Connection& db, const domain::Booking& booking, const std::string& code);

/// Changes the showtime's count of LOCKED and BOOKED seats. It cannot become negative (CHECK).
void add_seats_taken(Connection& db, const domain::ShowtimeId& showtime, std::size_t seats);
void subtract_seats_taken(Connection& db, const domain::ShowtimeId& showtime, std::size_t seats);

}  // namespace cinema::embedded
