#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/booking.hpp"
#include "domain/catalogue.hpp"
#include "domain/seat_map.hpp"

namespace cinema::booking {

/// What changes about a seat, without its name: small enough that a room copies hundreds of them
/// quickly. Indexed as SeatMap::seats().
struct SeatStatus {
    domain::SeatState state = domain::SeatState::AVAILABLE;
    domain::UserId locked_by;  ///< meaningful when LOCKED
    domain::UtcTime lock_expires_at;
    std::int64_t version = 0;
};

/// One seat as clients see it, in `GET seats` and in SYNC_SNAPSHOT alike. Who holds a LOCKED seat
/// is told (clients mark their own), who bought a BOOKED one is not.
struct SeatView {
    std::string_view seat_code;
    std::string_view row;
    int number = 0;
    domain::SeatCategory category{};
    std::int64_t price = 0;  ///< minor units of the showtime's currency
    domain::SeatState state{};
    std::optional<domain::UserId> locked_by_user_id;
    std::optional<domain::UtcTime> lock_expires_at;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(SeatView, (),
                      (seat_code, row, number, category, price, state, locked_by_user_id,
                       lock_expires_at, version))

/// Every seat of the room, AVAILABLE at version 0 where there is no record. Records of seats that
/// the map has not are ignored.
std::vector<SeatStatus> seat_statuses(const domain::SeatMap& map,
                                      std::span<const domain::SeatReservation> records);

/// The JSON array of SeatView, in the map's order.
std::string seat_list_json(const domain::Showtime& showtime, const domain::SeatMap& map,
                           std::span<const SeatStatus> statuses);

}  // namespace cinema::booking
