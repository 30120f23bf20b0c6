#include "api/respond.hpp"
#include "api/views.hpp"
#include "booking/booking_code.hpp"

/// Bookings as staff see them. Access::admin is checked before these are called.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Response;

booking::BookingFilter read_booking_filter(Query& query) {
    booking::BookingFilter filter;
    filter.status = query.one_of<domain::BookingStatus>("status");
    filter.user_id = query.id<domain::UserId>("user_id");
    filter.showtime_id = query.id<domain::ShowtimeId>("showtime_id");
    filter.movie_id = query.id<domain::MovieId>("movie_id");
    if (const auto day = query.date("date")) {
        filter.created_from = domain::UtcTime{*day};
        filter.created_before = domain::UtcTime{*day + std::chrono::days{1}};
    }
    filter.text = query.text("q").value_or("");
    filter.id = booking::booking_id_in(filter.text);
    if (filter.id) filter.text.clear();
    return filter;
}

}  // namespace

awaitable<Response> list_bookings_for_staff(Context& context) {
    Query query(context.request.query);
    auto filter = read_booking_filter(query);
    const auto page = query.page(kBookingsPageDefault, kBookingsPageMax);
    if (!query.good()) co_return context.problem(query.error());

    auto rows = co_await context.app.queries.search(std::move(filter), one_more(page));
    if (!rows) co_return context.problem(rows.error());
    const bool more = cut_to(page, *rows);
    std::vector<StaffBookingView> views;
    for (const booking::BookingRow& row : *rows) views.push_back(view_of(row));
    co_return page_json(context, query, views, more);
}

awaitable<Response> show_booking_for_staff(Context& context) {
    booking::BookingFilter filter;
    filter.id = context.id_param<domain::BookingId>();
    if (!filter.id) co_return context.problem(domain::booking_not_found());
    const booking::PageRequest one{.limit = 1, .before = std::nullopt};
    const auto rows = co_await context.app.queries.search(std::move(filter), one);
    if (!rows) co_return context.problem(rows.error());
    if (rows->empty()) co_return context.problem(domain::booking_not_found());
    co_return ok_json(context, view_of(rows->front()));
}

}  // namespace cinema::api
