#include "domain/id.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace cinema::domain {
namespace {

TEST(ObjectId, ReadsAndWrites24HexDigits) {
    const auto id = ObjectId::parse("0123456789abcdefABCDEF00");
    ASSERT_TRUE(id);
    EXPECT_EQ(id->to_hex(), "0123456789abcdefabcdef00");
    EXPECT_EQ(ObjectId::parse(id->to_hex()), id);
    EXPECT_FALSE(id->is_nil());
    EXPECT_TRUE(ObjectId{}.is_nil());
}

TEST(ObjectId, RefusesEverythingElse) {
    for (const auto* text :
         {"", "0", "0123456789abcdefabcdef0", "0123456789abcdefabcdef000",
          "0123456789abcdefabcdef0g", " 123456789abcdefabcdef00", "0123456789abcdef-bcdef00",
          "0x23456789abcdefabcdef00", "0123456789abcdefabcdef0\n"}) {
        EXPECT_FALSE(ObjectId::parse(text)) << text;
    }
    EXPECT_FALSE(ObjectId::parse(std::string_view("0123456789abcdefabcdef0\0", 24)));
}

TEST(ObjectId, SortsAsItsBytesDo) {
    EXPECT_LT(ObjectId::parse("00000000000000000000ffff"),
              ObjectId::parse("000000010000000000000000"));
    EXPECT_LT(ObjectId::parse("7f0000000000000000000000"),
              ObjectId::parse("800000000000000000000000"));
}

TEST(Id, KnowsWhatItNames) {
    static_assert(!std::is_convertible_v<UserId, BookingId>);
    static_assert(!std::is_constructible_v<UserId, BookingId>);
    EXPECT_EQ(UserId::parse("0123456789abcdefabcdef00")->to_hex(), "0123456789abcdefabcdef00");
    EXPECT_FALSE(UserId::parse("zz"));
}

TEST(Id, HashesOfNeighboursDiffer) {
    std::unordered_set<std::size_t> hashes;
    for (int i = 0; i < 65'536; ++i) {
        ObjectId id = *ObjectId::parse("65a0b1c21122334455660000");
        id.bytes[10] = static_cast<std::uint8_t>(i >> 8);
        id.bytes[11] = static_cast<std::uint8_t>(i);
        hashes.insert(std::hash<ObjectId>{}(id));
    }
    EXPECT_EQ(hashes.size(), 65'536u);
}

}  // namespace
}  // namespace cinema::domain
