#pragma once

#include <span>

#include "cluster/mongo/client.hpp"
#include "cluster/mongo/together.hpp"
#include "cluster/saga/ports.hpp"

namespace cinema::cluster::mongo {

inline constexpr std::string_view kSeats = "seat_reservations";

/// SeatDocuments on `seat_reservations`. Each seat is asked for by (showtime_id, seat_code), which
/// is unique, and by the state that it must have.
class MongoSeats final : public SeatDocuments {
  public:
    explicit MongoSeats(Mongo& mongo);

    Awaitable<Result<std::vector<SeatDocument>>> find(domain::ShowtimeId showtime,
                                                      std::vector<std::string> seats) override;
    Awaitable<Result<std::vector<std::string>>> lock(SeatLockRequest request) override;
    Awaitable<Result<std::size_t>> book(domain::ShowtimeId showtime, domain::BookingId booking,
                                        domain::UserId user,
                                        std::vector<std::string> seats) override;
    Awaitable<Result<std::size_t>> release(domain::ShowtimeId showtime, domain::BookingId booking,
                                           std::vector<std::string> seats) override;
    Awaitable<Result<std::vector<LockedSeat>>> locked(std::optional<domain::UtcTime> from,
                                                      domain::UtcTime until,
                                                      std::size_t limit) override;

  private:
    struct Sale {
        domain::ShowtimeId showtime_id;
        domain::BookingId booking_id;
        domain::UserId user_id;
        std::vector<std::string> seats;
    };
    Result<std::vector<std::vector<std::string>>> lock_together(
        std::span<const SeatLockRequest> requests);
    Result<std::vector<std::size_t>> book_together(std::span<const Sale> sales);

    Mongo& mongo_;
    const Operation find_;
    const Operation lock_;
    const Operation book_;
    const Operation release_;
    const Operation locked_;
    Gathering<SeatLockRequest, std::vector<std::string>> locks_;
    Gathering<Sale, std::size_t> sales_;
};

/// A seat's record. Throws std::runtime_error for broken data.
SeatDocument read_seat(Fields& fields);

}  // namespace cinema::cluster::mongo
