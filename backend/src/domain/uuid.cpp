#include "domain/uuid.hpp"

#include "domain/hex.hpp"

namespace cinema::domain {

std::optional<std::string> normal_uuid(std::string_view text) {
    constexpr std::size_t kLength = 36;
    if (text.size() != kLength) return std::nullopt;
    std::string normal(text);
    for (std::size_t i = 0; i < kLength; ++i) {
        char& c = normal[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : hex_digit_value(c) < 0) return std::nullopt;
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    return normal;
}

}  // namespace cinema::domain
