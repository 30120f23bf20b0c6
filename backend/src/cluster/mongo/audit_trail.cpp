#include "cluster/mongo/audit_trail.hpp"

#include "cluster/mongo/blocking.hpp"
#include "cluster/mongo/id_ranges.hpp"
#include "cluster/mongo/json_payload.hpp"

namespace cinema::cluster::mongo {

namespace {

constexpr std::string_view kAuditLogs = "audit_logs";

}  // namespace

domain::AuditLog read_audit_log(Fields& from) {
    domain::AuditLog log{.id = from.id<domain::AuditLogId>("_id"),
                         .event_id = std::string(from.text("event_id")),
                         .event_type = std::string(from.text("event_type")),
                         .user_id = from.optional_id<domain::UserId>("user_id"),
                         .showtime_id = from.optional_id<domain::ShowtimeId>("showtime_id"),
                         .booking_id = from.optional_id<domain::BookingId>("booking_id"),
                         .seats = from.texts("seats"),
                         .payload = {},
                         .created_at = from.time("created_at")};
    if (from.has("payload")) log.payload = to_json_text(from.object("payload").view());
    return log;
}

booking::Awaitable<Result<std::vector<domain::AuditLog>>> MongoAuditTrail::search(
    audit::AuditFilter filter, booking::PageRequest page) {
    return blocking([this, filter, page] { return search_now(filter, page); });
}

Result<std::vector<domain::AuditLog>> MongoAuditTrail::search_now(
    const audit::AuditFilter& filter, const booking::PageRequest& page) {
    std::vector<domain::AuditLog> logs;
    if (page.limit == 0) return logs;
    Document command = Mongo::command("find", kAuditLogs);
    command.object("filter", [&](Writer& conditions) {
        conditions.add("event_type", filter.event_type)
            .add("booking_id", filter.booking_id)
            .add("user_id", filter.user_id);
        add_id_range(
            conditions,
            {.before = page.before, .created_from = filter.from, .created_before = filter.before});
    });
    add_newest_first(command, page.limit);
    const auto reply = mongo_.read(search_, command);
    if (!reply) return std::unexpected(reply.error());
    each_in(*reply, kAuditLogs, [&](Fields& entry) { logs.push_back(read_audit_log(entry)); });
    return logs;
}

}  // namespace cinema::cluster::mongo
