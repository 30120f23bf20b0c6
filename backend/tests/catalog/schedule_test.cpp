#include <fmt/format.h>

#include <map>

#include "catalog/import_plan.hpp"
#include "catalogue_fixture.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;
using namespace std::chrono_literals;

/// A film of 90 minutes and a room, with these schedule entries' days and times.
std::string scheduled(std::string_view offset, const std::vector<std::string>& entries) {
    std::string text = fmt::format(R"({{
"format": "cinema-catalogue/1", "currency": "THB", "utcOffset": "{}",
"movies": [{{ "key": "film", "title": "Film", "durationMin": 90, "rating": "G", "genres": [],
  "synopsis": "", "releaseDate": "2020-01-01" }}],
"auditoriums": [{{ "key": "room", "name": "Room", "rows": [{{ "label": "A", "plan": "s" }}] }}],
"schedule": [)",
                                   offset);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        text += fmt::format(
            "{}\n{{ \"movie\": \"film\", \"auditorium\": \"room\", {}, "
            "\"prices\": {{ \"standard\": 1 }} }}",
            i ? "," : "", entries[i]);
    }
    return text + "\n]}";
}

std::string starts(const CatalogSnapshot& catalogue) {
    std::string out;
    for (const domain::Showtime& showtime : catalogue.showtimes()) {
        out += domain::format_rfc3339(showtime.start_time).substr(5, 11) + " ";
    }
    return out;
}

std::string starts_at(std::string_view now, std::string_view offset, const std::string& entry) {
    CountingIds ids;
    return starts(import_into(empty_catalogue(), scheduled(offset, {entry}), ids, at(now)));
}

TEST(Schedule, CountsDaysFromTheLocalDate) {
    // 18:00Z on the 24th is 01:00 on the 25th in Bangkok and 13:00 on the 24th in New York.
    const std::string entry = R"("daysFromToday": [0, 1], "startTimes": ["14:00"])";
    EXPECT_EQ(starts_at("2026-11-24T18:00:00Z", "+07:00", entry), "11-25T07:00 11-26T07:00 ");
    EXPECT_EQ(starts_at("2026-11-24T18:00:00Z", "-05:00", entry), "11-24T19:00 11-25T19:00 ");
    EXPECT_EQ(starts_at("2026-11-24T16:59:59.999Z", "+07:00", entry), "11-25T07:00 ");
    EXPECT_EQ(starts_at("2026-11-24T17:00:00Z", "+07:00", entry), "11-25T07:00 11-26T07:00 ");
}

TEST(Schedule, KeepsWithinTheNextSevenDays) {
    const std::string entry =
        R"("daysFromToday": [0, 3, 7], "startTimes": ["08:00", "12:00", "16:00"])";
    // Today only what is still to come, on the last day only what is not too far.
    EXPECT_EQ(starts_at("2026-11-24T12:00:00Z", "+00:00", entry),
              "11-24T16:00 11-27T08:00 11-27T12:00 11-27T16:00 12-01T08:00 12-01T12:00 ");
    EXPECT_EQ(starts_at("2026-11-24T11:59:59.999Z", "+00:00", entry),
              "11-24T12:00 11-24T16:00 11-27T08:00 11-27T12:00 11-27T16:00 12-01T08:00 ");
}

TEST(Schedule, HalfHoursAndMidnight) {
    const std::string entry = R"("daysFromToday": [1], "startTimes": ["00:00", "23:59"])";
    EXPECT_EQ(starts_at("2026-12-31T00:00:00Z", "+05:30", entry), "12-31T18:30 01-01T18:29 ");
    EXPECT_EQ(starts_at("2026-12-31T00:00:00Z", "-09:30", entry), "12-31T09:30 01-01T09:29 ");
}

TEST(Schedule, WeekdaysAreLocalToo) {
    // 2026-11-24 is a Tuesday; at 18:00Z it is Wednesday in Bangkok.
    const std::string entry = R"("weekdays": ["wed", "sun"], "startTimes": ["01:30"])";
    EXPECT_EQ(starts_at("2026-11-24T18:00:00Z", "+07:00", entry), "11-24T18:30 11-28T18:30 ");
    EXPECT_EQ(starts_at("2026-11-24T18:30:00Z", "+07:00", entry), "11-28T18:30 12-01T18:30 ");
}

TEST(Schedule, AWeeklyProgrammeFillsEveryDayOnceForEver) {
    CountingIds ids;
    const std::string text = scheduled(
        "+07:00",
        {R"("weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "startTimes": ["20:00"])"});
    CatalogSnapshot catalogue = empty_catalogue();
    for (int hours = 0; hours <= 24 * 30; hours += 5) {
        catalogue = import_into(catalogue, text, ids, kNow + std::chrono::hours{hours});
        const auto& last = catalogue.showtimes().back().start_time;
        EXPECT_GT(last, kNow + std::chrono::hours{hours} + 6 * 24h);
        EXPECT_LE(last, kNow + std::chrono::hours{hours} + 7 * 24h);
    }
    const auto& showtimes = catalogue.showtimes();
    for (std::size_t i = 1; i < showtimes.size(); ++i) {
        EXPECT_EQ(showtimes[i].start_time - showtimes[i - 1].start_time, 24h);
    }
}

TEST(Schedule, WhatExistsGoesBefore) {
    CountingIds ids;
    const std::string first =
        scheduled("+00:00", {R"("daysFromToday": [1], "startTimes": ["10:00", "14:00", "18:00"])"});
    const auto catalogue = import_into(empty_catalogue(), first, ids, kNow);
    ASSERT_EQ(starts(catalogue), "11-25T10:00 11-25T14:00 11-25T18:00 ");
    // 10:00 is there, 15:00 would begin too early after 14:00, 19:45 is right after the cleaning.
    std::string second =
        scheduled("+00:00", {R"("daysFromToday": [1], "startTimes": ["10:00", "15:00", "19:45"])"});
    second = with(second, "\"standard\": 1", "\"standard\": 2");
    const auto change = import_catalogue(second, catalogue, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    ASSERT_EQ(change->showtimes.size(), 1u);
    EXPECT_EQ(change->showtimes[0].start_time, at("2026-11-25T19:45:00Z"));
    EXPECT_EQ(starts(after(catalogue, *change)),
              "11-25T10:00 11-25T14:00 11-25T18:00 11-25T19:45 ");
}

TEST(Schedule, NeedsTheMinutesOfCleaningOnBothSides) {
    CountingIds ids;
    const auto entry = [](std::string_view time) {
        return scheduled("+00:00",
                         {fmt::format(R"("daysFromToday": [1], "startTimes": ["{}"])", time)});
    };
    // The film that exists runs from 14:00 to 15:30.
    const auto catalogue = import_into(empty_catalogue(), entry("14:00"), ids, kNow);
    const std::map<std::string, bool> fits = {
        {"12:15", true}, {"12:16", false}, {"15:44", false}, {"15:45", true}};
    for (const auto& [time, free] : fits) {
        const auto change = import_catalogue(entry(time), catalogue, ids, kNow);
        ASSERT_TRUE(change) << listing(change.error());
        EXPECT_EQ(!change->empty(), free) << time;
    }
}

TEST(Schedule, WhatIsWrittenOutGoesBefore) {
    CountingIds ids;
    const std::string text =
        with(scheduled("+00:00", {R"("daysFromToday": [1], "startTimes": ["10:00", "14:00"])"}),
             "\"schedule\": [", R"("showtimes": [{ "movie": "film", "auditorium": "room",
"startTime": "2026-11-25T13:30:00Z", "prices": { "standard": 7 } }],
"schedule": [)");
    const auto catalogue = import_into(empty_catalogue(), text, ids, kNow);
    EXPECT_EQ(starts(catalogue), "11-25T10:00 11-25T13:30 ");
    EXPECT_TRUE(import_catalogue(text, catalogue, ids, kNow)->empty());
}

TEST(Schedule, EntriesMustNotOverlapOnAnyDay) {
    struct Case {
        std::string first, second;
        bool good;
    };
    const Case cases[] = {
        {R"("weekdays": ["mon"], "startTimes": ["10:00"])",
         R"("weekdays": ["mon"], "startTimes": ["11:44"])", false},
        {R"("weekdays": ["mon"], "startTimes": ["10:00"])",
         R"("weekdays": ["mon"], "startTimes": ["11:45"])", true},
        {R"("weekdays": ["mon"], "startTimes": ["10:00"])",
         R"("weekdays": ["tue"], "startTimes": ["10:00"])", true},
        {R"("weekdays": ["mon"], "startTimes": ["10:00"])",
         R"("weekdays": ["mon"], "startTimes": ["10:00"])", false},
        {R"("weekdays": ["sun"], "startTimes": ["23:30"])",
         R"("weekdays": ["mon"], "startTimes": ["01:14"])", false},  // over midnight
        {R"("weekdays": ["sun"], "startTimes": ["23:30"])",
         R"("weekdays": ["mon"], "startTimes": ["01:15"])", true},
        {R"("daysFromToday": [6], "startTimes": ["23:30"])",
         R"("daysFromToday": [7], "startTimes": ["00:30"])", false},
    };
    for (const Case& c : cases) {
        // The verdict must not depend on when the file is imported.
        for (int hours = 0; hours < 8 * 24; hours += 7) {
            CountingIds ids;
            const auto change =
                import_catalogue(scheduled("+07:00", {c.first, c.second}), empty_catalogue(), ids,
                                 kNow + std::chrono::hours{hours});
            EXPECT_EQ(change.has_value(), c.good) << c.second << " after " << hours << " hours";
            if (change) continue;
            ASSERT_EQ(change.error().size(), 1u) << listing(change.error());
            EXPECT_TRUE(change.error()[0].field.ends_with(".startTimes[0]"));
        }
    }
}

TEST(Schedule, DaysOfYesterdaysFileStayInTodaysWay) {
    // The day after, "tomorrow" is another date: what was made for it yesterday is not doubled.
    CountingIds ids;
    const std::string text =
        scheduled("+07:00", {R"("daysFromToday": [0], "startTimes": ["14:00"])",
                             R"("daysFromToday": [1], "startTimes": ["14:30"])"});
    const auto first = import_into(empty_catalogue(), text, ids, kNow);
    ASSERT_EQ(starts(first), "11-24T07:00 11-25T07:30 ");
    const auto second = import_into(first, text, ids, kNow + 24h);
    EXPECT_EQ(starts(second), "11-24T07:00 11-25T07:30 11-26T07:30 ");
}

}  // namespace
}  // namespace cinema::catalog
