#include "booking/seat_list.hpp"

#include "domain/ensure.hpp"
#include "json/write.hpp"

namespace cinema::booking {

std::vector<SeatStatus> seat_statuses(const domain::SeatMap& map,
                                      std::span<const domain::SeatReservation> records) {
    std::vector<SeatStatus> statuses(map.seats().size());
    for (const domain::SeatReservation& record : records) {
        const int at = map.index_of(record.seat_code);
        if (at < 0) continue;
        statuses[static_cast<std::size_t>(at)] = {
            .state = record.state,
            .locked_by = record.locked_by.value_or(domain::UserId{}),
            .lock_expires_at = record.lock_expires_at.value_or(domain::UtcTime{}),
            .version = record.version};
    }
    return statuses;
}

std::string seat_list_json(const domain::Showtime& showtime, const domain::SeatMap& map,
                           std::span<const SeatStatus> statuses) {
    domain::ensure(statuses.size() == map.seats().size(), "one status for each seat of the map");
    std::string out;
    out.reserve(statuses.size() * 112 + 2);
    out += '[';
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        const domain::Seat& seat = map.seats()[i];
        const SeatStatus& status = statuses[i];
        const bool locked = status.state == domain::SeatState::LOCKED;
        const SeatView view{
            .seat_code = seat.code,
            .row = seat.row,
            .number = seat.number,
            .category = seat.category,
            .price = showtime.prices[static_cast<std::size_t>(seat.category)].value_or(0),
            .state = status.state,
            .locked_by_user_id = locked ? std::optional(status.locked_by) : std::nullopt,
            .lock_expires_at = locked ? std::optional(status.lock_expires_at) : std::nullopt,
            .version = status.version};
        if (i != 0) out += ',';
        json::write(out, view);
    }
    out += ']';
    return out;
}

}  // namespace cinema::booking
