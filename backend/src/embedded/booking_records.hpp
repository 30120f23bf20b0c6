#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/booking.hpp"
#include "embedded/sqlite.hpp"

/// The tables bookings and payments. Inside a write transaction, but for the reading functions.
namespace cinema::embedded {

/// The columns that read_booking_row() reads, of `bookings b LEFT JOIN payments p`.
extern const std::string kBookingColumns;
inline constexpr int kBookingColumnCount = 12;
extern const std::string kBookingTables;

/// The current row's booking. updated_at is the later of the booking's and its payment's.
domain::Booking read_booking_row(const Query& query);

std::optional<domain::Booking> find_booking(Connection& db, const domain::BookingId& id);
std::optional<domain::Booking> find_booking_by_key(Connection& db, const domain::UserId& user,
                                                   const std::string& idempotency_key);
std::optional<domain::Payment> find_payment(Connection& db, const domain::BookingId& id);

/// Newest first; only ids below `before`, when given.
std::vector<domain::Booking> find_bookings_of_user(Connection& db, const domain::UserId& user,
                                                   const std::optional<domain::ObjectId>& before,
                                                   std::size_t limit);

/// LOCKED bookings with lock_expires_at <= now, the longest overdue first.
std::vector<domain::Booking> find_overdue(Connection& db, domain::UtcTime now, std::size_t limit);

/// LOCKED bookings with lock_expires_at > moment, the nearest first.
std::vector<domain::Booking> find_ending_after(Connection& db, domain::UtcTime moment,
                                               std::size_t limit);

/// False, and nothing inserted, when the booking's user does not exist.
bool insert_booking(Connection& db, const domain::Booking& booking,
                    const std::optional<std::string>& idempotency_key);

void insert_payment(Connection& db, const domain::Payment& payment);

/// LOCKED, the user's, paid and not overdue at `now` → BOOKED; false when it was not.
bool mark_booked(Connection& db, const domain::BookingId& id, const domain::UserId& user,
                 domain::UtcTime now);

/// Gives a LOCKED booking another end; false when it is not LOCKED.
bool move_end(Connection& db, const domain::BookingId& id, domain::UtcTime lock_expires_at,
              domain::UtcTime now);

/// LOCKED → CANCELLED or EXPIRED; false when it was not LOCKED.
bool mark_ended(Connection& db, const domain::BookingId& id, domain::BookingStatus status,
                domain::UtcTime now);

/// SUCCESS → REFUNDED; false when there was no SUCCESS.
bool mark_refunded(Connection& db, const domain::BookingId& id, domain::UtcTime now);

}  // namespace cinema::embedded
