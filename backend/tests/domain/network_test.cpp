#include "domain/network.hpp"

#include <gtest/gtest.h>

namespace cinema::domain {
namespace {

TEST(NetworkOf, AnIpv4AddressIsItsOwn) {
    EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
    EXPECT_NE(network_of("192.0.2.7"), network_of("192.0.2.8"));
}

TEST(NetworkOf, Ipv6AddressesAreOneByTheirFirst64Bits) {
    const std::string home = network_of("2001:db8:0:1::1");
    EXPECT_EQ(home, "2001:db8:0:1::/64");
    for (const auto* neighbour : {"2001:db8:0:1::2", "2001:db8:0:1:ffff:ffff:ffff:ffff",
                                  "2001:0db8:0000:0001:8000::", "2001:db8::1:0:0:0:1"}) {
        EXPECT_EQ(network_of(neighbour), home) << neighbour;
    }
    for (const auto* stranger : {"2001:db8::1", "2001:db8:0:2::1", "2001:db8:1:1::1", "::1"}) {
        EXPECT_NE(network_of(stranger), home) << stranger;
    }
}

TEST(NetworkOf, AnythingElseStandsForItself) {
    for (const auto* text : {"", "unknown", "192.0.2.7:80", "2001:db8::1/64", "fe80::1%eth0"}) {
        EXPECT_EQ(network_of(text), text);
    }
}

}  // namespace
}  // namespace cinema::domain
