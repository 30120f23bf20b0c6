#include "booking/event_texts.hpp"

#include <fmt/format.h>

#include "domain/ensure.hpp"

namespace cinema::booking {

namespace {

// Payloads are put together from numbers, hex ids, ISO 4217 codes and words of ours: nothing in
// them needs escaping.

std::string money_payload(const domain::Booking& booking) {
    if (!booking.payment_id) {
        return fmt::format(R"({{"amount":{},"currency":"{}"}})", booking.amount, booking.currency);
    }
    return fmt::format(R"({{"amount":{},"currency":"{}","paymentId":"{}"}})", booking.amount,
                       booking.currency, booking.payment_id->to_hex());
}

std::string hold_payload(const domain::Booking& booking) {
    return fmt::format(R"({{"amount":{},"currency":"{}","lockExpiresAt":"{}"}})", booking.amount,
                       booking.currency, domain::format_rfc3339(booking.lock_expires_at));
}

std::string cancel_payload(const domain::Booking& booking, const domain::UserId& cancelled_by) {
    return fmt::format(R"({{"amount":{},"currency":"{}","cancelledBy":"{}"}})", booking.amount,
                       booking.currency, cancelled_by.to_hex());
}

std::string refund_payload(const domain::Booking& booking) {
    domain::ensure(booking.payment_id.has_value(), "a refunded booking has its payment");
    return fmt::format(R"({{"amount":{},"currency":"{}","paymentId":"{}","reason":"{}"}})",
                       booking.amount, booking.currency, booking.payment_id->to_hex(),
                       domain::word(booking.status));
}

}  // namespace

std::string event_payload(domain::EventType type, const domain::Booking& booking,
                          const std::optional<domain::UserId>& cancelled_by) {
    switch (type) {
        case domain::EventType::BookingLocked:
            return hold_payload(booking);
        case domain::EventType::PaymentSucceeded:
        case domain::EventType::BookingConfirmed:
        case domain::EventType::BookingExpired:
            return money_payload(booking);
        case domain::EventType::BookingCancelled:
            domain::ensure(cancelled_by.has_value(), "somebody cancelled a cancelled booking");
            return cancel_payload(booking, *cancelled_by);
        case domain::EventType::PaymentRefunded:
            return refund_payload(booking);
    }
    domain::ensure(false, "an event has one of the known types");
    return {};
}

domain::SeatEvent seat_event(domain::SeatEventType type, const domain::Booking& booking,
                             const std::string& seat_code, std::int64_t version) {
    domain::SeatEvent event{.type = type,
                            .showtime_id = booking.showtime_id,
                            .seat_code = seat_code,
                            .locked_by = {},
                            .lock_expires_at = {},
                            .version = version};
    if (type != domain::SeatEventType::SEAT_RELEASED) event.locked_by = booking.user_id;
    if (type == domain::SeatEventType::SEAT_LOCKED) event.lock_expires_at = booking.lock_expires_at;
    return event;
}

}  // namespace cinema::booking
