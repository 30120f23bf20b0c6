#include "cluster/mongo/booking_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>
#include <unordered_map>

#include "booking/booking_code.hpp"
#include "cluster/mongo/booking_fields.hpp"
#include "cluster/mongo/id_ranges.hpp"
#include "domain/utf8.hpp"

namespace cinema::cluster::mongo {

namespace {

using booking::BookingFilter;
using booking::BookingRow;
using booking::PageRequest;
using catalog::CatalogSnapshot;

constexpr std::string_view kSearchedUsers = "users";

/// No name or e-mail is longer; and a regular expression must not be (32 KiB of pattern).
constexpr std::size_t kSearchedTextBytesMax = 1'000;

char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

template <class Fits>
std::vector<domain::ShowtimeId> showtimes_where(const CatalogSnapshot& catalogue, Fits fits) {
    std::set<domain::MovieId> movies;
    for (const domain::Movie& movie : catalogue.movies()) {
        if (fits(movie)) movies.insert(movie.id);
    }
    std::vector<domain::ShowtimeId> showtimes;
    if (movies.empty()) return showtimes;
    for (const domain::Showtime& showtime : catalogue.showtimes()) {
        if (movies.contains(showtime.movie_id)) showtimes.push_back(showtime.id);
    }
    return showtimes;
}

template <class Range>
void add_any_of(Writer& filter, std::string_view field, const Range& values) {
    filter.object(field, [&](Writer& condition) { condition.add("$in", values); });
}

/// The newest `limit` of both, each once.
void keep_newest(std::vector<domain::Booking>& kept, std::vector<domain::Booking> found,
                 std::size_t limit) {
    std::move(found.begin(), found.end(), std::back_inserter(kept));
    std::ranges::sort(kept, std::greater{}, &domain::Booking::id);
    const auto repeated = std::ranges::unique(kept, {}, &domain::Booking::id);
    kept.erase(repeated.begin(), repeated.end());
    if (kept.size() > limit)
        kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(limit), kept.end());
}

}  // namespace

std::string regex_of(std::string_view text) {
    std::string regex;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const char lower = ascii_lower(c);
        if (lower >= 'a' && lower <= 'z') {
            regex += {'[', lower, static_cast<char>(lower - ('a' - 'A')), ']'};
        } else if (byte < 0x20 || byte == 0x7f) {
            regex += fmt::format("\\x{:02x}", byte);
        } else {
            if (byte < 0x80 && !(c >= '0' && c <= '9')) regex += '\\';
            regex += c;
        }
    }
    return regex;
}

bool contains_text(std::string_view whole, std::string_view part) {
    return !std::ranges::search(whole, part, {}, ascii_lower, ascii_lower).empty() || part.empty();
}

BookingSearch::BookingSearch(Mongo& mongo, catalog::Catalog& catalog, std::size_t users_per_query)
    : mongo_(mongo),
      catalog_(catalog),
      users_per_query_(users_per_query),
      find_(mongo.operation("bookings.search")),
      find_users_(mongo.operation("users.search")),
      find_names_(mongo.operation("users.names")) {}

Result<std::vector<BookingRow>> BookingSearch::run(const BookingFilter& filter,
                                                   const PageRequest& page) {
    if (page.limit == 0) return std::vector<BookingRow>{};
    const bool asks_the_catalogue = filter.movie_id || !filter.text.empty();
    if (asks_the_catalogue) {
        // Which showtimes are meant must not depend on the instance that is asked.
        if (auto refreshed = catalog_.refresh(); !refreshed) {
            return std::unexpected(std::move(refreshed.error()));
        }
    }
    auto found = filter.text.empty() ? find(filter, page, {}, {}) : find_text(filter, page);
    if (!found) return std::unexpected(std::move(found.error()));
    return with_names(std::move(*found));
}

Result<BookingSearch::Bookings> BookingSearch::find_text(const BookingFilter& filter,
                                                         const PageRequest& page) {
    const auto users = users_with(filter);
    if (!users) return std::unexpected(users.error());
    const auto code = booking::booking_code_in(filter.text);
    const auto snapshot = catalog_.snapshot();
    const auto showtimes = showtimes_where(*snapshot, [&](const domain::Movie& movie) {
        return contains_text(movie.title, filter.text);
    });

    Bookings kept;
    std::span<const domain::UserId> rest(*users);
    bool first = true;
    while (first || !rest.empty()) {
        const auto some = rest.first(std::min(rest.size(), users_per_query_));
        rest = rest.subspan(some.size());
        const bool with_others = std::exchange(first, false);
        if (some.empty() && !code && showtimes.empty()) break;
        // Once the page is full, only newer bookings than its last one can get into it.
        const auto after =
            kept.size() == page.limit ? std::optional(kept.back().id.value) : std::nullopt;
        auto found = find(filter, page, after, [&](ArrayWriter& any) {
            const auto condition = [&](std::string_view field, const auto& values) {
                any.object([&](Writer& out) { add_any_of(out, field, values); });
            };
            if (!some.empty()) condition("user_id", some);
            if (!with_others) return;
            if (code) any.object([&](Writer& out) { out.add("code", *code); });
            if (!showtimes.empty()) condition("showtime_id", showtimes);
        });
        if (!found) return found;
        keep_newest(kept, std::move(*found), page.limit);
    }
    return kept;
}

Result<std::vector<domain::UserId>> BookingSearch::users_with(const BookingFilter& filter) {
    std::vector<domain::UserId> users;
    if (filter.text.size() > kSearchedTextBytesMax || !domain::count_characters(filter.text)) {
        return users;
    }
    const std::string regex = regex_of(filter.text);
    Document command = Mongo::command("find", kSearchedUsers);
    command.object("filter", [&](Writer& conditions) {
        conditions.add("_id", filter.user_id);
        conditions.array("$or", [&](ArrayWriter& any) {
            for (const char* field : {"email", "name"}) {
                any.object([&](Writer& out) {
                    detail::must_append(bson_append_regex(out.raw(), field, -1, regex.c_str(), ""));
                });
            }
        });
    });
    command.object("projection", [](Writer& fields) { fields.add("_id", 1); })
        .add("batchSize", kBatchDocuments);
    auto read = mongo_.each(find_users_, kSearchedUsers, command,
                            [&](Fields& user) { users.push_back(user.id<domain::UserId>("_id")); });
    if (!read) return std::unexpected(std::move(read.error()));
    return users;
}

Result<BookingSearch::Bookings> BookingSearch::find(
    const BookingFilter& filter, const PageRequest& page,
    const std::optional<domain::ObjectId>& after,
    const std::function<void(ArrayWriter&)>& alternatives) {
    IdRange ids{.before = page.before,
                .after = after,
                .created_from = filter.created_from,
                .created_before = filter.created_before};
    if (filter.id) ids.is = filter.id->value;

    Document command = Mongo::command("find", kBookings);
    command.object("filter", [&](Writer& conditions) {
        add_id_range(conditions, ids);
        conditions.add("status", filter.status).add("user_id", filter.user_id);
        if (filter.showtime_id || filter.movie_id) {
            conditions.object("showtime_id", [&](Writer& showtime) {
                showtime.add("$eq", filter.showtime_id);
                if (!filter.movie_id) return;
                showtime.add("$in", showtimes_where(*catalog_.snapshot(), [&](const auto& movie) {
                                 return movie.id == *filter.movie_id;
                             }));
            });
        }
        if (alternatives) conditions.array("$or", alternatives);
    });
    add_newest_first(command, page.limit);
    const auto reply = mongo_.read(find_, command);
    if (!reply) return std::unexpected(reply.error());
    Bookings bookings;
    each_in(*reply, kBookings, [&](Fields& fields) { bookings.push_back(read_booking(fields)); });
    return bookings;
}

Result<std::shared_ptr<const CatalogSnapshot>> BookingSearch::catalogue_of(
    const Bookings& bookings) {
    const auto knows_all = [&](const CatalogSnapshot& catalogue) {
        return std::ranges::all_of(bookings, [&](const domain::Booking& booking) {
            return catalogue.showtime(booking.showtime_id) != nullptr;
        });
    };
    auto catalogue = catalog_.snapshot();
    if (knows_all(*catalogue)) return catalogue;
    // Another instance sold seats of a showtime that this one has not loaded yet.
    if (auto refreshed = catalog_.refresh(); !refreshed) {
        return std::unexpected(std::move(refreshed.error()));
    }
    catalogue = catalog_.snapshot();
    if (!knows_all(*catalogue)) {
        throw std::runtime_error("bookings.showtime_id: a showtime that is not in the catalogue");
    }
    return catalogue;
}

Result<std::vector<BookingRow>> BookingSearch::with_names(Bookings bookings) {
    std::vector<BookingRow> rows;
    if (bookings.empty()) return rows;
    const auto catalogue = catalogue_of(bookings);
    if (!catalogue) return std::unexpected(catalogue.error());

    struct Names {
        std::string email, name;
    };
    std::unordered_map<domain::UserId, Names> people;
    std::set<domain::UserId> ids;
    for (const auto& booking : bookings) ids.insert(booking.user_id);
    Document command = Mongo::command("find", kSearchedUsers);
    command.object("filter", [&](Writer& filter) { add_any_of(filter, "_id", ids); })
        .object("projection", [](Writer& fields) { fields.add("email", 1).add("name", 1); });
    limit_to(command, ids.size());
    const auto reply = mongo_.read(find_names_, command);
    if (!reply) return std::unexpected(reply.error());
    each_in(*reply, kSearchedUsers, [&](Fields& user) {
        const auto id = user.id<domain::UserId>("_id");
        people[id] = {.email = std::string(user.text("email")),
                      .name = std::string(user.text("name"))};
    });

    rows.reserve(bookings.size());
    for (domain::Booking& booking : bookings) {
        const auto* showtime = (*catalogue)->showtime(booking.showtime_id);
        // No account is ever removed by the server. One that was removed by hand has no name.
        const Names& who = people[booking.user_id];
        rows.push_back(
            {.booking = std::move(booking),
             .user_email = who.email,
             .user_name = who.name,
             .movie_id = showtime->movie_id,
             .movie_title = (*catalogue)->movie(showtime->movie_id)->title,
             .showtime_start = showtime->start_time,
             .showtime_end = showtime->end_time,
             .auditorium_name = (*catalogue)->auditorium(showtime->auditorium_id)->name});
    }
    return rows;
}

}  // namespace cinema::cluster::mongo
