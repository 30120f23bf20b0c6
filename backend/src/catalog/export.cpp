#include "catalog/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/catalogue_file.hpp"
#include "catalog/seat_plan.hpp"
#include "json/write.hpp"

namespace cinema::catalog {

namespace {

using domain::Auditorium;
using domain::Movie;
using domain::SeatMap;
using domain::Showtime;

/// The members of one JSON object, one by one, with a chosen text between them.
class MemberWriter {
  public:
    MemberWriter(std::string& out, std::string_view separator) : out_(out), separator_(separator) {}

    template <class T>
    void add(std::string_view name, const T& value) {
        begin(name);
        json::write(out_, value);
    }
    void begin(std::string_view name) {
        if (!first_) out_ += ',';
        if (!first_ || separator_.starts_with('\n')) out_ += separator_;
        first_ = false;
        json::write_string(out_, name);
        out_ += ": ";
    }

  private:
    std::string& out_;
    std::string_view separator_;
    bool first_ = true;
};

/// A list with each entry on its own line(s).
template <class Items, class Write>
void write_list(std::string& out, std::string_view indent, const Items& items, Write write) {
    out += '[';
    bool first = true;
    for (const auto& item : items) {
        out += first ? "\n" : ",\n";
        out += indent;
        out += "  ";
        write(item);
        first = false;
    }
    if (!first) {
        out += '\n';
        out += indent;
    }
    out += ']';
}

void write_movie(std::string& out, const Movie& movie) {
    out += '{';
    MemberWriter members(out, "\n      ");
    members.add("id", movie.id);
    members.add("key", movie.key);
    members.add("title", movie.title);
    members.add("durationMin", movie.duration_min);
    members.add("rating", movie.rating);
    members.add("genres", movie.genres);
    members.add("synopsis", movie.synopsis);
    members.add("releaseDate", movie.release_date);
    if (!movie.poster_url.empty()) members.add("posterUrl", movie.poster_url);
    members.add("createdAt", movie.created_at);
    out += "\n    }";
}

void write_rows(std::string& out, std::string_view indent, const SeatMap& map) {
    write_list(out, indent, draw_plan(map), [&](const PlanRow& row) {
        out += "{ ";
        MemberWriter members(out, " ");
        if (row.plan.empty()) {
            members.add("walkway", true);
        } else {
            members.add("label", row.label);
            members.add("plan", row.plan);
            if (row.first_number != 1) members.add("firstNumber", row.first_number);
            if (row.right_to_left) members.add("rightToLeft", true);
        }
        out += " }";
    });
}

void write_former_plan(std::string& out, const SeatMap& map) {
    out += '{';
    MemberWriter members(out, "\n          ");
    members.add("id", map.id());
    members.add("curvePercent", map.curve_percent());
    members.begin("rows");
    write_rows(out, "          ", map);
    out += "\n        }";
}

void write_auditorium(std::string& out, const Auditorium& room, const SeatMap& map,
                      const std::vector<const SeatMap*>& former) {
    out += '{';
    MemberWriter members(out, "\n      ");
    members.add("id", room.id);
    members.add("key", room.key);
    members.add("name", room.name);
    members.add("seatmapId", map.id());
    members.add("curvePercent", map.curve_percent());
    members.begin("rows");
    write_rows(out, "      ", map);
    if (!former.empty()) {
        members.begin("formerPlans");
        write_list(out, "      ", former,
                   [&](const SeatMap* plan) { write_former_plan(out, *plan); });
    }
    out += "\n    }";
}

void write_prices(std::string& out, const domain::Prices& prices) {
    out += "{ ";
    MemberWriter members(out, " ");
    for (std::size_t i = 0; i < prices.size(); ++i) {
        if (prices[i]) {
            members.add(domain::word(static_cast<domain::SeatCategory>(i)), *prices[i]);
        }
    }
    out += " }";
}

void write_showtime(std::string& out, const CatalogSnapshot& snapshot, const Showtime& showtime,
                    std::string_view currency) {
    const Auditorium& room = *snapshot.auditorium(showtime.auditorium_id);
    out += "{ ";
    MemberWriter members(out, " ");
    members.add("id", showtime.id);
    members.add("movie", snapshot.movie(showtime.movie_id)->key);
    members.add("auditorium", room.key);
    if (showtime.seatmap_id != room.seatmap_id) members.add("seatmapId", showtime.seatmap_id);
    members.add("startTime", showtime.start_time);
    if (showtime.currency != currency) members.add("currency", showtime.currency);
    members.begin("prices");
    write_prices(out, showtime.prices);
    out += " }";
}

/// The one most showtimes have; empty when there are none.
std::string usual_currency(const CatalogSnapshot& snapshot) {
    std::map<std::string, int> counts;
    for (const Showtime& showtime : snapshot.showtimes()) ++counts[showtime.currency];
    const auto most =
        std::max_element(counts.begin(), counts.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? std::string() : most->first;
}

/// The catalogue does not keep how long cleaning took when a showtime was imported. The shortest
/// break there is lets the file be imported again.
std::int64_t shortest_break(const CatalogSnapshot& snapshot) {
    std::int64_t shortest = kCleaningMinutesDefault;
    std::unordered_map<domain::AuditoriumId, domain::UtcTime> last_end;
    for (const Showtime& showtime : snapshot.showtimes()) {  // by start time
        const auto [last, is_first] = last_end.emplace(showtime.auditorium_id, showtime.end_time);
        if (is_first) continue;
        const auto minutes =
            std::chrono::floor<std::chrono::minutes>(showtime.start_time - last->second).count();
        shortest = std::min<std::int64_t>(shortest, minutes);
        last->second = std::max(last->second, showtime.end_time);
    }
    return std::max<std::int64_t>(shortest, 0);
}

/// The seat maps by which showtimes are on sale though the room has another now.
std::map<domain::AuditoriumId, std::vector<const SeatMap*>> former_plans(
    const CatalogSnapshot& snapshot) {
    std::map<domain::AuditoriumId, std::vector<const SeatMap*>> former;
    for (const Showtime& showtime : snapshot.showtimes()) {
        if (showtime.seatmap_id == snapshot.auditorium(showtime.auditorium_id)->seatmap_id) {
            continue;
        }
        const SeatMap* map = snapshot.seat_map(showtime.seatmap_id);
        auto& plans = former[showtime.auditorium_id];
        if (std::find(plans.begin(), plans.end(), map) == plans.end()) plans.push_back(map);
    }
    return former;
}

}  // namespace

std::string export_catalogue(const CatalogSnapshot& snapshot) {
    const std::string currency = usual_currency(snapshot);
    auto former = former_plans(snapshot);
    std::string out = "{";
    MemberWriter members(out, "\n  ");
    members.add("format", kCatalogueFormat);
    if (!currency.empty()) members.add("currency", currency);
    members.add("cleaningMin", shortest_break(snapshot));
    members.begin("movies");
    write_list(out, "  ", snapshot.movies(), [&](const Movie& movie) { write_movie(out, movie); });
    members.begin("auditoriums");
    write_list(out, "  ", snapshot.auditoriums(), [&](const Auditorium& room) {
        write_auditorium(out, room, *snapshot.seat_map(room.seatmap_id), former[room.id]);
    });
    members.begin("showtimes");
    write_list(out, "  ", snapshot.showtimes(), [&](const Showtime& showtime) {
        write_showtime(out, snapshot, showtime, currency);
    });
    out += "\n}\n";
    return out;
}

}  // namespace cinema::catalog
