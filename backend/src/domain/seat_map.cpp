#include "domain/seat_map.hpp"

#include <algorithm>
#include <stdexcept>

namespace cinema::domain {

SeatMap::SeatMap(SeatMapId id, std::vector<Seat> seats, int curve_percent)
    : id_(id), seats_(std::move(seats)), curve_percent_(curve_percent) {
    index_.reserve(seats_.size());
    for (std::size_t i = 0; i < seats_.size(); ++i) {
        columns_ = std::max(columns_, seats_[i].column + 1);
        if (!index_.emplace(seats_[i].code, static_cast<int>(i)).second) {
            throw std::invalid_argument("seat map " + id_.to_hex() + " has seat " + seats_[i].code +
                                        " twice");
        }
    }
}

int SeatMap::index_of(std::string_view code) const {
    const auto found = index_.find(code);
    return found == index_.end() ? -1 : found->second;
}

}  // namespace cinema::domain
