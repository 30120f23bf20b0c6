#pragma once

#include <optional>
#include <string>

#include "domain/booking.hpp"
#include "domain/event.hpp"

/// What events tell, the same from every engine (docs/protocol.md, "Events and the audit log").
namespace cinema::booking {

/// The payload of an event of this type: a JSON object. `booking` may be of any later moment, as
/// all that is told never changes once it is known. `cancelled_by` is told by BookingCancelled
/// only, which must have it; PaymentRefunded needs a booking that has ended.
std::string event_payload(domain::EventType type, const domain::Booking& booking,
                          const std::optional<domain::UserId>& cancelled_by = {});

/// How viewers are told of the booking's seat, at its new version.
domain::SeatEvent seat_event(domain::SeatEventType type, const domain::Booking& booking,
                             const std::string& seat_code, std::int64_t version);

}  // namespace cinema::booking
