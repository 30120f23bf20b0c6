#include "booking/booking_code.hpp"

#include <gtest/gtest.h>

namespace cinema::booking {
namespace {

const auto kId = *domain::BookingId::parse("674350e0a4f1b2c3d4e5f708");

TEST(BookingCode, IsTheEndOfTheId) {
    EXPECT_EQ(booking_code_of(kId), "D4E5F708");
}

TEST(BookingCode, IsReadAsPeopleTypeIt) {
    for (const auto* text :
         {"D4E5F708", "d4e5f708", "D4E5-F708", "d4e5 f708", " D4 E5-F7 08 ", "-d4e5f708-"}) {
        EXPECT_EQ(booking_code_in(text), "D4E5F708") << text;
        EXPECT_EQ(booking_id_in(text), std::nullopt) << text;
    }
    for (const auto* text : {"", "D4E5F70", "D4E5F7081", "D4E5F70G", "D4E5_F708", "#D4E5F708",
                             "D4E5F708\n", "674350e0a4f1b2c3d4e5f708"}) {
        EXPECT_EQ(booking_code_in(text), std::nullopt) << text;
    }
}

TEST(BookingCode, AWholeIdIsReadTheSameWay) {
    for (const auto* text : {"674350e0a4f1b2c3d4e5f708", "674350E0A4F1B2C3D4E5F708",
                             "674350e0 a4f1b2c3 d4e5f708", "6743-50e0-a4f1-b2c3-d4e5-f708"}) {
        EXPECT_EQ(booking_id_in(text), kId) << text;
    }
    for (const auto* text :
         {"", "674350e0a4f1b2c3d4e5f70", "674350e0a4f1b2c3d4e5f7080", "674350e0a4f1b2c3d4e5f70x"}) {
        EXPECT_EQ(booking_id_in(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace cinema::booking
