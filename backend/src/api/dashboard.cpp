#include <algorithm>

#include "api/respond.hpp"
#include "domain/ensure.hpp"

/// Figures for staff. Access::admin is checked before this is called.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Response;

constexpr std::size_t kDaysDefault = 14;
constexpr std::size_t kDaysMax = 90;
constexpr std::size_t kShowtimesMax = 60;

struct AmountView {
    std::string_view currency;
    std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(AmountView, (), (currency, amount))

struct DayView {
    std::string date;
    std::int64_t bookings = 0;
    std::int64_t seats = 0;
    std::vector<AmountView> revenue;
};
BOOST_DESCRIBE_STRUCT(DayView, (), (date, bookings, seats, revenue))

struct RefundsView {
    std::int64_t bookings = 0;
    std::vector<AmountView> amount;
};
BOOST_DESCRIBE_STRUCT(RefundsView, (), (bookings, amount))

struct TodayView : DayView {
    RefundsView refunds;
};
BOOST_DESCRIBE_STRUCT(TodayView, (DayView), (refunds))

struct HoldsView {
    std::int64_t bookings = 0;
    std::int64_t seats = 0;
    std::vector<AmountView> amount;
    std::optional<domain::UtcTime> next_expiry_at;
};
BOOST_DESCRIBE_STRUCT(HoldsView, (), (bookings, seats, amount, next_expiry_at))

struct OccupancyView {
    domain::ShowtimeId showtime_id;
    domain::MovieId movie_id;
    std::string_view movie_title;
    std::string_view auditorium_name;
    domain::UtcTime start_time;
    domain::UtcTime end_time;
    std::size_t seats_total = 0;
    std::int64_t seats_booked = 0;
    std::int64_t seats_locked = 0;
};
BOOST_DESCRIBE_STRUCT(OccupancyView, (),
                      (showtime_id, movie_id, movie_title, auditorium_name, start_time, end_time,
                       seats_total, seats_booked, seats_locked))

struct DashboardView {
    domain::UtcTime as_of;
    std::string_view time_zone;
    TodayView today;
    std::vector<DayView> revenue_by_day;
    HoldsView holds;
    std::vector<OccupancyView> occupancy;
};
BOOST_DESCRIBE_STRUCT(DashboardView, (),
                      (as_of, time_zone, today, revenue_by_day, holds, occupancy))

std::vector<AmountView> view_of(const reports::Amounts& amounts) {
    std::vector<AmountView> views;
    for (const auto& [currency, amount] : amounts) views.push_back({currency, amount});
    return views;
}

DayView view_of(std::chrono::local_days day, const reports::Sum& sales) {
    return {.date = domain::format_date(std::chrono::sys_days{day.time_since_epoch()}),
            .bookings = sales.bookings,
            .seats = sales.seats,
            .revenue = view_of(sales.amount)};
}

/// Today's showtimes and the next ones, by start. When today has too many, those that end first
/// are left out.
std::vector<const domain::Showtime*> select_showtimes(const catalog::CatalogSnapshot& catalog,
                                                      domain::UtcTime today,
                                                      domain::UtcTime tomorrow) {
    const auto& all = catalog.showtimes();
    auto at = std::lower_bound(
        all.begin(), all.end(), today,
        [](const domain::Showtime& s, domain::UtcTime time) { return s.start_time < time; });
    std::vector<const domain::Showtime*> selected;
    for (; at != all.end(); ++at) {
        if (at->start_time >= tomorrow && selected.size() >= kShowtimesMax) break;
        selected.push_back(&*at);
    }
    if (selected.size() > kShowtimesMax) {
        std::sort(selected.begin(), selected.end(),
                  [](const auto* a, const auto* b) { return a->end_time > b->end_time; });
        selected.resize(kShowtimesMax);
        std::sort(selected.begin(), selected.end());  // as they stand in the catalogue: by start
    }
    return selected;
}

std::vector<OccupancyView> occupancy_of(const catalog::CatalogSnapshot& catalog,
                                        const std::vector<const domain::Showtime*>& showtimes,
                                        const std::vector<reports::Occupancy>& occupancy) {
    std::vector<OccupancyView> views;
    for (std::size_t i = 0; i < showtimes.size(); ++i) {
        const domain::Showtime& showtime = *showtimes[i];
        views.push_back({.showtime_id = showtime.id,
                         .movie_id = showtime.movie_id,
                         .movie_title = catalog.movie(showtime.movie_id)->title,
                         .auditorium_name = catalog.auditorium(showtime.auditorium_id)->name,
                         .start_time = showtime.start_time,
                         .end_time = showtime.end_time,
                         .seats_total = catalog.seat_map(showtime.seatmap_id)->seats().size(),
                         .seats_booked = occupancy[i].seats_booked,
                         .seats_locked = occupancy[i].seats_locked});
    }
    return views;
}

}  // namespace

awaitable<Response> show_dashboard(Context& context) {
    App& app = context.app;
    Query query(context.request.query);
    const std::size_t days = query.number("days", kDaysDefault, kDaysMax);
    if (!query.good()) co_return context.problem(query.error());

    const domain::UtcTime now = app.clock.now();
    if (auto known = app.cache.dashboard(days, now)) co_return ok(context, std::move(known));
    const auto today = app.time_zone.day_of(now);
    const auto first_day = today - std::chrono::days{days - 1};
    reports::HouseRequest request{.days = {}, .now = now, .showtimes = {}};
    for (std::size_t i = 0; i <= days; ++i) {
        request.days.push_back(app.time_zone.start_of(first_day + std::chrono::days{i}));
    }
    const auto catalog = app.catalog.snapshot();
    const auto showtimes = select_showtimes(*catalog, request.days[days - 1], request.days[days]);
    for (const domain::Showtime* showtime : showtimes) request.showtimes.push_back(showtime->id);

    const auto report = co_await app.reports.report(std::move(request));
    if (!report) co_return context.problem(report.error());
    DashboardView view{.as_of = now, .time_zone = app.time_zone.name()};
    for (std::size_t i = 0; i < days; ++i) {
        view.revenue_by_day.push_back(view_of(first_day + std::chrono::days{i}, report->sales[i]));
    }
    static_cast<DayView&>(view.today) = view.revenue_by_day.back();
    view.today.refunds = {report->refunds.bookings, view_of(report->refunds.amount)};
    view.holds = {.bookings = report->holds.bookings,
                  .seats = report->holds.seats,
                  .amount = view_of(report->holds.amount),
                  .next_expiry_at = report->next_expiry};
    view.occupancy = occupancy_of(*catalog, showtimes, report->occupancy);
    auto content = json_content(json::to_json(view));
    app.cache.keep_dashboard(days, now, content);
    co_return ok(context, std::move(content));
}

}  // namespace cinema::api
