#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/booking.hpp"
#include "domain/catalogue.hpp"
#include "domain/error.hpp"
#include "domain/seat_map.hpp"
#include "domain/user.hpp"

/// The booking rules (docs/protocol.md, "The rules") as pure functions. Both engines call these
/// and nothing else decides; `now` is always an argument. Thread-safe: no state.
namespace cinema::domain {

/// Whoever asks for something: the token's subject.
struct Actor {
    UserId user_id;
    Role role = Role::USER;
};

/// What an operation that is allowed has to do.
enum class Verdict {
    proceed,       ///< do it
    already_done,  ///< it was done before: answer with what is there, change nothing
};

/// A hold is overdue from its last millisecond on: `lock_expires_at <= now`.
inline bool is_overdue(UtcTime lock_expires_at, UtcTime now) {
    return lock_expires_at <= now;
}

/// May these seats be asked for? Errors: validation naming each bad seat (none asked, more than
/// `max_seats`, repeated, not in the room), showtime_started. Whether they are free is the
/// engine's to decide, inside its atomic write.
Result<void> check_hold(const Showtime& showtime, const SeatMap& map,
                        std::span<const std::string> seats, std::size_t max_seats, UtcTime now);

/// Minor units for the seats, all of which are in the map and in a category that has a price.
std::int64_t price_of(const Showtime& showtime, const SeatMap& map,
                      std::span<const std::string> seats);

/// Is a seat free for a new hold? BOOKED never is; LOCKED only when its hold is overdue.
bool is_free(const SeatReservation& seat, UtcTime now);

/// The three decisions on a booking that exists. A booking the actor may not know of is not_found.
/// `payment_status` of the booking decides already_done for pay, and payment_required for confirm.
Result<Verdict> decide_pay(const Booking& booking, const Actor& actor, UtcTime now);
Result<Verdict> decide_confirm(const Booking& booking, const Actor& actor, UtcTime now);
Result<Verdict> decide_cancel(const Booking& booking, const Actor& actor);

/// May the actor read it? The owner and an admin may; for everybody else it does not exist.
bool may_see(const Booking& booking, const Actor& actor);

/// The one answer for a booking that does not exist or must not be told of.
Error booking_not_found();

}  // namespace cinema::domain
