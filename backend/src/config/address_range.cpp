#include "config/address_range.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <string>

namespace cinema::config {

std::optional<AddressRange::Bytes> AddressRange::parse_address(std::string_view text) {
    const std::string terminated(text);
    Bytes bytes{};
    if (::inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return bytes;
    bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (::inet_pton(AF_INET, terminated.c_str(), bytes.data() + 12) == 1) return bytes;
    return std::nullopt;
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
    const auto slash = text.find('/');
    const std::string_view address = text.substr(0, slash);
    const auto bytes = parse_address(address);
    if (!bytes) return std::nullopt;
    AddressRange range;
    range.network_ = *bytes;
    if (slash == std::string_view::npos) return range;

    const bool is_v4 = address.find(':') == std::string_view::npos;
    const std::string_view prefix = text.substr(slash + 1);
    int bits = -1;
    const auto [end, problem] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
    if (problem != std::errc() || end != prefix.data() + prefix.size() || prefix.starts_with('-') ||
        bits > (is_v4 ? 32 : 128)) {
        return std::nullopt;
    }
    range.prefix_bits_ = is_v4 ? bits + 96 : bits;
    for (int bit = range.prefix_bits_; bit < 128; ++bit) {
        if ((range.network_[static_cast<std::size_t>(bit / 8)] >> (7 - bit % 8) & 1) != 0) {
            return std::nullopt;
        }
    }
    return range;
}

bool AddressRange::contains(std::string_view address) const {
    const auto bytes = parse_address(address);
    return bytes && contains(*bytes);
}

bool AddressRange::contains(const Bytes& address) const {
    const auto whole = static_cast<std::size_t>(prefix_bits_ / 8);
    if (std::memcmp(address.data(), network_.data(), whole) != 0) return false;
    const int rest = prefix_bits_ % 8;
    return rest == 0 || (address[whole] ^ network_[whole]) >> (8 - rest) == 0;
}

}  // namespace cinema::config
