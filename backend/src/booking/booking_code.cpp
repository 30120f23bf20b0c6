#include "booking/booking_code.hpp"

#include "domain/hex.hpp"

namespace cinema::booking {

namespace {

constexpr std::size_t kCodeDigits = 8;

/// The hex digits of a text that has nothing else but spaces and hyphens between them; in
/// capitals. Empty for any other text.
std::string digits_of(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c == ' ' || c == '-') continue;
        const int value = domain::hex_digit_value(c);
        if (value < 0) return {};
        digits += "0123456789ABCDEF"[value];
    }
    return digits;
}

}  // namespace

std::string booking_code_of(const domain::BookingId& id) {
    std::string digits = digits_of(id.to_hex());
    return digits.substr(digits.size() - kCodeDigits);
}

std::optional<std::string> booking_code_in(std::string_view text) {
    std::string digits = digits_of(text);
    if (digits.size() != kCodeDigits) return std::nullopt;
    return digits;
}

std::optional<domain::BookingId> booking_id_in(std::string_view text) {
    return domain::BookingId::parse(digits_of(text));
}

}  // namespace cinema::booking
