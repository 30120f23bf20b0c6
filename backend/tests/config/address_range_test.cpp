#include "config/address_range.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace cinema::config {

namespace {

TEST(AddressRange, ContainsWhatItsPrefixSays) {
    struct Row {
        std::string_view range;
        std::string_view address;
        bool contained;
    };
    const std::vector<Row> rows = {
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.8", false},
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "::ffff:10.0.0.1", true},
        {"172.16.0.0/12", "172.31.255.255", true},
        {"172.16.0.0/12", "172.32.0.0", false},
        {"0.0.0.0/0", "203.0.113.1", true},
        {"0.0.0.0/0", "::1", false},
        {"192.0.2.6/31", "192.0.2.7", true},
        {"192.0.2.6/32", "192.0.2.7", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "10.0.0.1", true},
        {"::1", "0:0:0:0:0:0:0:1", true},
        {"fd00::/8", "fdff::1", true},
        {"fd00::/8", "fe00::1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"0.0.0.0/0", "not an address", false},
        {"0.0.0.0/0", "", false},
        {"0.0.0.0/0", "10.0.0.1 ", false},
    };
    for (const Row& row : rows) {
        const auto range = AddressRange::parse(row.range);
        ASSERT_TRUE(range) << row.range;
        EXPECT_EQ(range->contains(row.address), row.contained) << row.range << " " << row.address;
    }
}

TEST(AddressRange, RefusesWhatIsNone) {
    for (const char* text : {"", "/", "10.0.0.0/", "/8", "10.0.0.0/33", "::/129", "10.0.0.1/8",
                             "fd00::1/8", "10.0.0.0/8/8", "10.0.0.0/+8", "10.0.0.0/08x", "10.0.0",
                             "example.org", "010.0.0.1", "fe80::1%eth0"}) {
        EXPECT_FALSE(AddressRange::parse(text)) << text;
    }
}

}  // namespace

}  // namespace cinema::config
