#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/id.hpp"
#include "domain/words.hpp"

namespace cinema::domain {

/// One seat of a room. `code` is what is printed on the ticket: the row's label and the number.
struct Seat {
    std::string code;  ///< "A1"
    std::string row;   ///< "A"
    int number = 0;    ///< from 1, counted along the row
    SeatCategory category = SeatCategory::standard;
    int column = 0;  ///< place on the plan, from 0 at the left as seen facing the screen
    int y = 0;       ///< place on the plan, from 0 at the screen; skipped values are walkways
};

/// Which seats a room has and where they stand. Immutable: a room that is rebuilt gets a new seat
/// map, so that showtimes already on sale keep the one they were sold by.
class SeatMap {
  public:
    SeatMap() = default;
    /// Seats in reading order (front row first, left to right) with distinct codes.
    SeatMap(SeatMapId id, std::vector<Seat> seats, int curve_percent);

    SeatMapId id() const { return id_; }
    const std::vector<Seat>& seats() const { return seats_; }
    int columns() const { return columns_; }              ///< width of the plan
    int curve_percent() const { return curve_percent_; }  ///< 0 straight rows … 100 strongly curved

    /// The seat's place in seats(), or -1 when the room has no such seat.
    int index_of(std::string_view code) const;

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    SeatMapId id_;
    std::vector<Seat> seats_;
    std::unordered_map<std::string, int, TextHash, std::equal_to<>> index_;
    int columns_ = 0;
    int curve_percent_ = 0;
};

}  // namespace cinema::domain
