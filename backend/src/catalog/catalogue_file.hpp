#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/file_error.hpp"
#include "domain/catalogue.hpp"
#include "domain/seat_map.hpp"

/// The file format "cinema-catalogue/1" (docs/catalogue.md), as read and before it meets the
/// catalogue that exists.
namespace cinema::catalog {

inline constexpr std::string_view kCatalogueFormat = "cinema-catalogue/1";
inline constexpr std::size_t kFileMoviesMax = 5'000;
inline constexpr std::size_t kFileAuditoriumsMax = 500;
inline constexpr std::size_t kFormerPlansMax = 200;       ///< of one auditorium
inline constexpr std::size_t kFileShowtimesMax = 50'000;  ///< written out and scheduled, together
inline constexpr std::size_t kFileSchedulesMax = 5'000;
inline constexpr std::size_t kGenresMax = 20;
inline constexpr std::int64_t kDurationMinutesMax = 600;
inline constexpr std::int64_t kCleaningMinutesMax = 240;
inline constexpr int kCleaningMinutesDefault = 15;
inline constexpr std::int64_t kPriceMax = 100'000'000;  ///< minor units
/// A schedule reaches this far; the demo's showtimes always lie within it.
inline constexpr std::chrono::days kScheduleDays{7};

/// `usable` is false when something in the entry is wrong (and has been reported): what refers to
/// it is then not called unknown too.
struct FileEntry {
    Place at;
    bool usable = true;
};

struct MovieEntry : FileEntry {
    std::optional<Located<domain::MovieId>> id;
    Located<std::string> key;
    Located<int> duration_min;
    std::string title;
    std::string rating;
    std::vector<std::string> genres;
    std::string synopsis;
    std::string release_date;
    std::string poster_url;
    std::optional<Located<domain::UtcTime>> created_at;
};

/// A seat map as drawn.
struct PlanEntry {
    std::optional<Located<domain::SeatMapId>> id;  ///< none: new unless the room has it already
    std::vector<domain::Seat> seats;
    int curve_percent = 0;
    Place rows_at;
};

struct AuditoriumEntry : FileEntry {
    std::optional<Located<domain::AuditoriumId>> id;
    Located<std::string> key;
    std::string name;
    PlanEntry plan;
    std::vector<PlanEntry> former_plans;  ///< all with an id
};

struct PricesEntry {
    Place at;
    std::array<std::optional<Located<std::int64_t>>, domain::kSeatCategoryCount> amounts;
    std::string currency;
};

struct ShowtimeEntry : FileEntry {
    std::optional<Located<domain::ShowtimeId>> id;
    Located<std::string> movie;
    Located<std::string> auditorium;
    Located<domain::UtcTime> start_time;
    std::optional<Located<domain::SeatMapId>> seatmap_id;
    PricesEntry prices;
};

/// Showtimes that repeat: on days counted from today, or on days of the week, in local time.
struct ScheduleEntry : FileEntry {
    Located<std::string> movie;
    Located<std::string> auditorium;
    std::vector<int> days_from_today;            ///< or
    std::vector<std::chrono::weekday> weekdays;  ///< one of the two is empty
    std::vector<Located<std::chrono::minutes>> start_times;
    PricesEntry prices;
};

struct CatalogueFile {
    std::chrono::minutes utc_offset{0};
    std::chrono::minutes cleaning{kCleaningMinutesDefault};  ///< between two films in a room
    std::vector<MovieEntry> movies;
    std::vector<AuditoriumEntry> auditoriums;
    std::vector<ShowtimeEntry> showtimes;
    std::vector<ScheduleEntry> schedule;
};

/// Reads the file and checks all that can be checked without the existing catalogue. Errors: every
/// mistake (up to FileErrors::kErrorsMax) in the order of lines; text that is not JSON gives the
/// one place where reading had to stop. Thread-safe.
std::expected<CatalogueFile, std::vector<FileError>> parse_catalogue(std::string_view text);

/// The same, for a caller that goes on to look for further errors: what was wrong is in `errors`,
/// entries with mistakes are there but not usable. nullopt when nothing could be made of the text.
std::optional<CatalogueFile> read_catalogue(std::string_view text, FileErrors& errors);

}  // namespace cinema::catalog
