#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/id.hpp"
#include "domain/time.hpp"
#include "domain/words.hpp"

namespace cinema::domain {

/// What is shown. `key` is the catalogue file's name for it: stable, unique, human ("inception").
struct Movie {
    MovieId id;
    std::string key;
    std::string title;
    int duration_min = 0;
    std::string rating;  ///< as certified, e.g. "PG-13"
    std::vector<std::string> genres;
    std::string synopsis;
    std::string release_date;  ///< "YYYY-MM-DD"
    std::string poster_url;    ///< absolute, or a path of this site; empty when there is none
    UtcTime created_at;
};

/// Where. The room's current seat map; a showtime keeps the one it was put on sale with.
struct Auditorium {
    AuditoriumId id;
    std::string key;
    std::string name;
    SeatMapId seatmap_id;
};

/// Minor units (cents) for each category the room has; nullopt for one that it has not.
using Prices = std::array<std::optional<std::int64_t>, kSeatCategoryCount>;

/// When, and for how much. One auditorium has at most one showtime at a time.
struct Showtime {
    ShowtimeId id;
    MovieId movie_id;
    AuditoriumId auditorium_id;
    SeatMapId seatmap_id;
    UtcTime start_time;
    UtcTime end_time;
    Prices prices;
    std::string currency;  ///< ISO 4217, e.g. "THB"
};

}  // namespace cinema::domain
