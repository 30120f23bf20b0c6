#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cinema::config {

/// An IP address or a CIDR block of them. IPv4 is kept as IPv4-mapped IPv6 (RFC 4291 2.5.5.2), so
/// that a dual-stack socket's "::ffff:10.0.0.1" and "10.0.0.1" are one address.
class AddressRange {
  public:
    /// "10.0.0.0/8", "192.0.2.7", "fd00::/8". nullopt for anything else, and for a block with bits
    /// set behind its prefix ("10.0.0.1/8"), which is usually a slip.
    static std::optional<AddressRange> parse(std::string_view text);

    /// False for what is not an IP address.
    bool contains(std::string_view address) const;

    bool operator==(const AddressRange&) const = default;

  private:
    using Bytes = std::array<std::uint8_t, 16>;
    static std::optional<Bytes> parse_address(std::string_view text);
    bool contains(const Bytes& address) const;

    Bytes network_{};
    int prefix_bits_ = 128;
};

}  // namespace cinema::config
