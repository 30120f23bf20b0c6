#include "api/query.hpp"
#include "api/respond.hpp"
#include "api/views.hpp"

/// What staff see. Access::admin is checked before these are called.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Response;

constexpr std::size_t kStaffPageDefault = 50;
constexpr std::size_t kStaffPageMax = 200;

}  // namespace

awaitable<Response> list_bookings_for_staff(Context& context) {
    Query query(context.request.query);
    booking::BookingFilter filter;
    filter.status = query.one_of<domain::BookingStatus>("status");
    filter.user_id = query.id<domain::UserId>("user_id");
    filter.showtime_id = query.id<domain::ShowtimeId>("showtime_id");
    if (const auto day = query.date("date")) {
        filter.created_from = domain::UtcTime{*day};
        filter.created_before = domain::UtcTime{*day + std::chrono::days{1}};
    }
    filter.text = query.text("q").value_or("");
    const auto page = query.page(kStaffPageDefault, kStaffPageMax);
    if (!query.good()) co_return context.problem(query.error());

    const booking::PageRequest one_more{.limit = page.limit + 1, .before = page.before};
    auto rows = co_await context.app.queries.search(std::move(filter), one_more);
    if (!rows) co_return context.problem(rows.error());
    const bool more = rows->size() > page.limit;
    if (more) rows->pop_back();
    std::vector<StaffBookingView> views;
    for (const booking::BookingRow& row : *rows) views.push_back(view_of(row));
    Response response = ok_json(context, views);
    if (more) {
        response.add_header(
            "Link", query.next_link(context.request.path, rows->back().booking.id.to_hex()));
    }
    co_return response;
}

awaitable<Response> list_audit_logs(Context& context) {
    Query query(context.request.query);
    audit::AuditFilter filter;
    filter.event_type = query.one_of<domain::EventType>("event_type");
    filter.booking_id = query.id<domain::BookingId>("booking_id");
    filter.user_id = query.id<domain::UserId>("user_id");
    filter.from = query.time("date_from");
    filter.before = query.time("date_to", Query::Day::its_end);
    const auto page = query.page(kStaffPageDefault, kStaffPageMax);
    if (!query.good()) co_return context.problem(query.error());

    const booking::PageRequest one_more{.limit = page.limit + 1, .before = page.before};
    auto logs = co_await context.app.audit.search(filter, one_more);
    if (!logs) co_return context.problem(logs.error());
    const bool more = logs->size() > page.limit;
    if (more) logs->pop_back();
    std::vector<AuditLogView> views;
    for (const domain::AuditLog& log : *logs) views.push_back(view_of(log));
    Response response = ok_json(context, views);
    if (more) {
        response.add_header("Link",
                            query.next_link(context.request.path, logs->back().id.to_hex()));
    }
    co_return response;
}

}  // namespace cinema::api
