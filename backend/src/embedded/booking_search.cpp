#include "booking/booking_code.hpp"
#include "embedded/booking_queries.hpp"
#include "embedded/booking_records.hpp"
#include "embedded/encoding.hpp"

namespace cinema::embedded {

namespace {

/// Which index leads the search: the most selective of what was asked. Without statistics SQLite
/// would walk all bookings for most of these.
std::string leading_index(const booking::BookingFilter& filter) {
    if (filter.id) return "";  // the key itself
    if (filter.user_id) return " INDEXED BY bookings_of_user";
    if (filter.showtime_id) return "";  // see kOfShowtime
    if (filter.status == domain::BookingStatus::LOCKED) return " INDEXED BY bookings_expiring";
    if (filter.status && filter.status != domain::BookingStatus::BOOKED) {
        return " INDEXED BY bookings_ended";
    }
    return "";
}

/// A showtime's bookings: those that have seats of it now, and those that have ended. So the
/// bookings that become sales need no index by showtime.
constexpr const char* kOfShowtime =
    " AND b.id IN (SELECT booking_id FROM seat_reservations WHERE showtime_id = ?5"
    " AND booking_id IS NOT NULL UNION ALL"
    " SELECT id FROM bookings INDEXED BY bookings_ended_of_showtime WHERE showtime_id = ?5"
    " AND status IN ('CANCELLED', 'EXPIRED'))";

/// The status, spelled out as a constant where a partial index is to be recognised. The words are
/// our own enumerators.
std::string status_condition(domain::BookingStatus status) {
    std::string condition = " AND b.status = '" + std::string(domain::word(status)) + "'";
    if (status == domain::BookingStatus::CANCELLED || status == domain::BookingStatus::EXPIRED) {
        condition += " AND b.status IN ('CANCELLED', 'EXPIRED')";
    }
    return condition;
}

std::string search_text(const booking::BookingFilter& filter) {
    std::string sql = "SELECT " + kBookingColumns +
                      ", u.email, u.name, s.movie_id, m.title, s.start_time, s.end_time, a.name"
                      " FROM bookings b" +
                      leading_index(filter) +
                      " LEFT JOIN payments p ON p.booking_id = b.id"
                      " CROSS JOIN users u ON u.id = b.user_id"
                      " CROSS JOIN showtimes s ON s.id = b.showtime_id"
                      " CROSS JOIN movies m ON m.id = s.movie_id"
                      " CROSS JOIN auditoriums a ON a.id = s.auditorium_id"
                      " WHERE b.id < ?1 AND b.id >= ?2";
    if (filter.status) sql += status_condition(*filter.status);
    if (filter.id) sql += " AND b.id = ?9";
    if (filter.user_id) sql += " AND b.user_id = ?4";
    if (filter.showtime_id) sql += kOfShowtime;
    if (filter.movie_id) {
        sql += " AND b.showtime_id IN (SELECT id FROM showtimes WHERE movie_id = ?10)";
    }
    if (filter.created_from) sql += " AND b.created_at >= ?6";
    if (filter.created_before) sql += " AND b.created_at < ?7";
    if (!filter.text.empty()) {
        // The matching people and showtimes are found once, not for every booking.
        sql +=
            " AND (hex(substr(b.id, 9)) = ?11"
            " OR b.user_id IN (SELECT id FROM users WHERE email LIKE ?8 ESCAPE '\\'"
            " OR name LIKE ?8 ESCAPE '\\')"
            " OR b.showtime_id IN (SELECT id FROM showtimes WHERE movie_id IN"
            " (SELECT id FROM movies WHERE title LIKE ?8 ESCAPE '\\')))";
    }
    return sql + " ORDER BY b.id DESC LIMIT ?3";
}

/// `text` anywhere, with LIKE's own signs taken literally. LIKE ignores the case of ASCII letters.
std::string like_pattern(std::string_view text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
        pattern.push_back(c);
    }
    pattern.push_back('%');
    return pattern;
}

booking::BookingRow read_search_row(const Query& query) {
    constexpr int kAt = kBookingColumnCount;
    return {.booking = read_booking_row(query),
            .user_email = std::string(query.text(kAt)),
            .user_name = std::string(query.text(kAt + 1)),
            .movie_id = query.id<domain::MovieId>(kAt + 2),
            .movie_title = std::string(query.text(kAt + 3)),
            .showtime_start = query.time(kAt + 4),
            .showtime_end = query.time(kAt + 5),
            .auditorium_name = std::string(query.text(kAt + 6))};
}

}  // namespace

std::vector<booking::BookingRow> search_bookings(Connection& db,
                                                 const booking::BookingFilter& filter,
                                                 const booking::PageRequest& page) {
    domain::ObjectId end = page.before.value_or(kAfterEveryId);
    if (filter.created_before) end = std::min(end, first_id_after(*filter.created_before));
    const domain::ObjectId begin =
        filter.created_from ? first_id_from(*filter.created_from) : domain::ObjectId{};
    const std::string pattern = like_pattern(filter.text);
    const auto code = booking::booking_code_in(filter.text);

    Statement statement = db.prepare(search_text(filter));
    statement.bind(1, end);
    statement.bind(2, begin);
    statement.bind(3, page.limit);
    if (filter.user_id) statement.bind(4, *filter.user_id);
    if (filter.showtime_id) statement.bind(5, *filter.showtime_id);
    if (filter.created_from) statement.bind(6, *filter.created_from);
    if (filter.created_before) statement.bind(7, *filter.created_before);
    if (filter.id) statement.bind(9, *filter.id);
    if (filter.movie_id) statement.bind(10, *filter.movie_id);
    if (!filter.text.empty()) {
        statement.bind(8, pattern);
        statement.bind(11, code);
    }
    std::vector<booking::BookingRow> rows;
    Query query = statement.run();
    while (query.next()) rows.push_back(read_search_row(query));
    return rows;
}

}  // namespace cinema::embedded
