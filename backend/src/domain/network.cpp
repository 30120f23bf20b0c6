#include "domain/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace cinema::domain {

std::string network_of(std::string_view address) {
    const std::string terminated(address);
    in6_addr bytes{};
    if (::inet_pton(AF_INET6, terminated.c_str(), &bytes) != 1) return terminated;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (IN6_IS_ADDR_V4MAPPED(&bytes)) {
        ::inet_ntop(AF_INET, &bytes.s6_addr[12], text.data(), text.size());
        return text.data();
    }
    std::fill(bytes.s6_addr + 8, bytes.s6_addr + 16, std::uint8_t{0});
    ::inet_ntop(AF_INET6, &bytes, text.data(), text.size());
    return std::string(text.data()) + "/64";
}

}  // namespace cinema::domain
