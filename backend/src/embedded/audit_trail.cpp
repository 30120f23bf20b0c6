#include "embedded/audit_trail.hpp"

#include "embedded/encoding.hpp"

namespace cinema::embedded {

namespace {

using domain::EventType;

/// From this many bookings on, a user's trail is found by walking the whole trail from its newest
/// entry: such a user has an entry every few rows. Below, by the bookings themselves. So neither
/// way is ever long, and no index is paid for by every event.
constexpr int kBusyUserBookings = 2'000;

const Sql kCountBookings{
    "SELECT count(*) FROM (SELECT 1 FROM bookings WHERE user_id = ?1 LIMIT ?2)"};

bool is_busy_user(Connection& db, const domain::UserId& user) {
    Query query = db.query(kCountBookings, user, kBusyUserBookings);
    return query.next() && query.integer(0) >= kBusyUserBookings;
}

bool is_rare(EventType type) {
    return type == EventType::BookingCancelled || type == EventType::BookingExpired ||
           type == EventType::PaymentRefunded;
}

/// The tables and conditions that lead to the rows asked for by the shortest way.
std::string audit_source(Connection& db, const audit::AuditFilter& filter) {
    if (filter.booking_id) return "audit_logs l WHERE l.booking_id = ?4";
    if (filter.user_id && !is_busy_user(db, *filter.user_id)) {
        return "bookings b INDEXED BY bookings_of_user CROSS JOIN audit_logs l"
               " ON l.booking_id = b.id WHERE b.user_id = ?5";
    }
    if (filter.event_type && is_rare(*filter.event_type)) {
        // The partial index's own condition, so that SQLite knows that it applies.
        return "audit_logs l INDEXED BY audit_logs_rare WHERE (l.event_type = 'BookingCancelled'"
               " OR l.event_type = 'BookingExpired' OR l.event_type = 'PaymentRefunded')";
    }
    return "audit_logs l WHERE true";
}

std::string audit_search_text(Connection& db, const audit::AuditFilter& filter) {
    std::string sql =
        "SELECT l.id, l.event_id, l.event_type, l.user_id, l.showtime_id, l.booking_id, l.seats,"
        " l.payload, l.created_at FROM " +
        audit_source(db, filter) + " AND l.id < ?1 AND l.id >= ?2";
    if (filter.user_id) sql += " AND l.user_id = ?5";
    if (filter.event_type) sql += " AND l.event_type = ?6";
    if (filter.from) sql += " AND l.created_at >= ?7";
    if (filter.before) sql += " AND l.created_at < ?8";
    return sql + " ORDER BY l.id DESC LIMIT ?3";
}

std::vector<domain::AuditLog> search_audit_logs(Connection& db, const audit::AuditFilter& filter,
                                                const booking::PageRequest& page) {
    domain::ObjectId end = page.before.value_or(kAfterEveryId);
    if (filter.before) end = std::min(end, first_id_after(*filter.before));
    const domain::ObjectId begin = filter.from ? first_id_from(*filter.from) : domain::ObjectId{};

    Statement statement = db.prepare(audit_search_text(db, filter));
    statement.bind(1, end);
    statement.bind(2, begin);
    statement.bind(3, page.limit);
    if (filter.booking_id) statement.bind(4, *filter.booking_id);
    if (filter.user_id) statement.bind(5, *filter.user_id);
    if (filter.event_type) statement.bind(6, domain::word(*filter.event_type));
    if (filter.from) statement.bind(7, *filter.from);
    if (filter.before) statement.bind(8, *filter.before);
    std::vector<domain::AuditLog> logs;
    Query query = statement.run();
    while (query.next()) logs.push_back(read_audit_row(query));
    return logs;
}

}  // namespace

domain::AuditLog read_audit_row(const Query& query) {
    return {.id = query.id<domain::AuditLogId>(0),
            .event_id = uuid_to_text(query.uuid(1)),
            .event_type = std::string(query.text(2)),
            .user_id = query.id<domain::UserId>(3),
            .showtime_id = query.id<domain::ShowtimeId>(4),
            .booking_id = query.id<domain::BookingId>(5),
            .seats = list_from_json(query.text(6)),
            .payload = std::string(query.text(7)),
            .created_at = query.time(8)};
}

booking::Awaitable<domain::Result<std::vector<domain::AuditLog>>> EmbeddedAuditTrail::search(
    audit::AuditFilter filter, booking::PageRequest page) {
    return readers_.run<std::vector<domain::AuditLog>>(
        [filter, page](Connection& db) -> domain::Result<std::vector<domain::AuditLog>> {
            return search_audit_logs(db, filter, page);
        });
}

}  // namespace cinema::embedded
