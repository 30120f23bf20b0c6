#include "catalog/seat_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "domain/ensure.hpp"

namespace cinema::catalog {

namespace {

using domain::Seat;
using domain::SeatCategory;

bool is_row_label(std::string_view label) {
    return !label.empty() && label.size() <= 3 &&
           std::all_of(label.begin(), label.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Checks the letters; the number of seats in the row, or -1 with the error added.
int count_seats(const Located<std::string>& plan, FileErrors& errors) {
    int seats = 0;
    for (std::size_t i = 0; i < plan.value.size(); ++i) {
        const char letter = plan.value[i];
        if (letter == kPlanGap) continue;
        if (std::string_view(kPlanLetters).find(letter) == std::string_view::npos) {
            errors.add(plan.at,
                       fmt::format("Place {} of the plan is {}: use s (standard), p (premium), a "
                                   "(accessible), c (companion), l (loveseat) or _ (no seat).",
                                   i + 1, in_quotes(std::string_view(plan.value).substr(i, 1))));
            return -1;
        }
        ++seats;
    }
    if (seats == 0) {
        errors.add(plan.at, "This row has no seat: write {\"walkway\": true} for an empty row.");
        return -1;
    }
    return seats;
}

/// Collects the seats of a plan row by row.
class PlanReader {
  public:
    explicit PlanReader(FileErrors& errors) : errors_(errors) {}

    void read_row(const JsonValue& value, int y) {
        ObjectReader row(value, errors_);
        if (value.find("walkway")) {
            const auto walkway = read_bool(row.required("walkway"), errors_);
            if (walkway && !walkway->value) {
                errors_.add(walkway->at,
                            "Must be true, or leave \"walkway\" out of a row of seats.");
            }
            row.reject_unknown();
            return;
        }
        const auto label = read_text(row.required("label"), {.length_max = 3}, errors_);
        const auto plan = read_text(row.required("plan"), {.length_max = kPlanColumnsMax}, errors_);
        const auto first = read_integer(row.optional("firstNumber"), 1, kSeatNumberMax, errors_);
        const auto reversed = read_bool(row.optional("rightToLeft"), errors_);
        row.reject_unknown();
        if (label && !is_row_label(label->value)) {
            errors_.add(label->at, fmt::format("A row's label is 1 to 3 of A-Z, not {}.",
                                               in_quotes(label->value)));
        }
        const int seats_in_row = plan ? count_seats(*plan, errors_) : -1;
        if (!row.intact() || seats_in_row < 0) return;
        const int first_number = first ? static_cast<int>(first->value) : 1;
        if (first_number + seats_in_row - 1 > kSeatNumberMax) {
            errors_.add(row.place_of("firstNumber"),
                        fmt::format("The numbers of this row would go up to {}; at most {}.",
                                    first_number + seats_in_row - 1, kSeatNumberMax));
            return;
        }
        add_seats(label->value, *plan, y, first_number, seats_in_row, reversed && reversed->value);
    }

    std::vector<Seat> take() { return std::move(seats_); }

  private:
    void add_seats(const std::string& label, const Located<std::string>& plan, int y,
                   int first_number, int seats_in_row, bool right_to_left) {
        int number = right_to_left ? first_number + seats_in_row - 1 : first_number;
        for (std::size_t column = 0; column < plan.value.size(); ++column) {
            if (plan.value[column] == kPlanGap) continue;
            const auto category = std::string_view(kPlanLetters).find(plan.value[column]);
            Seat seat{.code = label + std::to_string(number),
                      .row = label,
                      .number = number,
                      .category = static_cast<SeatCategory>(category),
                      .column = static_cast<int>(column),
                      .y = y};
            number += right_to_left ? -1 : 1;
            const auto [first, is_new] = lines_.emplace(seat.code, plan.at.line);
            if (!is_new) {
                errors_.add(plan.at,
                            fmt::format("Seat {} is already in the row on line {}: give one of the "
                                        "rows another label or firstNumber.",
                                        seat.code, first->second));
                return;
            }
            seats_.push_back(std::move(seat));
        }
    }

    FileErrors& errors_;
    std::vector<Seat> seats_;
    std::unordered_map<std::string, int> lines_;  ///< by seat code
};

PlanRow draw_row(std::span<const Seat> seats) {
    PlanRow row{.label = seats.front().row, .plan = {}};
    row.right_to_left = seats.size() > 1 && seats[1].number < seats[0].number;
    row.first_number = row.right_to_left ? seats.back().number : seats.front().number;
    const int step = row.right_to_left ? -1 : 1;
    int number = seats.front().number;
    for (const Seat& seat : seats) {
        const auto column = static_cast<std::size_t>(seat.column);
        domain::ensure(seat.row == row.label && seat.number == number,
                       "a row has one label and numbers without gaps");
        domain::ensure(column >= row.plan.size() && column < kPlanColumnsMax,
                       "the seats of a row are in reading order");
        row.plan.resize(column, kPlanGap);
        row.plan += kPlanLetters[static_cast<std::size_t>(seat.category)];
        number += step;
    }
    return row;
}

}  // namespace

std::optional<std::vector<Seat>> read_plan(const JsonValue* rows, FileErrors& errors) {
    const std::size_t errors_before = errors.count();
    const auto* items = read_array(rows, 1, kPlanRowsMax, errors);
    if (!items) return std::nullopt;
    PlanReader reader(errors);
    for (std::size_t y = 0; y < items->size(); ++y) {
        reader.read_row(*(*items)[y], static_cast<int>(y));
    }
    std::vector<Seat> seats = reader.take();
    if (errors.count() != errors_before) return std::nullopt;
    if (seats.empty() || seats.size() > kSeatsPerRoomMax) {
        errors.add(rows->place(), fmt::format("A room has 1 to {} seats, not {}.", kSeatsPerRoomMax,
                                              seats.size()));
        return std::nullopt;
    }
    return seats;
}

std::vector<PlanRow> draw_plan(const domain::SeatMap& map) {
    const std::span<const Seat> seats = map.seats();
    std::vector<PlanRow> rows;
    for (std::size_t begin = 0; begin < seats.size();) {
        std::size_t end = begin + 1;
        while (end < seats.size() && seats[end].y == seats[begin].y) ++end;
        const auto y = static_cast<std::size_t>(seats[begin].y);
        domain::ensure(y >= rows.size() && y < kPlanRowsMax, "the rows of a map are in order");
        rows.resize(y);  // the values of y that no seat has are walkways
        rows.push_back(draw_row(seats.subspan(begin, end - begin)));
        begin = end;
    }
    return rows;
}

bool same_seats(const std::vector<Seat>& a, const std::vector<Seat>& b) {
    const auto fields = [](const Seat& seat) {
        return std::tie(seat.code, seat.row, seat.number, seat.category, seat.column, seat.y);
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](const Seat& x, const Seat& y) { return fields(x) == fields(y); });
}

}  // namespace cinema::catalog
