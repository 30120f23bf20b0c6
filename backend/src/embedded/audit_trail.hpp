#pragma once

#include "audit/audit_trail.hpp"
#include "embedded/readers.hpp"

namespace cinema::embedded {

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
