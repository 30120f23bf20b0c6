#include <algorithm>

#include "api/respond.hpp"
#include "api/views.hpp"
#include "booking/seat_list.hpp"

/// Movies, showtimes and seat maps.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Response;

constexpr std::size_t kShowtimesPageDefault = 100;
constexpr std::size_t kShowtimesPageMax = 500;

void fill(ShowtimeView& view, const catalog::CatalogSnapshot& catalog,
          const domain::Showtime& showtime, int seats_taken) {
    const domain::Movie& movie = *catalog.movie(showtime.movie_id);
    const domain::Auditorium& auditorium = *catalog.auditorium(showtime.auditorium_id);
    view.id = showtime.id;
    view.movie_id = showtime.movie_id;
    view.movie_title = movie.title;
    view.start_time = showtime.start_time;
    view.end_time = showtime.end_time;
    view.auditorium_id = showtime.auditorium_id;
    view.auditorium_name = auditorium.name;
    view.seatmap_id = showtime.seatmap_id;
    for (std::size_t i = 0; i < showtime.prices.size(); ++i) {
        if (!showtime.prices[i]) continue;
        const auto category = static_cast<domain::SeatCategory>(i);
        view.prices.emplace_back(std::string(domain::word(category)), *showtime.prices[i]);
    }
    view.currency = showtime.currency;
    view.seats_total = static_cast<int>(catalog.seat_map(showtime.seatmap_id)->seats().size());
    view.seats_available = view.seats_total - seats_taken;
}

/// The showtimes that a list shows, in order; `begin` is where a cursor's page starts.
std::vector<const domain::Showtime*> select_showtimes(const catalog::CatalogSnapshot& catalog,
                                                      std::optional<domain::MovieId> movie,
                                                      std::optional<std::chrono::sys_days> day,
                                                      domain::UtcTime now,
                                                      const domain::Showtime* after,
                                                      std::size_t count) {
    const auto& all = catalog.showtimes();
    // A day shows all of it, also what has begun; without one, what can still be booked.
    const domain::UtcTime from = day ? domain::UtcTime{*day} : now + std::chrono::milliseconds(1);
    auto at = std::lower_bound(
        all.begin(), all.end(), from,
        [](const domain::Showtime& s, domain::UtcTime time) { return s.start_time < time; });
    if (after) at = std::max(at, all.begin() + (after - all.data()) + 1);
    std::vector<const domain::Showtime*> selected;
    for (; at != all.end() && selected.size() < count; ++at) {
        if (day && at->start_time >= domain::UtcTime{*day + std::chrono::days{1}}) break;
        if (!movie || at->movie_id == *movie) selected.push_back(&*at);
    }
    return selected;
}

Response no_such_showtime(const Context& context) {
    return context.problem(problems::kNotFound, "There is no such showtime.");
}

}  // namespace

awaitable<Response> list_movies(Context& context) {
    const auto catalog = context.app.catalog.snapshot();
    co_return ok(context, context.app.cache.movies(catalog->revision(), [&] {
        std::vector<MovieView> views;
        for (const domain::Movie& movie : catalog->movies()) views.push_back(view_of(movie));
        return json_content(json::to_json(views));
    }));
}

awaitable<Response> show_movie(Context& context) {
    const auto catalog = context.app.catalog.snapshot();
    const auto id = context.id_param<domain::MovieId>();
    const domain::Movie* movie = id ? catalog->movie(*id) : nullptr;
    if (!movie) co_return context.problem(problems::kNotFound, "There is no such movie.");
    co_return ok_json(context, view_of(*movie));
}

awaitable<Response> list_showtimes(Context& context) {
    const auto catalog = context.app.catalog.snapshot();
    Query query(context.request.query);
    const auto movie = query.id<domain::MovieId>("movie_id");
    if (movie && !catalog->movie(*movie)) query.wrong("movie_id", "There is no such movie.");
    const auto day = query.date("date");
    const auto page = query.page(kShowtimesPageDefault, kShowtimesPageMax);
    const domain::Showtime* after = nullptr;
    if (page.before) {
        after = catalog->showtime(domain::ShowtimeId{*page.before});
        if (!after) query.wrong("cursor", "Use the cursor of the Link header as it was given.");
    }
    if (!query.good()) co_return context.problem(query.error());

    auto selected = select_showtimes(*catalog, movie, day, context.app.clock.now(), after,
                                     one_more(page).limit);
    const bool more = cut_to(page, selected);
    std::vector<domain::ShowtimeId> ids;
    ids.reserve(selected.size());
    for (const domain::Showtime* showtime : selected) ids.push_back(showtime->id);
    const auto taken = co_await context.app.queries.seats_taken(std::move(ids));
    if (!taken) co_return context.problem(taken.error());

    std::vector<ShowtimeView> views(selected.size());
    for (std::size_t i = 0; i < selected.size(); ++i) {
        fill(views[i], *catalog, *selected[i], (*taken)[i]);
    }
    co_return page_json(context, query, views, more);
}

awaitable<Response> show_showtime(Context& context) {
    const auto catalog = context.app.catalog.snapshot();
    const auto id = context.id_param<domain::ShowtimeId>();
    const domain::Showtime* showtime = id ? catalog->showtime(*id) : nullptr;
    if (!showtime) co_return no_such_showtime(context);
    std::vector<domain::ShowtimeId> ids(1, showtime->id);
    const auto taken = co_await context.app.queries.seats_taken(std::move(ids));
    if (!taken) co_return context.problem(taken.error());
    ShowtimeDetailView view;
    fill(view, *catalog, *showtime, taken->front());
    view.plan = plan_of(*catalog->seat_map(showtime->seatmap_id));
    co_return ok_json(context, view);
}

awaitable<Response> list_seats(Context& context) {
    const auto catalog = context.app.catalog.snapshot();
    const auto id = context.id_param<domain::ShowtimeId>();
    const domain::Showtime* showtime = id ? catalog->showtime(*id) : nullptr;
    if (!showtime) co_return no_such_showtime(context);
    auto states = co_await context.app.queries.seat_states(showtime->id);
    if (!states) co_return context.problem(states.error());
    co_return ok(context, context.app.cache.seats(showtime->id, catalog->revision(), *states, [&] {
        const auto& map = *catalog->seat_map(showtime->seatmap_id);
        return json_content(
            booking::seat_list_json(*showtime, map, booking::seat_statuses(map, (*states)->seats)));
    }));
}

}  // namespace cinema::api
