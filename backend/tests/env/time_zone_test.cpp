#include "env/time_zone.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace cinema::env {
namespace {

using namespace std::chrono_literals;
using std::chrono::local_days;

domain::UtcTime at(std::string_view rfc3339) {
    return *domain::parse_rfc3339(rfc3339);
}

local_days date(std::string_view text) {
    return local_days{domain::parse_date(text)->time_since_epoch()};
}

std::string begins(const TimeZone& zone, std::string_view day) {
    return domain::format_rfc3339(zone.start_of(date(day)));
}

auto length(const TimeZone& zone, std::string_view day) {
    const auto start = zone.start_of(date(day));
    return zone.start_of(date(day) + std::chrono::days{1}) - start;
}

TEST(IsTimeZone, KnowsTheSystemsNamesOnly) {
    for (const auto* name : {"UTC", "Asia/Bangkok", "Europe/Berlin", "America/Port-au-Prince",
                             "America/Argentina/Buenos_Aires", "Etc/GMT+7", "Japan"}) {
        EXPECT_TRUE(is_time_zone(name)) << name;
    }
    for (const auto* name :
         {"", "Asia", "Asia/", "/Asia/Bangkok", "Asia//Bangkok", "Asia/Atlantis", "asia/bangkok",
          "posix/Asia/Bangkok", "right/Asia/Bangkok", "posixrules", "localtime", "zone.tab",
          "../zoneinfo/Asia/Bangkok", "Asia/../Asia/Bangkok", "GMT0BST", "UTC+7", ":UTC", "UTC ",
          "Asia/Bangkok\n"}) {
        EXPECT_FALSE(is_time_zone(name)) << name;
    }
    EXPECT_FALSE(is_time_zone(std::string_view("Japan\0", 6)));
}

TEST(IsTimeZone, UtcNeedsNoDatabase) {
    ::setenv("TZDIR", "/nonexistent", 1);
    EXPECT_TRUE(is_time_zone("UTC"));
    EXPECT_FALSE(is_time_zone("Asia/Bangkok"));
    ::unsetenv("TZDIR");
}

TEST(TimeZone, DaysBeginAtMidnightThere) {
    const TimeZone zone("Asia/Bangkok");
    EXPECT_EQ(zone.name(), "Asia/Bangkok");
    EXPECT_EQ(begins(zone, "2026-11-24"), "2026-11-23T17:00:00.000Z");
    EXPECT_EQ(zone.day_of(at("2026-11-23T16:59:59.999Z")), date("2026-11-23"));
    EXPECT_EQ(zone.day_of(at("2026-11-23T17:00:00.000Z")), date("2026-11-24"));
}

TEST(TimeZone, EveryOffsetThereIs) {
    const struct {
        const char* name;
        const char* begins;
    } kPlaces[] = {{"UTC", "2026-01-15T00:00:00.000Z"},
                   {"Pacific/Kiritimati", "2026-01-14T10:00:00.000Z"},
                   {"Asia/Kathmandu", "2026-01-14T18:15:00.000Z"},
                   {"America/St_Johns", "2026-01-15T03:30:00.000Z"},
                   {"Pacific/Pago_Pago", "2026-01-15T11:00:00.000Z"},
                   {"Etc/GMT+12", "2026-01-15T12:00:00.000Z"}};
    for (const auto& place : kPlaces) {
        const TimeZone zone(place.name);
        EXPECT_EQ(begins(zone, "2026-01-15"), place.begins) << place.name;
        EXPECT_EQ(length(zone, "2026-01-15"), 24h) << place.name;
    }
}

TEST(TimeZone, DaysOnWhichTheClocksChange) {
    const TimeZone zone("Europe/Berlin");
    EXPECT_EQ(begins(zone, "2026-03-29"), "2026-03-28T23:00:00.000Z");
    EXPECT_EQ(length(zone, "2026-03-29"), 23h);
    EXPECT_EQ(begins(zone, "2026-03-30"), "2026-03-29T22:00:00.000Z");
    EXPECT_EQ(length(zone, "2026-10-25"), 25h);
    EXPECT_EQ(length(zone, "2026-10-26"), 24h);
    // Years beyond the database's list go by its rule.
    EXPECT_EQ(length(zone, "2071-03-29"), 23h);
    EXPECT_EQ(length(zone, "2071-10-25"), 25h);
}

TEST(TimeZone, MidnightsThatAreSkippedOrComeTwice) {
    {
        const TimeZone zone("America/Havana");  // 0:00 becomes 1:00; 1:00 becomes 0:00
        EXPECT_EQ(begins(zone, "2026-03-08"), "2026-03-08T05:00:00.000Z");
        EXPECT_EQ(length(zone, "2026-03-08"), 23h);
        EXPECT_EQ(begins(zone, "2026-11-01"), "2026-11-01T04:00:00.000Z");
        EXPECT_EQ(length(zone, "2026-11-01"), 25h);
    }
    {
        const TimeZone zone("America/Sao_Paulo");  // 0:00 becomes 23:00 of the day before
        EXPECT_EQ(length(zone, "2018-02-17"), 25h);
        EXPECT_EQ(begins(zone, "2018-02-18"), "2018-02-18T03:00:00.000Z");
    }
}

TEST(TimeZone, ADayThatNeverWas) {
    const TimeZone zone("Pacific/Apia");  // went over the date line
    EXPECT_EQ(length(zone, "2011-12-29"), 24h);
    EXPECT_EQ(length(zone, "2011-12-30"), 0h);
    EXPECT_EQ(begins(zone, "2011-12-31"), "2011-12-30T10:00:00.000Z");
}

TEST(TimeZone, EveryInstantOfAYearIsInItsDay) {
    const TimeZone zone("America/New_York");
    const auto first = date("2026-01-01");
    for (int i = 0; i < 365; ++i) {
        const auto day = first + std::chrono::days{i};
        const auto start = zone.start_of(day);
        EXPECT_EQ(zone.day_of(start), day);
        EXPECT_EQ(zone.day_of(start - 1ms), day - std::chrono::days{1});
    }
}

}  // namespace
}  // namespace cinema::env
