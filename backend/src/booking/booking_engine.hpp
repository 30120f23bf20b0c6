#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/booking.hpp"
#include "domain/error.hpp"
#include "domain/rules.hpp"

namespace cinema::booking {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

/// What a hold is asked with. `seats` in the order of the request.
struct HoldRequest {
    domain::ShowtimeId showtime_id;
    domain::Actor actor;
    std::vector<std::string> seats;
    std::optional<std::string> idempotency_key;  ///< unique per user; 1–255 visible ASCII
};

/// Receives every seat change after it is on disk and before its caller is answered, in the order
/// of commitment. Called on the engine's own thread: must not block and must not throw.
using SeatFeed = std::function<void(std::span<const domain::SeatEvent>)>;

/// The port of the booking rules (design, section 4): each call is one business operation, atomic
/// from the caller's view and durable before it completes. Any thread may call; the coroutine
/// resumes on its own executor. Every call may fail with `overloaded` or `unavailable` (nothing
/// is acknowledged); further errors are named at each. All operations but hold without a key may
/// be repeated safely.
class BookingEngine {
  public:
    virtual ~BookingEngine() = default;

    /// All seats LOCKED for the actor until now + LOCK_TTL, or none. Price fixed now.
    /// Errors: not_found (showtime), validation, showtime_started, seats_taken (conflicts named),
    /// idempotency_mismatch, account_gone. A repeated key answers with the first booking as it is.
    virtual Awaitable<domain::Result<domain::Booking>> hold(HoldRequest request) = 0;

    /// One SUCCESS payment however often asked. Errors: not_found, booking_not_locked,
    /// hold_expired.
    virtual Awaitable<domain::Result<domain::Payment>> pay(domain::BookingId id,
                                                           domain::Actor actor) = 0;

    /// Seats and booking BOOKED: the sale. Errors: not_found, booking_not_locked, hold_expired,
    /// payment_required.
    virtual Awaitable<domain::Result<domain::Booking>> confirm(domain::BookingId id,
                                                               domain::Actor actor) = 0;

    /// Seats AVAILABLE, booking CANCELLED, a SUCCESS payment REFUNDED. Errors: not_found,
    /// booking_not_locked, hold_expired.
    virtual Awaitable<domain::Result<domain::Booking>> cancel(domain::BookingId id,
                                                              domain::Actor actor) = 0;

    /// Expires up to `limit` overdue holds, oldest first; answers how many. Fewer than `limit`
    /// means that none is left.
    virtual Awaitable<domain::Result<std::size_t>> expire_overdue(std::size_t limit) = 0;
};

}  // namespace cinema::booking
