#include "embedded/outbox.hpp"

#include "booking/event_texts.hpp"
#include "embedded/encoding.hpp"

namespace cinema::embedded {

namespace {

const Sql kInsertOutbox{
    "INSERT INTO outbox (audit_id, event_id, event_type, occurred_at, booking_id, user_id, "
    "showtime_id, seats, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};

// The last one of the oldest `limit` events.
const Sql kLastToRelay{
    "SELECT max(seq), count(*) FROM (SELECT seq FROM outbox ORDER BY seq LIMIT ?1)"};

// Only a repeated event is passed over; any other conflict is an error.
const Sql kCopyToAuditLog{
    "INSERT INTO audit_logs (id, event_id, event_type, user_id, showtime_id, booking_id, seats, "
    "payload, created_at) "
    "SELECT audit_id, event_id, event_type, user_id, showtime_id, booking_id, seats, payload, "
    "occurred_at FROM outbox WHERE seq <= ?1 ORDER BY seq "
    "ON CONFLICT (booking_id, event_id) DO NOTHING"};

const Sql kForgetRelayed{"DELETE FROM outbox WHERE seq <= ?1"};

struct RelayRange {
    std::int64_t last_seq = 0;
    std::size_t count = 0;
};

RelayRange relay_range(Connection& db, std::size_t limit) {
    Query query = db.query(kLastToRelay, limit);
    if (!query.next()) return {};
    return {query.integer(0), static_cast<std::size_t>(query.integer(1))};
}

}  // namespace

void append_event(WriteContext& context, env::IdSource& ids, domain::EventType type,
                  const domain::Booking& booking,
                  const std::optional<domain::UserId>& cancelled_by) {
    const auto audit_id = ids.next<domain::AuditLogId>();
    const Uuid event_id = uuid_from_text(ids.uuid());
    const std::string seats = list_to_json(booking.seats);
    const std::string payload = booking::event_payload(type, booking, cancelled_by);
    context.db.execute(kInsertOutbox, audit_id, event_id, domain::word(type), context.now,
                       booking.id, booking.user_id, booking.showtime_id, seats, payload);
}

booking::Awaitable<domain::Result<std::size_t>> EmbeddedOutbox::relay(std::size_t limit) {
    return writer_.run<std::size_t>([limit](WriteContext& context) -> domain::Result<std::size_t> {
        const RelayRange range = relay_range(context.db, limit);
        if (range.count == 0) return 0;
        context.db.execute(kCopyToAuditLog, range.last_seq);
        context.db.execute(kForgetRelayed, range.last_seq);
        context.effects.tally.events_relayed += static_cast<int>(range.count);
        return range.count;
    });
}

}  // namespace cinema::embedded
