#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/id.hpp"
#include "domain/time.hpp"
#include "domain/words.hpp"

namespace cinema::domain {

/// The state of one seat in one showtime. No record means AVAILABLE at version 0.
struct SeatReservation {
    std::string seat_code;
    SeatState state = SeatState::AVAILABLE;
    std::optional<UserId> locked_by;         ///< the holder or buyer; none when AVAILABLE
    std::optional<UtcTime> lock_expires_at;  ///< only when LOCKED
    std::int64_t version = 0;                ///< grows by one at every change

    bool operator==(const SeatReservation&) const = default;
};

/// The order for some seats of one showtime.
struct Booking {
    BookingId id;
    UserId user_id;
    ShowtimeId showtime_id;
    std::vector<std::string> seats;
    BookingStatus status = BookingStatus::LOCKED;
    std::int64_t amount = 0;  ///< minor units, fixed when the hold was made
    std::string currency;
    UtcTime lock_expires_at;
    std::optional<PaymentId> payment_id;
    std::optional<PaymentStatus> payment_status;
    UtcTime created_at;
    UtcTime updated_at;
};

/// Money for one booking: at most one record per booking, so at most one SUCCESS.
struct Payment {
    PaymentId id;
    BookingId booking_id;
    PaymentStatus status = PaymentStatus::PENDING;
    std::int64_t amount = 0;
    std::string currency;
    UtcTime created_at;
    UtcTime updated_at;
};

/// A seat change as viewers are told of it. Viewers apply it only when `version` is newer than
/// what they have, so duplicates and reordering are harmless.
struct SeatEvent {
    SeatEventType type;
    ShowtimeId showtime_id;
    std::string seat_code;
    std::optional<UserId> locked_by;         ///< SEAT_LOCKED and SEAT_BOOKED
    std::optional<UtcTime> lock_expires_at;  ///< SEAT_LOCKED only
    std::int64_t version = 0;
};

}  // namespace cinema::domain
