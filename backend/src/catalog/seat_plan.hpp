#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/json_fields.hpp"
#include "domain/seat_map.hpp"

/// A room's plan as text: one string per row, one letter per place.
namespace cinema::catalog {

inline constexpr int kPlanRowsMax = 60;     ///< walkways included
inline constexpr int kPlanColumnsMax = 80;  ///< aisles included
inline constexpr int kSeatsPerRoomMax = 2000;
inline constexpr int kSeatNumberMax = 999;

/// The letter of each category, in the order of domain::SeatCategory; '_' is a place without a
/// seat.
inline constexpr char kPlanLetters[] = "spacl";
inline constexpr char kPlanGap = '_';

/// Reads an array of {"label", "plan", "firstNumber"?, "rightToLeft"?} or {"walkway": true}: the
/// row nearest to the screen first. The seats in reading order with distinct codes; nullopt when
/// anything was wrong (which has been added to `errors`).
std::optional<std::vector<domain::Seat>> read_plan(const JsonValue* rows, FileErrors& errors);

/// The rows of a plan, drawn again.
struct PlanRow {
    std::string label;  ///< empty for a walkway
    std::string plan;
    int first_number = 1;
    bool right_to_left = false;

    bool operator==(const PlanRow&) const = default;
};

/// The inverse of read_plan, but for gaps behind a row's last seat and walkways behind the last
/// row, which no seat map knows of. The map must have been drawn: one label per row, numbers
/// without gaps in one direction (ensure). Thread-safe, as all here.
std::vector<PlanRow> draw_plan(const domain::SeatMap& map);

/// Do both have the same seats at the same places?
bool same_seats(const std::vector<domain::Seat>& a, const std::vector<domain::Seat>& b);

}  // namespace cinema::catalog
