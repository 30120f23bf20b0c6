#include "cluster/rabbitmq/event_message.hpp"

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "cluster/mongo/audit_log.hpp"
#include "cluster/mongo/audit_trail.hpp"
#include "json/read.hpp"

namespace {

using namespace cinema;

/// The entry as MongoDB keeps it and as staff read it; nullopt for what it cannot keep (a zero in a
/// name), which the consumer gives up.
std::optional<domain::AuditLog> kept(const domain::Event& event) {
    cluster::mongo::Document document;
    try {
        cluster::mongo::write_audit_log(document, cluster::mongo::audit_log_of(event));
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
    cluster::mongo::Fields fields("audit_logs", document.bson());
    return cluster::mongo::read_audit_log(fields);
}

}  // namespace

/// Whatever is in the queue: it is refused, or it is an event that can be sent again, and whose
/// entry in the log comes back with all that it told, its payload still a JSON object. (The
/// payload's text may differ: Boost.JSON 1.81 reads a decimal fraction with an error in its last
/// digit.)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto event = cluster::event_from_message({reinterpret_cast<const char*>(data), size});
    if (!event) {
        if (event.error().empty()) std::abort();
        return 0;
    }
    const auto again = cluster::event_from_message(cluster::event_to_message(*event));
    if (!again || again->event_id != event->event_id || again->type != event->type ||
        again->occurred_at != event->occurred_at || again->booking_id != event->booking_id ||
        again->user_id != event->user_id || again->showtime_id != event->showtime_id ||
        again->seats != event->seats || again->payload.empty() != event->payload.empty()) {
        std::abort();
    }
    const auto log = kept(*event);
    if (!log) return 0;
    if (log->event_id != event->event_id || log->seats != event->seats ||
        log->created_at != event->occurred_at || log->payload.empty() != event->payload.empty()) {
        std::abort();
    }
    if (log->payload.empty()) return 0;
    const auto payload = json::parse(log->payload);
    if (!payload || !payload->is_object()) std::abort();
    return 0;
}
