#include "embedded/house_reports.hpp"

#include <algorithm>
#include <unordered_map>

#include "domain/ensure.hpp"
#include "domain/rules.hpp"
#include "embedded/encoding.hpp"

namespace cinema::embedded {

namespace {

using domain::UtcTime;
using reports::HouseReport;
using reports::HouseRequest;

/// A hold lasts a day at most (LOCK_TTL_SECONDS), and only a hold becomes a sale: so a sale's
/// booking was made within the day before it, and ids tell when a booking was made. No index by
/// the time of the sale is needed, which every sale would pay for.
constexpr std::chrono::days kHoldLastsMax{1};

const Sql kSales{
    "SELECT updated_at, json_array_length(seats), amount, currency FROM bookings "
    "WHERE id >= ?1 AND status = 'BOOKED' AND updated_at >= ?2 AND updated_at < ?3"};

// Money goes back whenever a hold is found to have ended, which may be long after it was made. So
// the trail leads: it has an index of its rare events, and what is not in it yet is in the outbox.
const Sql kRefunds{
    "SELECT count(*), sum(json_array_length(b.seats)), sum(p.amount), p.currency FROM "
    "(SELECT booking_id FROM audit_logs INDEXED BY audit_logs_rare"
    " WHERE event_type = 'PaymentRefunded' AND id >= ?1 AND id < ?2"
    " AND created_at >= ?3 AND created_at < ?4"
    " UNION ALL SELECT booking_id FROM outbox"
    " WHERE event_type = 'PaymentRefunded' AND occurred_at >= ?3 AND occurred_at < ?4) r "
    "CROSS JOIN payments p ON p.booking_id = r.booking_id "
    "CROSS JOIN bookings b ON b.id = r.booking_id GROUP BY p.currency"};

const Sql kHolds{
    "SELECT showtime_id, json_array_length(seats), amount, currency, lock_expires_at "
    "FROM bookings INDEXED BY bookings_expiring WHERE status = 'LOCKED' ORDER BY lock_expires_at"};

const Sql kSeatsTaken{"SELECT seats_taken FROM showtime_sales WHERE showtime_id = ?1"};

void add(reports::Sum& sum, std::int64_t bookings, std::int64_t seats, std::int64_t amount,
         std::string_view currency) {
    sum.bookings += bookings;
    sum.seats += seats;
    // Usually one currency, so the key is rarely made.
    const auto found = std::find_if(sum.amount.begin(), sum.amount.end(),
                                    [&](const auto& entry) { return entry.first == currency; });
    if (found != sum.amount.end()) {
        found->second += amount;
    } else {
        sum.amount.emplace(currency, amount);
    }
}

std::vector<reports::Sum> read_sales(Connection& db, const std::vector<UtcTime>& days) {
    std::vector<reports::Sum> sales(days.size() - 1);
    const domain::ObjectId first = first_id_from(days.front() - kHoldLastsMax);
    Query query = db.query(kSales, first, days.front(), days.back());
    while (query.next()) {
        const auto end = std::upper_bound(days.begin(), days.end(), query.time(0));
        add(sales[static_cast<std::size_t>(end - days.begin()) - 1], 1, query.integer(1),
            query.integer(2), query.text(3));
    }
    return sales;
}

reports::Sum read_refunds(Connection& db, UtcTime from, UtcTime before) {
    reports::Sum refunds;
    const domain::ObjectId first = first_id_from(from);
    const domain::ObjectId end = first_id_after(before);
    Query query = db.query(kRefunds, first, end, from, before);
    while (query.next()) {
        add(refunds, query.integer(0), query.integer(1), query.integer(2), query.text(3));
    }
    return refunds;
}

/// Fills holds and occupancy. Which seats of a showtime are sold is never counted: they are those
/// that are taken (a number kept with every change) but for those of the holds, which are few.
void read_holds(Connection& db, const HouseRequest& request, HouseReport& report) {
    std::unordered_map<domain::ShowtimeId, std::int64_t> held;    // overdue ones too
    std::unordered_map<domain::ShowtimeId, std::int64_t> locked;  // without them
    Query query = db.query(kHolds);
    while (query.next()) {
        const auto showtime = query.id<domain::ShowtimeId>(0);
        const std::int64_t seats = query.integer(1);
        held[showtime] += seats;
        if (domain::is_overdue(query.time(4), request.now)) continue;
        locked[showtime] += seats;
        add(report.holds, 1, seats, query.integer(2), query.text(3));
        if (!report.next_expiry) report.next_expiry = query.time(4);
    }
    for (const domain::ShowtimeId& showtime : request.showtimes) {
        Query taken = db.query(kSeatsTaken, showtime);
        const std::int64_t seats_taken = taken.next() ? taken.integer(0) : 0;
        domain::ensure(seats_taken >= held[showtime], "a hold's seats are taken");
        report.occupancy.push_back(
            {.seats_booked = seats_taken - held[showtime], .seats_locked = locked[showtime]});
    }
}

HouseReport read_report(Connection& db, const HouseRequest& request) {
    const auto& days = request.days;
    domain::ensure(days.size() >= 2 && std::is_sorted(days.begin(), days.end()),
                   "days follow each other");
    const ReadTransaction transaction(db);  // one state of the database for all figures
    HouseReport report{.sales = read_sales(db, days),
                       .refunds = read_refunds(db, days[days.size() - 2], days.back()),
                       .holds = {},
                       .next_expiry = {},
                       .occupancy = {}};
    read_holds(db, request, report);
    return report;
}

}  // namespace

booking::Awaitable<domain::Result<HouseReport>> EmbeddedHouseReports::report(HouseRequest request) {
    return readers_.run<HouseReport>(
        [request = std::move(request)](Connection& db) -> domain::Result<HouseReport> {
            return read_report(db, request);
        });
}

}  // namespace cinema::embedded
