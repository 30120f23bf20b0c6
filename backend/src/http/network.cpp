#include "http/network.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace cinema::http {

std::string network_of(std::string_view address) {
    namespace ip = boost::asio::ip;
    boost::system::error_code problem;
    const ip::address parsed = ip::make_address(address, problem);
    if (problem || parsed.is_v4()) return std::string(address);
    const ip::address_v6 whole = parsed.to_v6();
    if (whole.is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, whole).to_string();
    auto bytes = whole.to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
    return ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace cinema::http
