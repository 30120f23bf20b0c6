#include "catalog/catalogue_entries.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "catalog/json_fields.hpp"
#include "catalog/seat_plan.hpp"

namespace cinema::catalog {

namespace {

using domain::SeatCategory;

/// Takes what was read over, when it was there and right.
template <class T, class Target>
void put(std::optional<Located<T>> from, Located<Target>& to) {
    if (from) to = {static_cast<Target>(std::move(from->value)), std::move(from->at)};
}

void put(std::optional<Located<std::string>> from, std::string& to) {
    if (from) to = std::move(from->value);
}

std::vector<std::string> read_genres(const JsonValue* list, FileErrors& errors) {
    std::vector<std::string> genres;
    if (const auto* items = read_array(list, 0, kGenresMax, errors)) {
        for (const JsonValue* item : *items) {
            auto genre = read_text(item, {.length_max = 40}, errors);
            if (!genre) continue;
            if (std::find(genres.begin(), genres.end(), genre->value) != genres.end()) {
                errors.add(genre->at, fmt::format("{} is in the list twice: keep one.",
                                                  in_quotes(genre->value)));
            }
            genres.push_back(std::move(genre->value));
        }
    }
    return genres;
}

/// "rows" and "curvePercent" of a room or of one of its former plans.
PlanEntry read_plan_members(ObjectReader& reader) {
    PlanEntry plan;
    plan.rows_at = reader.place_of("rows");
    if (const auto curve = read_integer(reader.optional("curvePercent"), 0, 100, reader.errors())) {
        plan.curve_percent = static_cast<int>(curve->value);
    }
    plan.seats =
        read_plan(reader.required("rows"), reader.errors()).value_or(std::vector<domain::Seat>{});
    return plan;
}

PricesEntry read_prices(ObjectReader& reader, const EntryDefaults& defaults) {
    FileErrors& errors = reader.errors();
    PricesEntry prices;
    prices.at = reader.place_of("prices");
    prices.currency = defaults.currency;
    if (const JsonValue* own = reader.optional("currency")) {
        put(read_currency(own, errors), prices.currency);
    } else if (!defaults.currency_given) {
        errors.add(reader.place_of("currency"),
                   "There is no currency: add \"currency\" here or at the top of the file.");
    }
    const JsonValue* object = reader.required("prices");
    if (!object) return prices;
    ObjectReader members(*object, errors);
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<SeatCategory>>([&](auto d) {
        prices.amounts[static_cast<std::size_t>(d.value)] =
            read_integer(members.optional(d.name), 0, kPriceMax, errors);
    });
    members.reject_unknown();
    return prices;
}

std::vector<int> read_days_from_today(const JsonValue* list, FileErrors& errors) {
    std::vector<int> days;
    if (const auto* items = read_array(list, 1, kScheduleDays.count() + 1, errors)) {
        for (const JsonValue* item : *items) {
            const auto day = read_integer(item, 0, kScheduleDays.count(), errors);
            if (!day) continue;
            if (std::find(days.begin(), days.end(), day->value) != days.end()) {
                errors.add(day->at, fmt::format("Day {} is in the list twice.", day->value));
            }
            days.push_back(static_cast<int>(day->value));
        }
    }
    return days;
}

std::vector<std::chrono::weekday> read_weekdays(const JsonValue* list, FileErrors& errors) {
    static constexpr std::array<std::string_view, 7> kNames = {"sun", "mon", "tue", "wed",
                                                               "thu", "fri", "sat"};
    std::vector<std::chrono::weekday> days;
    const auto* items = read_array(list, 1, kNames.size(), errors);
    if (!items) return days;
    for (const JsonValue* item : *items) {
        const auto name = read_text(item, {}, errors);
        if (!name) continue;
        const auto found = std::find(kNames.begin(), kNames.end(), name->value);
        if (found == kNames.end()) {
            errors.add(name->at, fmt::format("Must be one of {}, not {}.", fmt::join(kNames, ", "),
                                             in_quotes(name->value)));
            continue;
        }
        const std::chrono::weekday day(static_cast<unsigned>(found - kNames.begin()));
        if (std::find(days.begin(), days.end(), day) != days.end()) {
            errors.add(name->at, fmt::format("{} is in the list twice.", name->value));
        }
        days.push_back(day);
    }
    return days;
}

std::vector<Located<std::chrono::minutes>> read_start_times(const JsonValue* list,
                                                            FileErrors& errors) {
    std::vector<Located<std::chrono::minutes>> times;
    if (const auto* items = read_array(list, 1, 50, errors)) {
        for (const JsonValue* item : *items) {
            if (auto time = read_clock_time(item, errors)) times.push_back(std::move(*time));
        }
    }
    return times;
}

}  // namespace

MovieEntry read_movie(const JsonValue& value, FileErrors& errors) {
    ObjectReader reader(value, errors);
    MovieEntry movie;
    movie.at = reader.place();
    movie.id = read_id<domain::MovieId>(reader.optional("id"), errors);
    put(read_key(reader.required("key"), errors), movie.key);
    put(read_text(reader.required("title"), {.length_max = 200}, errors), movie.title);
    put(read_integer(reader.required("durationMin"), 1, kDurationMinutesMax, errors),
        movie.duration_min);
    put(read_text(reader.required("rating"), {.length_max = 20}, errors), movie.rating);
    movie.genres = read_genres(reader.required("genres"), errors);
    put(read_text(reader.required("synopsis"), {.length_min = 0, .length_max = 2000, .lines = true},
                  errors),
        movie.synopsis);
    put(read_date(reader.required("releaseDate"), errors), movie.release_date);
    put(read_link(reader.optional("posterUrl"), errors), movie.poster_url);
    movie.created_at = read_instant(reader.optional("createdAt"), errors);
    reader.reject_unknown();
    movie.usable = reader.intact();
    return movie;
}

AuditoriumEntry read_auditorium(const JsonValue& value, FileErrors& errors) {
    ObjectReader reader(value, errors);
    AuditoriumEntry room;
    room.at = reader.place();
    room.id = read_id<domain::AuditoriumId>(reader.optional("id"), errors);
    put(read_key(reader.required("key"), errors), room.key);
    put(read_text(reader.required("name"), {.length_max = 100}, errors), room.name);
    room.plan = read_plan_members(reader);
    room.plan.id = read_id<domain::SeatMapId>(reader.optional("seatmapId"), errors);
    if (const auto* former =
            read_array(reader.optional("formerPlans"), 0, kFormerPlansMax, errors)) {
        for (const JsonValue* item : *former) {
            ObjectReader members(*item, errors);
            const auto id = read_id<domain::SeatMapId>(members.required("id"), errors);
            PlanEntry plan = read_plan_members(members);
            plan.id = id;
            members.reject_unknown();
            room.former_plans.push_back(std::move(plan));
        }
    }
    reader.reject_unknown();
    room.usable = reader.intact();
    return room;
}

ShowtimeEntry read_showtime(const JsonValue& value, const EntryDefaults& defaults,
                            FileErrors& errors) {
    ObjectReader reader(value, errors);
    ShowtimeEntry showtime;
    showtime.at = reader.place();
    showtime.id = read_id<domain::ShowtimeId>(reader.optional("id"), errors);
    put(read_key(reader.required("movie"), errors), showtime.movie);
    put(read_key(reader.required("auditorium"), errors), showtime.auditorium);
    put(read_instant(reader.required("startTime"), errors), showtime.start_time);
    showtime.seatmap_id = read_id<domain::SeatMapId>(reader.optional("seatmapId"), errors);
    showtime.prices = read_prices(reader, defaults);
    reader.reject_unknown();
    showtime.usable = reader.intact();
    return showtime;
}

ScheduleEntry read_schedule(const JsonValue& value, const EntryDefaults& defaults,
                            FileErrors& errors) {
    ObjectReader reader(value, errors);
    ScheduleEntry entry;
    entry.at = reader.place();
    put(read_key(reader.required("movie"), errors), entry.movie);
    put(read_key(reader.required("auditorium"), errors), entry.auditorium);
    const JsonValue* days = reader.optional("daysFromToday");
    const JsonValue* weekdays = reader.optional("weekdays");
    if (value.get_if<JsonValue::Object>() && (days == nullptr) == (weekdays == nullptr)) {
        errors.add(reader.place(),
                   "Say the days by either \"weekdays\" or \"daysFromToday\", and by one only.");
    }
    entry.days_from_today = read_days_from_today(days, errors);
    entry.weekdays = read_weekdays(weekdays, errors);
    entry.start_times = read_start_times(reader.required("startTimes"), errors);
    entry.prices = read_prices(reader, defaults);
    reader.reject_unknown();
    entry.usable = reader.intact();
    return entry;
}

}  // namespace cinema::catalog
