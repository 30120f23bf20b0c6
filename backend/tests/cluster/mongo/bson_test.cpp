#include "cluster/mongo/bson.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace cinema::cluster::mongo {
namespace {

using domain::UtcTime;
using std::chrono::milliseconds;

domain::UserId some_user() {
    return *domain::UserId::parse("0123456789abcdef01234567");
}

template <class Act>
std::string complaint_of(Act act) {
    try {
        act();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "";
}

TEST(Bson, ReadsWhatItWrote) {
    Document nested;
    nested.add("deep", "down");
    Document document;
    document.add("id", some_user())
        .add("raw_id", some_user().value)
        .add("before_1970", UtcTime{milliseconds{-5}})
        .add("big", std::numeric_limits<std::int64_t>::min())
        .add("small", 7)
        .add("half", 0.5)
        .add("yes", true)
        .add("text", std::string("a\0b", 3))
        .add("empty", std::string_view())
        .add("word", domain::SeatState::LOCKED)
        .add("texts", std::vector<std::string>{"A1", "", "Ä"})
        .add("numbers", std::vector<std::int64_t>{1, -1})
        .add("nothing", nullptr)
        .add("left_out", std::optional<std::string>())
        .add("put_in", std::optional<std::string>("x"))
        .add("nested", nested);
    document.array("list", [](ArrayWriter& list) {
        for (int i = 0; i < 12; ++i) list.object([&](Writer& one) { one.add("i", i); });
    });

    const Document moved(std::move(document));
    Fields fields("things", moved.bson());
    EXPECT_EQ(fields.id<domain::UserId>("id"), some_user());
    EXPECT_EQ(fields.object_id("raw_id"), some_user().value);
    EXPECT_EQ(fields.time("before_1970"), UtcTime{milliseconds{-5}});
    EXPECT_EQ(fields.integer("big"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(fields.integer("small"), 7);
    EXPECT_EQ(fields.number("half"), 0.5);
    EXPECT_EQ(fields.number("small"), 7.0);
    EXPECT_TRUE(fields.boolean("yes"));
    EXPECT_EQ(fields.text("text"), std::string_view("a\0b", 3));
    EXPECT_EQ(fields.text("empty"), "");
    EXPECT_EQ(fields.word<domain::SeatState>("word"), domain::SeatState::LOCKED);
    EXPECT_EQ(fields.texts("texts"), (std::vector<std::string>{"A1", "", "Ä"}));
    EXPECT_EQ(fields.integers("numbers"), (std::vector<std::int64_t>{1, -1}));
    EXPECT_FALSE(fields.has("left_out"));
    EXPECT_FALSE(fields.has("nothing"));
    EXPECT_EQ(fields.optional_text("nothing"), std::nullopt);
    EXPECT_EQ(fields.optional_text("put_in"), "x");
    EXPECT_EQ(fields.object("nested").text("deep"), "down");
    std::int64_t sum = 0;
    fields.objects("list", [&](Fields& one) { sum = 10 * sum + one.integer("i"); });
    EXPECT_EQ(sum, 12345679011);
    // In any order, and again.
    EXPECT_EQ(fields.integer("small"), 7);
    EXPECT_EQ(fields.integer("small"), 7);
    EXPECT_EQ(fields.object_id("raw_id"), some_user().value);
}

TEST(Bson, AMovedFromDocumentIsEmpty) {
    Document first;
    first.add("text", std::string(1000, 'x'));
    Document second(std::move(first));
    first.add("a", 1);
    EXPECT_EQ(Fields("x", first.bson()).integer("a"), 1);
    EXPECT_FALSE(Fields("x", first.bson()).has("text"));
    EXPECT_EQ(Fields("x", second.bson()).text("text").size(), 1000U);
}

TEST(Bson, BrokenDataIsNamed) {
    Document document;
    document.add("text", "x").add("number", 1).add("state", "SOLD").add("half", 0.5);
    document.array("mixed", [](ArrayWriter& list) { list.add("x").add(1); });
    document.object("inside", [](Writer& inside) { inside.add("n", "x"); });
    const auto fields = [&] { return Fields("seats", document.bson()); };

    EXPECT_EQ(complaint_of([&] { fields().integer("gone"); }),
              "seats.gone: missing; an integer is expected");
    EXPECT_EQ(complaint_of([&] { fields().time("number"); }), "seats.number: a Date is expected");
    EXPECT_EQ(complaint_of([&] { fields().object_id("text"); }),
              "seats.text: an ObjectId is expected");
    EXPECT_EQ(complaint_of([&] { fields().text("number"); }), "seats.number: a text is expected");
    EXPECT_EQ(complaint_of([&] { fields().integer("half"); }),
              "seats.half: an integer is expected");
    EXPECT_EQ(complaint_of([&] { fields().boolean("number"); }),
              "seats.number: a boolean is expected");
    EXPECT_EQ(complaint_of([&] { fields().number("text"); }), "seats.text: a number is expected");
    EXPECT_EQ(complaint_of([&] { fields().word<domain::SeatState>("state"); }),
              "seats.state: an unknown word");
    EXPECT_EQ(complaint_of([&] { fields().texts("mixed"); }),
              "seats.mixed: an array of texts is expected");
    EXPECT_EQ(complaint_of([&] { fields().integers("mixed"); }),
              "seats.mixed: an array of integers is expected");
    EXPECT_EQ(complaint_of([&] { fields().objects("mixed", [](Fields&) {}); }),
              "seats.mixed: an array of documents is expected");
    EXPECT_EQ(complaint_of([&] { fields().object("inside").integer("n"); }),
              "seats.inside.n: an integer is expected");
    EXPECT_EQ(complaint_of([&] { fields().optional_time("text"); }),
              "seats.text: a Date is expected");
}

TEST(Bson, DamagedBytesAreRefused) {
    const std::uint8_t bytes[] = {9, 0, 0, 0, 1};
    EXPECT_THROW(Fields("x", {}, bytes, sizeof bytes), std::runtime_error);
}

}  // namespace
}  // namespace cinema::cluster::mongo
