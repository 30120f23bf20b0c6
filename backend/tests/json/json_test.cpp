#include <gtest/gtest.h>

#include <boost/describe/class.hpp>

#include "json/read.hpp"
#include "json/write.hpp"

namespace cinema::json {
namespace {

struct Inner {
    int price_minor = 0;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (price_minor))

struct Everything {
    domain::BookingId id;
    std::string some_text;
    std::vector<std::string> seats;
    std::optional<int> absent;
    std::optional<bool> present;
    domain::BookingStatus status{};
    domain::UtcTime when;
    Inner inner;
    Members<std::int64_t> prices;
    Raw payload;
};
BOOST_DESCRIBE_STRUCT(Everything, (),
                      (id, some_text, seats, absent, present, status, when, inner, prices, payload))

TEST(WriteJson, WritesEveryKindOfMember) {
    Everything value;
    value.id = *domain::BookingId::parse("0123456789abcdef01234567");
    value.some_text = "a\"b\\c\n\x01 ü";
    value.seats = {"A1", "B2"};
    value.present = true;
    value.status = domain::BookingStatus::BOOKED;
    value.when = *domain::parse_rfc3339("2026-11-24T19:30:00.005Z");
    value.inner.price_minor = -5;
    value.prices = {{"standard", 1200}, {"premium", 9'000'000'000}};
    value.payload.text = R"({"x":1})";
    const std::string text = to_json(value);
    EXPECT_EQ(text,
              "{\"id\":\"0123456789abcdef01234567\",\"someText\":\"a\\\"b\\\\c\\u000a\\u0001 ü\","
              "\"seats\":[\"A1\",\"B2\"],\"present\":true,\"status\":\"BOOKED\","
              "\"when\":\"2026-11-24T19:30:00.005Z\",\"inner\":{\"priceMinor\":-5},"
              "\"prices\":{\"standard\":1200,\"premium\":9000000000},\"payload\":{\"x\":1}}");
    EXPECT_TRUE(parse(text).has_value());
}

struct Body {
    std::vector<std::string> seats;
    std::optional<std::string> display_name;
    std::optional<bool> flag;
};
BOOST_DESCRIBE_STRUCT(Body, (), (seats, display_name, flag))

std::vector<std::string> wrong_fields(std::string_view text) {
    const auto parsed = parse(text);
    EXPECT_TRUE(parsed.has_value()) << text;
    const auto body = read<Body>(*parsed);
    std::vector<std::string> fields;
    if (!body) {
        for (const auto& error : body.error().errors) fields.push_back(error.field);
    }
    return fields;
}

TEST(ReadJson, IgnoresUnknownMembersAndTakesNullAsAbsent) {
    const auto body = read<Body>(*parse(R"({"role":"ADMIN","seats":["A1"],"displayName":null})"));
    ASSERT_TRUE(body.has_value());
    EXPECT_EQ(body->seats, std::vector<std::string>{"A1"});
    EXPECT_FALSE(body->display_name.has_value());
}

TEST(ReadJson, NamesEveryWrongField) {
    using Fields = std::vector<std::string>;
    EXPECT_EQ(wrong_fields("{}"), Fields{"seats"});
    EXPECT_EQ(wrong_fields("[]"), Fields{""});
    EXPECT_EQ(wrong_fields(R"({"seats":"A1"})"), Fields{"seats"});
    EXPECT_EQ(wrong_fields(R"({"seats":null})"), Fields{"seats"});
    EXPECT_EQ(wrong_fields(R"({"seats":["A1",2,null]})"), (Fields{"seats[1]", "seats[2]"}));
    EXPECT_EQ(wrong_fields(R"({"seats":[],"displayName":5,"flag":"yes"})"),
              (Fields{"displayName", "flag"}));
}

TEST(ParseJson, IsStrict) {
    for (const std::string_view good : {"{}", " [1, 2] ", "\"\\ud83d\\ude00\"", "1e3"}) {
        EXPECT_TRUE(parse(good).has_value()) << good;
    }
    const std::string deep = std::string(40, '[') + std::string(40, ']');
    const std::string_view bad_texts[] = {
        "",         " ",          "{",        "{}x",      "{} {}",        "{'a':1}",
        "[1,]",     "{\"a\":1,}", "// c\n{}", "\"\x80\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"",
        "\"a\nb\"", "nul",        "01",       deep,       "1e999",        "{\"a\":[-1e400]}"};
    for (const std::string_view bad : bad_texts) {
        EXPECT_FALSE(parse(bad).has_value()) << bad;
    }
}

}  // namespace
}  // namespace cinema::json
