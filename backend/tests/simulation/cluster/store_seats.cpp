#include <algorithm>

#include "simulation/cluster/store.hpp"

/// `seat_reservations`.
namespace cinema::simulation {

using domain::SeatState;

std::optional<cluster::SeatDocument> Store::seat(domain::ShowtimeId showtime,
                                                 const std::string& code) const {
    const auto showtime_seats = seats_.find(showtime);
    if (showtime_seats == seats_.end()) return std::nullopt;
    const auto found = showtime_seats->second.find(code);
    if (found == showtime_seats->second.end()) return std::nullopt;
    return found->second;
}

bool Store::lock_seat(const cluster::SeatLockRequest& request, std::size_t index) {
    const auto& wanted = request.seats[index];
    auto& showtime_seats = seats_[request.showtime_id];
    auto found = showtime_seats.find(wanted.code);
    if (found == showtime_seats.end()) {
        // An upsert inserts what its filter tells; a filter with a version of a record that is
        // not there cannot be asked for, as records stay.
        found = showtime_seats.emplace(wanted.code, cluster::SeatDocument{}).first;
        found->second.seat.seat_code = wanted.code;
    } else if (!plan_.without(Guard::seat_lock_condition)) {
        const auto& seat = found->second.seat;
        if (seat.state != SeatState::AVAILABLE) return false;
        if (seat.version != wanted.version && !plan_.without(Guard::seat_lock_version)) {
            return false;
        }
    }
    const cluster::SeatDocument before = found->second;
    cluster::SeatDocument& after = found->second;
    after.seat.state = SeatState::LOCKED;
    after.seat.locked_by = request.user_id;
    after.seat.lock_expires_at = request.lock_expires_at;
    after.seat.version += 1;
    after.booking_id = request.booking_id;
    seat_changed(before, after, request.showtime_id);
    return true;
}

bool Store::book_seat(domain::ShowtimeId showtime, domain::BookingId booking, domain::UserId user,
                      const std::string& code) {
    const auto found = seats_[showtime].find(code);
    if (found == seats_[showtime].end()) return false;
    cluster::SeatDocument& after = found->second;
    if (after.seat.state != SeatState::LOCKED) return false;
    if (!plan_.without(Guard::seat_book_booking) &&
        (after.booking_id != booking || after.seat.locked_by != user)) {
        return false;
    }
    const cluster::SeatDocument before = after;
    after.seat.state = SeatState::BOOKED;
    after.seat.lock_expires_at.reset();
    after.seat.version += 1;
    seat_changed(before, after, showtime);
    return true;
}

bool Store::release_seat(domain::ShowtimeId showtime, domain::BookingId booking,
                         const std::string& code) {
    const auto found = seats_[showtime].find(code);
    if (found == seats_[showtime].end()) return false;
    cluster::SeatDocument& after = found->second;
    if (after.seat.state != SeatState::LOCKED) return false;
    if (!plan_.without(Guard::seat_release_booking) && after.booking_id != booking) return false;
    const cluster::SeatDocument before = after;
    after.seat.state = SeatState::AVAILABLE;
    after.seat.locked_by.reset();
    after.seat.lock_expires_at.reset();
    after.booking_id.reset();
    after.seat.version += 1;
    seat_changed(before, after, showtime);
    return true;
}

/// A live booking keeps its seats; BOOKED seats are sold ones.
void Store::seat_changed(const cluster::SeatDocument& before, const cluster::SeatDocument& after,
                         domain::ShowtimeId showtime) {
    changed_at_ = scheduler_.now();
    const auto& code = after.seat.seat_code;
    journal_.trace("         {} {} {} v{} booking {}", brief(showtime), code,
                   domain::word(after.seat.state), after.seat.version,
                   after.booking_id ? brief(*after.booking_id) : "-");
    history_[showtime][code].push_back({after.seat.state, after.seat.locked_by});
    if (static_cast<std::int64_t>(history_[showtime][code].size()) != after.seat.version) {
        journal_.wrong("seat {} has version {} after {} changes", code, after.seat.version,
                       history_[showtime][code].size());
    }
    if (before.booking_id && is_live(*before.booking_id) &&
        (after.booking_id != before.booking_id || after.seat.state == SeatState::AVAILABLE)) {
        journal_.wrong("seat {} leaves booking {}, which is {}", code, brief(*before.booking_id),
                       domain::word(bookings_.at(*before.booking_id).booking.status));
    }
    if (after.seat.state == SeatState::BOOKED) {
        const auto sold = booking(*after.booking_id);
        if (!sold || sold->booking.status != domain::BookingStatus::BOOKED) {
            journal_.wrong("seat {} is BOOKED for booking {}, which is not", code,
                           brief(*after.booking_id));
        }
    }
}

std::vector<cluster::LockedSeat> Store::locked(std::optional<domain::UtcTime> from,
                                               domain::UtcTime until, std::size_t limit) const {
    std::vector<cluster::LockedSeat> found;
    for (const auto& [showtime, showtime_seats] : seats_) {
        for (const auto& [code, document] : showtime_seats) {
            const auto& seat = document.seat;
            if (seat.state != SeatState::LOCKED || *seat.lock_expires_at > until ||
                (from && *seat.lock_expires_at <= *from)) {
                continue;
            }
            found.push_back({.showtime_id = showtime,
                             .seat_code = code,
                             .booking_id = *document.booking_id,
                             .locked_by = *seat.locked_by,
                             .lock_expires_at = *seat.lock_expires_at,
                             .version = seat.version});
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.lock_expires_at < b.lock_expires_at;
    });
    if (found.size() > limit) found.resize(limit);
    return found;
}

const SeatMoment* Store::seat_at(domain::ShowtimeId showtime, const std::string& code,
                                 std::int64_t version) const {
    const auto showtime_seats = history_.find(showtime);
    if (showtime_seats == history_.end()) return nullptr;
    const auto found = showtime_seats->second.find(code);
    if (found == showtime_seats->second.end()) return nullptr;
    if (version < 1 || version > static_cast<std::int64_t>(found->second.size())) return nullptr;
    return &found->second[static_cast<std::size_t>(version - 1)];
}

}  // namespace cinema::simulation
