#pragma once

#include "booking/booking_queries.hpp"
#include "embedded/readers.hpp"
#include "embedded/seat_cache.hpp"

namespace cinema::embedded {

/// The BookingQueries port on SQLite: the readers' threads, and a cache of seat states that
/// answers without one while a showtime is unchanged.
class EmbeddedBookingQueries final : public booking::BookingQueries {
  public:
    EmbeddedBookingQueries(Readers& readers, const SeatRevisions& revisions,
                           std::size_t cached_showtimes_max)
        : readers_(readers), revisions_(revisions), cache_(cached_showtimes_max) {}

    booking::Awaitable<domain::Result<std::optional<domain::Booking>>> find(
        domain::BookingId id) override;
    booking::Awaitable<domain::Result<std::vector<domain::Booking>>> of_user(
        domain::UserId user, booking::PageRequest page) override;
    booking::Awaitable<domain::Result<std::vector<booking::BookingRow>>> search(
        booking::BookingFilter filter, booking::PageRequest page) override;
    booking::Awaitable<domain::Result<std::shared_ptr<const booking::SeatStates>>> seat_states(
        domain::ShowtimeId showtime) override;
    booking::Awaitable<domain::Result<std::vector<int>>> seats_taken(
        std::vector<domain::ShowtimeId> showtimes) override;

  private:
    Readers& readers_;
    const SeatRevisions& revisions_;
    SeatCache cache_;
};

/// The box office's search (booking_search.cpp). Throws SqliteError.
std::vector<booking::BookingRow> search_bookings(Connection& db,
                                                 const booking::BookingFilter& filter,
                                                 const booking::PageRequest& page);

}  // namespace cinema::embedded
