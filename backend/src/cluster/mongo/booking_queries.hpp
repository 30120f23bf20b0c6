#pragma once

#include <list>
#include <mutex>
#include <unordered_map>

#include "cluster/mongo/booking_search.hpp"

namespace cinema::cluster::mongo {

/// The seat states that were read last, by showtime, so that a pointer that was handed out is
/// handed out again while a showtime is unchanged. At most `showtimes_max`, the least recently
/// used dropped first. Any thread.
class LatestSeatStates {
  public:
    using States = std::shared_ptr<const booking::SeatStates>;

    explicit LatestSeatStates(std::size_t showtimes_max) : showtimes_max_(showtimes_max) {}

    /// Answers with what was put before when it says the same, otherwise with `states`.
    States put(const domain::ShowtimeId& showtime, States states);

  private:
    struct Entry {
        domain::ShowtimeId showtime;
        States states;
    };

    const std::size_t showtimes_max_;
    std::mutex mutex_;
    std::list<Entry> entries_;  ///< most recently used first
    std::unordered_map<domain::ShowtimeId, std::list<Entry>::iterator> index_;
};

/// The BookingQueries port on MongoDB. Everything is read anew: what any instance has answered is
/// seen by the next read on any other. One round trip each, but for search().
class MongoBookingQueries final : public booking::BookingQueries {
  public:
    MongoBookingQueries(Mongo& mongo, catalog::Catalog& catalog, std::size_t cached_showtimes_max);

    booking::Awaitable<Result<std::optional<domain::Booking>>> find(domain::BookingId id) override;
    booking::Awaitable<Result<std::vector<domain::Booking>>> of_user(
        domain::UserId user, booking::PageRequest page) override;
    booking::Awaitable<Result<std::vector<booking::BookingRow>>> search(
        booking::BookingFilter filter, booking::PageRequest page) override;
    /// In the order of their codes.
    booking::Awaitable<Result<std::shared_ptr<const booking::SeatStates>>> seat_states(
        domain::ShowtimeId showtime) override;
    booking::Awaitable<Result<std::vector<int>>> seats_taken(
        std::vector<domain::ShowtimeId> showtimes) override;

  private:
    Result<std::optional<domain::Booking>> find_now(domain::BookingId id);
    Result<std::vector<domain::Booking>> of_user_now(domain::UserId user,
                                                     const booking::PageRequest& page);
    Result<std::shared_ptr<const booking::SeatStates>> seat_states_now(domain::ShowtimeId showtime);
    Result<std::vector<int>> seats_taken_now(const std::vector<domain::ShowtimeId>& showtimes);
    Result<std::vector<domain::Booking>> list(const Operation& operation, Document& command);

    Mongo& mongo_;
    BookingSearch search_;
    LatestSeatStates latest_;
    const Operation find_, of_user_, seat_states_, seats_taken_;
};

}  // namespace cinema::cluster::mongo
