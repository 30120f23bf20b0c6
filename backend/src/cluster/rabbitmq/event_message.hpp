#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "domain/event.hpp"

namespace cinema::cluster {

/// The body of a message of `booking.events`: the brief's event contract (eventId, eventType,
/// occurredAt, bookingId, userId, showtimeId, seats), and the event's payload as an object.
std::string event_to_message(const domain::Event& event);

/// The reverse, for anybody's bytes: every member of the contract must be there and right, a
/// payload must be an object; unknown members are ignored. The error names the member, and repeats
/// nothing of the body.
std::expected<domain::Event, std::string> event_from_message(std::string_view body);

}  // namespace cinema::cluster
