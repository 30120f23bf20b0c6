#pragma once

#include "audit/audit_trail.hpp"
#include "embedded/readers.hpp"

namespace cinema::embedded {

/// A row of id, event_id, event_type, user_id, showtime_id, booking_id, seats, payload, created_at.
domain::AuditLog read_audit_row(const Query& query);

/// The AuditTrail port on SQLite.
class EmbeddedAuditTrail final : public audit::AuditTrail {
  public:
    explicit EmbeddedAuditTrail(Readers& readers) : readers_(readers) {}

    booking::Awaitable<domain::Result<std::vector<domain::AuditLog>>> search(
        audit::AuditFilter filter, booking::PageRequest page) override;

  private:
    Readers& readers_;
};

}  // namespace cinema::embedded
