#pragma once

#include <vector>

#include "cluster/mongo/client.hpp"
#include "domain/event.hpp"

namespace cinema::cluster::mongo {

/// The id of the event's entry: the second and the millisecond in which it happened, its place in
/// a booking's life among events of that millisecond, and the end of its UUID. So a redelivered
/// event has the same id, and a booking's trail sorts as it happened however it was delivered.
/// Throws std::runtime_error when the event's id is no UUID.
domain::AuditLogId audit_log_id(const domain::Event& event);

/// The entry for an event.
domain::AuditLog audit_log_of(const domain::Event& event);
/// An entry as it is kept. Throws std::runtime_error when its payload is no JSON object.
void write_audit_log(Writer& out, const domain::AuditLog& log);

/// Writes `audit_logs`, the consumer's end of `booking.events`. Any thread; blocks.
class AuditLogWriter {
  public:
    explicit AuditLogWriter(Mongo& mongo)
        : mongo_(mongo), insert_(mongo.operation("audit.insert")) {}

    /// One entry for each event, whatever was delivered how often; those that are there already
    /// are passed over. One round trip. Errors: unavailable (any of them may be written or not;
    /// repeat). Throws std::runtime_error, and writes nothing, when an event's id is no UUID or
    /// its payload no JSON object.
    Result<void> write(const std::vector<domain::Event>& events);

  private:
    Mongo& mongo_;
    const Operation insert_;
};

}  // namespace cinema::cluster::mongo
