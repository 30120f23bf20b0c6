#include "domain/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cinema::domain {
namespace {

std::optional<std::u32string> points_of(std::string_view text) {
    std::u32string points;
    const bool good = each_code_point(text, [&](char32_t point) {
        points += point;
        return true;
    });
    return good ? std::optional(points) : std::nullopt;
}

TEST(Utf8, ReadsEveryLengthAndTheirLimits) {
    EXPECT_EQ(points_of(""), U"");
    EXPECT_EQ(points_of("a\u00e9\u0e01\U0001f3ac"), U"a\u00e9\u0e01\U0001f3ac");
    EXPECT_EQ(points_of("\x7f\xc2\x80\xdf\xbf"), U"\x7f\x80\x7ff");
    EXPECT_EQ(points_of("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"),
              (std::u32string{0x800, 0xd7ff, 0xe000, 0xffff}));
    EXPECT_EQ(points_of("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"), (std::u32string{0x10000, 0x10ffff}));
    EXPECT_EQ(points_of(std::string_view("\0", 1)), std::u32string(1, U'\0'));
}

TEST(Utf8, RefusesWhatIsNotWellFormed) {
    for (const std::string_view text : {
             "\x80",                      // a trailing byte alone
             "\xc0\xaf",                  // '/' in two bytes
             "\xc1\xbf",                  // DEL in two bytes
             "\xe0\x80\xaf",              // '/' in three
             "\xe0\x9f\xbf",              // U+07FF in three
             "\xf0\x80\x80\xaf",          // '/' in four
             "\xf0\x8f\xbf\xbf",          // U+FFFF in four
             "\xed\xa0\x80",              // the first surrogate
             "\xed\xbf\xbf",              // the last one
             "\xed\xa0\xbd\xed\xb8\x80",  // a pair of them (CESU-8)
             "\xf4\x90\x80\x80",          // beyond U+10FFFF
             "\xf5\x80\x80\x80",
             "\xfe",
             "\xff",
             "\xc3",
             "\xe2\x82",
             "\xf0\x9f\x8e",  // cut off
             "\xc3(",
             "\xe2(\xac",
             "\xe2\x82(",
             "\xf0\x9f(\xac",
         }) {
        EXPECT_EQ(points_of(text), std::nullopt) << testing::PrintToString(text);
        const std::string inside = "a" + std::string(text) + "b";
        EXPECT_EQ(points_of(inside), std::nullopt) << testing::PrintToString(inside);
        EXPECT_FALSE(is_plain_text(text));
        EXPECT_EQ(count_characters(text), std::nullopt);
    }
}

TEST(Utf8, StopsWhenToldTo) {
    int seen = 0;
    EXPECT_FALSE(each_code_point("abc", [&](char32_t point) {
        ++seen;
        return point != U'b';
    }));
    EXPECT_EQ(seen, 2);
}

TEST(Utf8, PlainTextHasNoControlCharacters) {
    EXPECT_TRUE(is_plain_text("Amélie\u00a0กขค, 100% \U0001f3ac"));
    for (const std::string_view text :
         {std::string_view("\0", 1), std::string_view("a\nb"), std::string_view("\t"),
          std::string_view("\x1b[0m"), std::string_view("\x7f"), std::string_view("\u0080"),
          std::string_view("\u009f")}) {
        EXPECT_FALSE(is_plain_text(text)) << testing::PrintToString(text);
    }
}

TEST(Utf8, CountsCodePoints) {
    EXPECT_EQ(count_characters(""), 0u);
    EXPECT_EQ(count_characters("abc"), 3u);
    EXPECT_EQ(count_characters("กข€\U0001f3ac"), 4u);
}

}  // namespace
}  // namespace cinema::domain
