#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/booking.hpp"

namespace cinema::cluster {

/// What instances tell each other about seats, as JSON:
/// {"origin":…,"events":[{"type","showtimeId","seatCode","lockedByUserId"?,"lockExpiresAt"?,
/// "version"}]}, or {"origin":…,"resync":true} when some of it was lost.
struct FeedMessage {
    std::string origin;  ///< the instance that sent it
    bool resync = false;
    std::vector<domain::SeatEvent> events;
};

std::string feed_events_json(std::string_view origin, std::span<const domain::SeatEvent> events);
std::string feed_resync_json(std::string_view origin);

/// nullopt for anything else than the two above. Unknown members are ignored.
std::optional<FeedMessage> parse_feed_message(std::string_view text);

}  // namespace cinema::cluster
