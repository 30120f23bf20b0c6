#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "booking/booking_engine.hpp"
#include "domain/catalogue.hpp"

namespace cinema::booking {

/// A page of a list ordered newest first by id. `before` excludes it and everything newer.
struct PageRequest {
    std::size_t limit = 50;
    std::optional<domain::ObjectId> before;
};

/// What the box office searches by; unset members do not restrict.
struct BookingFilter {
    std::optional<domain::BookingStatus> status;
    std::optional<domain::UserId> user_id;
    std::optional<domain::BookingId> id;
    std::optional<domain::ShowtimeId> showtime_id;
    std::optional<domain::MovieId> movie_id;
    std::optional<domain::UtcTime> created_from;    ///< inclusive
    std::optional<domain::UtcTime> created_before;  ///< exclusive
    /// Part of an e-mail, a name or a film's title, in any case of ASCII letters; or a booking's
    /// code, see booking_code_in().
    std::string text;
};

/// A booking with the names that staff read.
struct BookingRow {
    domain::Booking booking;
    std::string user_email;
    std::string user_name;
    domain::MovieId movie_id;
    std::string movie_title;
    domain::UtcTime showtime_start;
    domain::UtcTime showtime_end;
    std::string auditorium_name;
};

/// Every seat of a showtime that has a record, in no particular order. Immutable and shared: the
/// same pointer is handed out until the showtime changes, so callers may cache what they make of
/// it by the pointer.
struct SeatStates {
    std::vector<domain::SeatReservation> seats;
};

/// The reading side. What a caller was told by BookingEngine is visible to its next read.
/// Any thread may call. Errors of every call: overloaded, unavailable.
class BookingQueries {
  public:
    virtual ~BookingQueries() = default;

    /// nullopt when there is none; the caller decides whether the reader may see it.
    virtual Awaitable<domain::Result<std::optional<domain::Booking>>> find(
        domain::BookingId id) = 0;
    virtual Awaitable<domain::Result<std::vector<domain::Booking>>> of_user(domain::UserId user,
                                                                            PageRequest page) = 0;
    virtual Awaitable<domain::Result<std::vector<BookingRow>>> search(BookingFilter filter,
                                                                      PageRequest page) = 0;

    /// The showtime must exist in the catalogue; an unknown one has no records.
    virtual Awaitable<domain::Result<std::shared_ptr<const SeatStates>>> seat_states(
        domain::ShowtimeId showtime) = 0;

    /// How many seats of each showtime are LOCKED or BOOKED, in the order asked.
    virtual Awaitable<domain::Result<std::vector<int>>> seats_taken(
        std::vector<domain::ShowtimeId> showtimes) = 0;
};

}  // namespace cinema::booking
