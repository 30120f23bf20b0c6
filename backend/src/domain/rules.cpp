#include "domain/rules.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "domain/ensure.hpp"

namespace cinema::domain {

namespace {

/// Why a booking that has left LOCKED cannot do what was asked.
Error no_longer_locked(const Booking& booking, std::string_view wish) {
    if (booking.status == BookingStatus::EXPIRED) {
        return Error{
            .code = Errc::hold_expired,
            .detail = fmt::format("This booking cannot be {}: its hold has expired and the "
                                  "seats were released. Choose seats again.",
                                  wish)};
    }
    return Error{
        .code = Errc::booking_not_locked,
        .detail = fmt::format("This booking cannot be {}: it is {}.", wish, word(booking.status))};
}

Error hold_overdue(std::string_view wish) {
    return Error{.code = Errc::hold_expired,
                 .detail = fmt::format("This booking cannot be {}: its hold has expired. Choose "
                                       "seats again.",
                                       wish)};
}

bool owns(const Booking& booking, const Actor& actor) {
    return booking.user_id == actor.user_id;
}

}  // namespace

Error booking_not_found() {
    return Error{.code = Errc::not_found, .detail = "There is no such booking."};
}

Result<void> check_hold(const Showtime& showtime, const SeatMap& map,
                        std::span<const std::string> seats, std::size_t max_seats, UtcTime now) {
    Error invalid{.code = Errc::validation, .detail = "The seats cannot be held as asked."};
    if (seats.empty()) {
        invalid.errors.push_back({"seats", "Choose at least one seat."});
    } else if (seats.size() > max_seats) {
        invalid.errors.push_back(
            {"seats", fmt::format("At most {} seats can be held in one booking.", max_seats)});
    }
    // With too many seats each one is not looked at: the list may be as long as a body allows.
    if (invalid.errors.empty()) {
        std::unordered_set<std::string_view> seen;
        for (std::size_t i = 0; i < seats.size(); ++i) {
            const std::string field = fmt::format("seats[{}]", i);
            const int at = map.index_of(seats[i]);
            if (at < 0) {
                invalid.errors.push_back(
                    {field, "There is no such seat in this auditorium; see the seat map."});
            } else if (!seen.insert(seats[i]).second) {
                invalid.errors.push_back({field, "This seat is listed twice."});
            }
        }
    }
    if (!invalid.errors.empty()) return std::unexpected(std::move(invalid));
    if (showtime.start_time <= now) {
        return fail(Errc::showtime_started,
                    "This showtime has already started; seats can no longer be booked.");
    }
    return {};
}

std::int64_t price_of(const Showtime& showtime, const SeatMap& map,
                      std::span<const std::string> seats) {
    std::int64_t total = 0;
    for (const std::string& code : seats) {
        const int at = map.index_of(code);
        ensure(at >= 0, "a priced seat is in the map");
        const auto category = static_cast<std::size_t>(map.seats()[at].category);
        const auto& price = showtime.prices[category];
        ensure(price.has_value() && *price >= 0, "every category of the room has a price");
        total += *price;
    }
    return total;
}

bool is_free(const SeatReservation& seat, UtcTime now) {
    switch (seat.state) {
        case SeatState::AVAILABLE:
            return true;
        case SeatState::LOCKED:
            ensure(seat.lock_expires_at.has_value(), "a LOCKED seat has an end of its hold");
            return is_overdue(*seat.lock_expires_at, now);
        case SeatState::BOOKED:
            return false;
    }
    ensure(false, "a seat is AVAILABLE, LOCKED or BOOKED");
    return false;
}

Result<Verdict> decide_pay(const Booking& booking, const Actor& actor, UtcTime now) {
    if (!owns(booking, actor)) return std::unexpected(booking_not_found());
    // A repeated pay answers with the first payment, also after the booking was confirmed.
    if (booking.payment_status == PaymentStatus::SUCCESS) return Verdict::already_done;
    if (booking.status != BookingStatus::LOCKED) {
        return std::unexpected(no_longer_locked(booking, "paid"));
    }
    if (is_overdue(booking.lock_expires_at, now)) return std::unexpected(hold_overdue("paid"));
    return Verdict::proceed;
}

Result<Verdict> decide_confirm(const Booking& booking, const Actor& actor, UtcTime now) {
    if (!owns(booking, actor)) return std::unexpected(booking_not_found());
    if (booking.status == BookingStatus::BOOKED) return Verdict::already_done;
    if (booking.status != BookingStatus::LOCKED) {
        return std::unexpected(no_longer_locked(booking, "confirmed"));
    }
    if (is_overdue(booking.lock_expires_at, now)) return std::unexpected(hold_overdue("confirmed"));
    if (booking.payment_status != PaymentStatus::SUCCESS) {
        return fail(Errc::payment_required,
                    "This booking has not been paid: pay first, then confirm.");
    }
    return Verdict::proceed;
}

Result<Verdict> decide_cancel(const Booking& booking, const Actor& actor) {
    if (!may_see(booking, actor)) return std::unexpected(booking_not_found());
    if (booking.status == BookingStatus::CANCELLED) return Verdict::already_done;
    if (booking.status != BookingStatus::LOCKED) {
        return std::unexpected(no_longer_locked(booking, "cancelled"));
    }
    return Verdict::proceed;
}

bool may_see(const Booking& booking, const Actor& actor) {
    return owns(booking, actor) || actor.role == Role::ADMIN;
}

}  // namespace cinema::domain
