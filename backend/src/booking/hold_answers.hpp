#pragma once

#include <string>
#include <vector>

#include "booking/booking_engine.hpp"

/// How a hold is refused or repeated, the same from every engine.
namespace cinema::booking {

/// The answer to a request whose key has been used: the first booking, as it is by now, if the
/// request is the same; otherwise idempotency_mismatch.
domain::Result<domain::Booking> replay(const HoldRequest& request, const domain::Booking& first);

domain::Error seats_taken(std::vector<std::string> conflicts);
domain::Error no_such_showtime();
domain::Error account_gone();

}  // namespace cinema::booking
