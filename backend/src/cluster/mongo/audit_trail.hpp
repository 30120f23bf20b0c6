#pragma once

#include "audit/audit_trail.hpp"
#include "cluster/mongo/client.hpp"

namespace cinema::cluster::mongo {

/// The AuditTrail port on `audit_logs`. One round trip a page.
class MongoAuditTrail final : public audit::AuditTrail {
  public:
    explicit MongoAuditTrail(Mongo& mongo)
        : mongo_(mongo), search_(mongo.operation("audit.search")) {}

    booking::Awaitable<Result<std::vector<domain::AuditLog>>> search(
        audit::AuditFilter filter, booking::PageRequest page) override;

  private:
    Result<std::vector<domain::AuditLog>> search_now(const audit::AuditFilter& filter,
                                                     const booking::PageRequest& page);

    Mongo& mongo_;
    const Operation search_;
};

/// An entry as it is kept. Throws std::runtime_error for broken data.
domain::AuditLog read_audit_log(Fields& fields);

}  // namespace cinema::cluster::mongo
