#include "domain/time.hpp"

#include <gtest/gtest.h>

namespace cinema::domain {
namespace {

struct Moment {
    const char* text;
    const char* normal;
};

class Rfc3339 : public testing::TestWithParam<Moment> {};

TEST_P(Rfc3339, IsReadAndWrittenInItsNormalForm) {
    const auto time = parse_rfc3339(GetParam().text);
    ASSERT_TRUE(time) << GetParam().text;
    EXPECT_EQ(format_rfc3339(*time), GetParam().normal);
}

INSTANTIATE_TEST_SUITE_P(
    Times, Rfc3339,
    testing::Values(Moment{"2026-11-24T19:30:00Z", "2026-11-24T19:30:00.000Z"},
                    Moment{"2026-11-24t19:30:00z", "2026-11-24T19:30:00.000Z"},
                    Moment{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"},
                    Moment{"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
                    Moment{"2026-11-24T19:30:00.1Z", "2026-11-24T19:30:00.100Z"},
                    Moment{"2026-11-24T19:30:00.1239999Z", "2026-11-24T19:30:00.123Z"},
                    Moment{"2026-11-24T19:30:00+07:00", "2026-11-24T12:30:00.000Z"},
                    Moment{"2026-11-24T00:30:00+07:00", "2026-11-23T17:30:00.000Z"},
                    Moment{"2026-11-24T19:30:00-05:30", "2026-11-25T01:00:00.000Z"},
                    Moment{"2026-12-31T23:30:00-00:30", "2027-01-01T00:00:00.000Z"},
                    Moment{"2026-11-24T19:30:00.5+00:00", "2026-11-24T19:30:00.500Z"},
                    Moment{"2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000Z"},
                    Moment{"2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000Z"},
                    Moment{"2024-03-01T00:00:00+01:00", "2024-02-29T23:00:00.000Z"}));

TEST(Time, RefusesWhatIsNoRfc3339Time) {
    for (const auto* text : {"",
                             "2026-11-24",
                             "2026-11-24T19:30Z",
                             "2026-11-24 19:30:00Z",
                             "2026-11-24T19:30:00",
                             "2026-11-24T19:30:00.Z",
                             "2026-11-24T19:30:00.5",
                             "2026-11-24T24:00:00Z",
                             "2026-11-24T19:60:00Z",
                             "2026-11-24T19:30:60Z",
                             "2026-13-01T00:00:00Z",
                             "2026-00-01T00:00:00Z",
                             "2026-04-31T00:00:00Z",
                             "2026-02-29T00:00:00Z",
                             "1900-02-29T00:00:00Z",
                             "2100-02-29T00:00:00Z",
                             "1969-12-31T23:59:59Z",
                             "1970-01-01T00:00:00+00:01",
                             "9999-12-31T23:59:59-00:01",
                             "2026-11-24T19:30:00+7:00",
                             "2026-11-24T19:30:00+0700",
                             "2026-11-24T19:30:00+24:00",
                             "2026-11-24T19:30:00+07:60",
                             "2026-11-24T19:30:00Zjunk",
                             "2026-11-24T19:30:00+07:00Z",
                             "+026-11-24T19:30:00Z",
                             "2026-11-2 T19:30:00Z",
                             "2026/11/24T19:30:00Z",
                             "２026-11-24T19:30:00Z"}) {
        EXPECT_FALSE(parse_rfc3339(text)) << text;
    }
}

TEST(Time, EveryDayOfFourCenturiesComesBackAsItWas) {
    const auto last = std::chrono::sys_days{std::chrono::year{2370} / 1 / 1};
    for (auto day = std::chrono::sys_days{std::chrono::year{1970} / 1 / 1}; day < last;
         day += std::chrono::days{1}) {
        const UtcTime time = day + std::chrono::milliseconds{86'399'999};
        ASSERT_EQ(parse_rfc3339(format_rfc3339(time)), time);
        ASSERT_EQ(parse_date(format_date(day)), day);
    }
}

TEST(Date, IsARealDay) {
    EXPECT_TRUE(parse_date("2024-02-29"));
    EXPECT_TRUE(parse_date("1900-01-01"));
    EXPECT_EQ(format_date(*parse_date("1954-04-26")), "1954-04-26");
    for (const auto* text : {"", "2023-02-29", "1899-12-31", "2026-1-01", "2026-01-1", "20260101",
                             "2026-01-01T", "2026-01-32", "abcd-ef-gh"}) {
        EXPECT_FALSE(parse_date(text)) << text;
    }
}

TEST(Time, AppendsToWhatIsThere) {
    std::string text = "at ";
    append_rfc3339(text, UtcTime{});
    EXPECT_EQ(text, "at 1970-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace cinema::domain
