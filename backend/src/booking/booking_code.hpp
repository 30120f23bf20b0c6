#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/id.hpp"

/// How people name a booking when they read it off a ticket.
namespace cinema::booking {

/// A booking's code: the last 8 hex digits of its id, in capitals.
std::string booking_code_of(const domain::BookingId& id);

/// The code that somebody has typed: 8 hex digits in any case, with spaces or hyphens between
/// them. nullopt for any other text.
std::optional<std::string> booking_code_in(std::string_view text);

/// The same for a whole id, 24 digits.
std::optional<domain::BookingId> booking_id_in(std::string_view text);

}  // namespace cinema::booking
