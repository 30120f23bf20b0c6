#include "api/export_slots.hpp"

#include <gtest/gtest.h>

namespace cinema::api {
namespace {

http::SharedContent text(const char* bytes) {
    return std::make_shared<const http::Content>("text/plain", bytes, false);
}

TEST(ExportSlots, AreLimitedAndComeBack) {
    ExportSlots slots;
    auto first = slots.take();
    const auto second = slots.take();
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(slots.take());
    first.reset();
    EXPECT_TRUE(slots.take());
}

TEST(ExportSlots, AreTakenForAsLongAsTheContentIsInMemory) {
    ExportSlots slots;
    const auto other = slots.take();
    auto content = ExportSlots::keep(slots.take(), text("rows"));
    EXPECT_EQ(content->bytes(), "rows");
    auto being_sent = content;
    content.reset();
    EXPECT_FALSE(slots.take()) << "a slow client still has it";
    being_sent.reset();
    EXPECT_TRUE(slots.take());
}

TEST(ExportSlots, MayOutliveTheirKeeper) {
    auto slots = std::make_unique<ExportSlots>();
    auto content = ExportSlots::keep(slots->take(), text("rows"));
    slots.reset();
    EXPECT_EQ(content->bytes(), "rows");
}

}  // namespace
}  // namespace cinema::api
