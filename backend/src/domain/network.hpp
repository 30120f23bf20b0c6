#pragma once

#include <string>
#include <string_view>

namespace cinema::domain {

/// The network that an address stands for when clients are counted: an IPv4 address itself, an
/// IPv6 address's /64. A household or a rented machine has a whole /64 (RFC 6177), and could
/// otherwise be a new client with each request. What is no address stands for itself.
std::string network_of(std::string_view address);

}  // namespace cinema::domain
