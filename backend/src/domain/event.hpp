#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/id.hpp"
#include "domain/time.hpp"
#include "domain/words.hpp"

namespace cinema::domain {

/// A fact that has happened to a booking. Written in the transaction of the change itself, then
/// delivered at least once; consumers recognise a repetition by `event_id`.
/// The envelope is the brief's event contract; `payload` is what a type has beyond it.
struct Event {
    std::string event_id;  ///< UUID, version 7 (RFC 9562): sorts by time
    EventType type;
    UtcTime occurred_at;
    BookingId booking_id;
    UserId user_id;
    ShowtimeId showtime_id;
    std::vector<std::string> seats;
    std::string payload;  ///< a JSON object as text, or empty
};

/// The readable trail: one entry per event id, whatever was delivered how often.
struct AuditLog {
    AuditLogId id;
    std::string event_id;
    std::string event_type;
    std::optional<UserId> user_id;
    std::optional<ShowtimeId> showtime_id;
    std::optional<BookingId> booking_id;
    std::vector<std::string> seats;
    std::string payload;
    UtcTime created_at;  ///< when the event happened
};

}  // namespace cinema::domain
