#pragma once

#include <chrono>
#include <cstddef>

namespace cinema::booking {

/// What the house has settled about holds: LOCK_TTL_SECONDS and MAX_SEATS_PER_BOOKING.
struct BookingPolicy {
    std::chrono::seconds lock_ttl{300};
    std::size_t seats_per_booking_max = 10;
};

}  // namespace cinema::booking
