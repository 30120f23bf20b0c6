#pragma once

#include <optional>
#include <string>
#include <vector>

#include "booking/booking_queries.hpp"
#include "domain/event.hpp"

namespace cinema::audit {

struct AuditFilter {
    std::optional<domain::EventType> event_type;
    std::optional<domain::BookingId> booking_id;
    std::optional<domain::UserId> user_id;
    std::optional<domain::UtcTime> from;    ///< inclusive, by when the event happened
    std::optional<domain::UtcTime> before;  ///< exclusive
};

/// Reads the audit log, newest first. Any thread may call.
class AuditTrail {
  public:
    virtual ~AuditTrail() = default;
    virtual booking::Awaitable<domain::Result<std::vector<domain::AuditLog>>> search(
        AuditFilter filter, booking::PageRequest page) = 0;
};

}  // namespace cinema::audit
