#include "accounts/email.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cinema::accounts {

namespace {

TEST(Email, IsLowerCaseWithoutBlanksAround) {
    EXPECT_EQ(normalize_email("user@cinema.local"), "user@cinema.local");
    EXPECT_EQ(normalize_email("  User@Cinema.LOCAL\r\n"), "user@cinema.local");
    EXPECT_EQ(normalize_email("a.b+tag_1@sub-1.example.org"), "a.b+tag_1@sub-1.example.org");
    EXPECT_EQ(normalize_email("o'brien!#$%&*/=?^`{|}~@x"), "o'brien!#$%&*/=?^`{|}~@x");
    EXPECT_EQ(normalize_email("admin@localhost"), "admin@localhost");
    EXPECT_EQ(normalize_email("x@xn--12c1fe0br.com"), "x@xn--12c1fe0br.com");
}

TEST(Email, HasItsLengths) {
    const std::string local(64, 'a');
    EXPECT_TRUE(normalize_email(local + "@example.org"));
    EXPECT_FALSE(normalize_email(local + "a@example.org"));
    const std::string label(63, 'b');
    EXPECT_TRUE(normalize_email("a@" + label + ".org"));
    EXPECT_FALSE(normalize_email("a@" + label + "b.org"));
    // 64 + 1 + 63 + 1 + 63 + 1 + 61 = 254
    const std::string longest = local + "@" + label + "." + label + "." + std::string(61, 'c');
    EXPECT_EQ(longest.size(), 254u);
    EXPECT_TRUE(normalize_email(longest));
    EXPECT_FALSE(normalize_email(longest + "c"));
}

TEST(Email, RefusesWhatIsNone) {
    using namespace std::string_view_literals;
    for (const std::string_view text : {""sv,
                                        "   "sv,
                                        "user"sv,
                                        "@"sv,
                                        "@example.org"sv,
                                        "user@"sv,
                                        "a@b@c"sv,
                                        "a b@c"sv,
                                        "a@b c"sv,
                                        ".a@b"sv,
                                        "a.@b"sv,
                                        "a..b@c"sv,
                                        "a@.b"sv,
                                        "a@b."sv,
                                        "a@b..c"sv,
                                        "a@-b"sv,
                                        "a@b-"sv,
                                        "a@b_c"sv,
                                        "\"a\"@b"sv,
                                        "a@[127.0.0.1]"sv,
                                        "a\0@b"sv,
                                        "a@b\0"sv,
                                        "a,b@c"sv,
                                        "a<b>@c"sv,
                                        "a\n@b"sv,
                                        "สวัสดี@example.org"sv,
                                        "a@bücher.example"sv,
                                        "a\x80@b"sv}) {
        EXPECT_FALSE(normalize_email(text)) << text;
    }
}

TEST(DisplayName, KeepsWhatPeopleAreCalled) {
    EXPECT_EQ(normalize_display_name("Ada"), "Ada");
    EXPECT_EQ(normalize_display_name("  Ada Lovelace \n"), "Ada Lovelace");
    EXPECT_EQ(normalize_display_name("สมชาย ใจดี"), "สมชาย ใจดี");
    EXPECT_EQ(normalize_display_name("O'Brien <x> & \"y\""), "O'Brien <x> & \"y\"");
    EXPECT_EQ(normalize_display_name("\xF0\x9F\x8E\xAC"), "\xF0\x9F\x8E\xAC");
}

TEST(DisplayName, CountsCharactersNotBytes) {
    std::string thai;
    for (int i = 0; i < 100; ++i) thai += "ก";
    EXPECT_EQ(normalize_display_name(thai), thai);
    EXPECT_FALSE(normalize_display_name(thai + "ก"));
}

TEST(DisplayName, RefusesWhatWouldSpoilAScreen) {
    using namespace std::string_view_literals;
    for (const std::string_view text :
         {""sv, " \t "sv, "a\nb"sv, "a\0b"sv, "a\x1b[31m"sv, "a\x7f"sv, "a\u0085b"sv, "a\u2028b"sv,
          "a\u202eb"sv, "a\u2066b"sv, "\ufeffa"sv, "\x80"sv, "a\xC0\xAF"sv, "a\xED\xA0\x80"sv,
          "cut \xE0\xB8"sv}) {
        EXPECT_FALSE(normalize_display_name(text)) << text;
    }
}

}  // namespace

}  // namespace cinema::accounts
