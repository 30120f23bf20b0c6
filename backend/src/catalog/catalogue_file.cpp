#include "catalog/catalogue_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

#include "catalog/catalogue_entries.hpp"
#include "catalog/json_fields.hpp"

namespace cinema::catalog {

namespace {

/// Is this a file for us at all? Nothing else in it means anything if it is not.
bool is_our_format(ObjectReader& root) {
    const auto format = read_text(root.required("format"), {.length_max = 100}, root.errors());
    if (!format) return false;
    if (format->value == kCatalogueFormat) return true;
    root.errors().add(format->at,
                      fmt::format("This program reads {}, not {}.", in_quotes(kCatalogueFormat),
                                  in_quotes(format->value)));
    return false;
}

/// Says which earlier entry has the same, once for every later one.
template <class Key>
class Distinct {
  public:
    Distinct(std::string_view what, FileErrors& errors) : what_(what), errors_(errors) {}

    void note(const Key& key, const Place& at) {
        const auto [first, is_new] = lines_.emplace(key, at.line);
        if (!is_new) {
            errors_.add(at, fmt::format("The same {} is already on line {}: every one is named "
                                        "once.",
                                        what_, first->second));
        }
    }

  private:
    std::string_view what_;
    FileErrors& errors_;
    std::map<Key, int> lines_;
};

void reject_repeated_entries(const CatalogueFile& file, FileErrors& errors) {
    Distinct<std::string> movie_keys("movie key", errors);
    Distinct<domain::MovieId> movie_ids("movie id", errors);
    for (const MovieEntry& movie : file.movies) {
        if (movie.key.at.line) movie_keys.note(movie.key.value, movie.key.at);
        if (movie.id) movie_ids.note(movie.id->value, movie.id->at);
    }
    Distinct<std::string> room_keys("auditorium key", errors);
    Distinct<domain::AuditoriumId> room_ids("auditorium id", errors);
    Distinct<domain::SeatMapId> plan_ids("seat map id", errors);
    for (const AuditoriumEntry& room : file.auditoriums) {
        if (room.key.at.line) room_keys.note(room.key.value, room.key.at);
        if (room.id) room_ids.note(room.id->value, room.id->at);
        if (room.plan.id) plan_ids.note(room.plan.id->value, room.plan.id->at);
        for (const PlanEntry& plan : room.former_plans) {
            if (plan.id) plan_ids.note(plan.id->value, plan.id->at);
        }
    }
    Distinct<domain::ShowtimeId> showtime_ids("showtime id", errors);
    Distinct<std::pair<std::string, domain::UtcTime>> starts("auditorium and start time", errors);
    for (const ShowtimeEntry& showtime : file.showtimes) {
        if (showtime.id) showtime_ids.note(showtime.id->value, showtime.id->at);
        if (showtime.usable) {
            starts.note({showtime.auditorium.value, showtime.start_time.value},
                        showtime.start_time.at);
        }
    }
}

/// The file's showtimes, however they are written, are bounded together.
void limit_showtimes(const CatalogueFile& file, const Place& at, FileErrors& errors) {
    std::size_t count = file.showtimes.size();
    for (const ScheduleEntry& entry : file.schedule) {
        const std::size_t days = entry.days_from_today.size() + entry.weekdays.size();
        count += days * entry.start_times.size();
    }
    if (count > kFileShowtimesMax) {
        errors.add(at, fmt::format("The schedule makes {} showtimes with those written out; at "
                                   "most {} in one file.",
                                   count, kFileShowtimesMax));
    }
}

/// Reads a list of the file's that may be left out.
template <class Entry, class Read>
std::vector<Entry> read_entries(const JsonValue* list, std::size_t size_max, FileErrors& errors,
                                Read read) {
    std::vector<Entry> entries;
    if (const auto* items = read_array(list, 0, size_max, errors)) {
        entries.reserve(items->size());
        for (const JsonValue* item : *items) entries.push_back(read(*item));
    }
    return entries;
}

}  // namespace

std::optional<CatalogueFile> read_catalogue(std::string_view text, FileErrors& errors) {
    const auto document = parse_positioned(text, errors);
    if (!document) {
        errors.add({document.error().line, document.error().field}, document.error().message);
        return std::nullopt;
    }
    ObjectReader root(document->root(), errors);
    if (!is_our_format(root)) return std::nullopt;

    CatalogueFile file;
    EntryDefaults defaults;
    if (const auto currency = read_currency(root.optional("currency"), errors)) {
        defaults.currency = currency->value;
    }
    defaults.currency_given = root.value().find("currency") != nullptr;
    const JsonValue* offset = root.optional("utcOffset");
    file.utc_offset = read_utc_offset(offset, errors).value_or(file.utc_offset);
    if (const auto cleaning =
            read_integer(root.optional("cleaningMin"), 0, kCleaningMinutesMax, errors)) {
        file.cleaning = std::chrono::minutes{cleaning->value};
    }
    file.movies =
        read_entries<MovieEntry>(root.optional("movies"), kFileMoviesMax, errors,
                                 [&](const JsonValue& item) { return read_movie(item, errors); });
    file.auditoriums = read_entries<AuditoriumEntry>(
        root.optional("auditoriums"), kFileAuditoriumsMax, errors,
        [&](const JsonValue& item) { return read_auditorium(item, errors); });
    file.showtimes = read_entries<ShowtimeEntry>(
        root.optional("showtimes"), kFileShowtimesMax, errors,
        [&](const JsonValue& item) { return read_showtime(item, defaults, errors); });
    const JsonValue* schedule = root.optional("schedule");
    file.schedule = read_entries<ScheduleEntry>(
        schedule, kFileSchedulesMax, errors,
        [&](const JsonValue& item) { return read_schedule(item, defaults, errors); });
    root.reject_unknown();

    if (!file.schedule.empty()) {
        if (!offset) {
            errors.add(root.place_of("utcOffset"),
                       "\"utcOffset\" is missing: a schedule's times are local, say which local "
                       "time that is.");
        }
        limit_showtimes(file, schedule->place(), errors);
    }
    reject_repeated_entries(file, errors);
    return file;
}

std::expected<CatalogueFile, std::vector<FileError>> parse_catalogue(std::string_view text) {
    FileErrors errors;
    auto file = read_catalogue(text, errors);
    if (!errors.empty()) return std::unexpected(errors.take());
    return std::move(*file);
}

}  // namespace cinema::catalog
