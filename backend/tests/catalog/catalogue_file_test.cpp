#include "catalog/catalogue_file.hpp"

#include <fmt/format.h>

#include "catalogue_fixture.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST(CatalogueFileTest, ReadsTheExample) {
    const auto file = parse_catalogue(kExample);
    ASSERT_TRUE(file) << listing(file.error());
    EXPECT_EQ(file->utc_offset, 7h);
    EXPECT_EQ(file->cleaning, 20min);
    ASSERT_EQ(file->movies.size(), 2u);
    const MovieEntry& up = file->movies[0];
    EXPECT_EQ(up.key.value, "up");
    EXPECT_EQ(up.title, "Up");
    EXPECT_EQ(up.duration_min.value, 96);
    EXPECT_EQ(up.rating, "PG");
    EXPECT_EQ(up.genres, (std::vector<std::string>{"Animation", "Family"}));
    EXPECT_EQ(up.synopsis, "A house flies.");
    EXPECT_EQ(up.release_date, "2009-05-29");
    EXPECT_EQ(up.poster_url, "/posters/up.svg");
    EXPECT_EQ(file->movies[1].poster_url, "");
    ASSERT_EQ(file->auditoriums.size(), 2u);
    EXPECT_EQ(file->auditoriums[0].name, "Studio");
    EXPECT_EQ(file->auditoriums[0].plan.curve_percent, 10);
    EXPECT_EQ(file->auditoriums[1].plan.curve_percent, 0);
    ASSERT_EQ(file->showtimes.size(), 1u);
    EXPECT_EQ(file->showtimes[0].start_time.value, at("2026-12-24T10:00:00Z"));
    EXPECT_EQ(file->showtimes[0].prices.currency, "THB");
    EXPECT_EQ(file->showtimes[0].prices.amounts[3]->value, 0);
    EXPECT_FALSE(file->showtimes[0].prices.amounts[4]);
    ASSERT_EQ(file->schedule.size(), 1u);
    EXPECT_EQ(file->schedule[0].days_from_today, (std::vector<int>{1, 2}));
    EXPECT_EQ(file->schedule[0].start_times[1].value, 19h + 30min);
    EXPECT_EQ(file->schedule[0].prices.currency, "USD");
}

TEST(CatalogueFileTest, PlacesSeatsAsDrawn) {
    const auto file = parse_catalogue(kExample);
    ASSERT_TRUE(file);
    const auto& seats = file->auditoriums[0].plan.seats;
    std::string drawn;
    for (const domain::Seat& seat : seats) {
        drawn += fmt::format("{}({},{},{}) ", seat.code, seat.column, seat.y,
                             domain::word(seat.category).substr(0, 2));
    }
    EXPECT_EQ(drawn,
              "A1(0,0,st) A2(1,0,st) A3(3,0,st) A4(4,0,st) "
              "B14(0,2,ac) B13(1,2,co) B12(3,2,pr) B11(4,2,pr) ");
}

TEST(CatalogueFileTest, AFileMayHaveAnyPart) {
    EXPECT_TRUE(parse_catalogue(R"({"format": "cinema-catalogue/1"})"));
    EXPECT_TRUE(
        parse_catalogue(R"({"format": "cinema-catalogue/1", "movies": [], "schedule": []})"));
}

TEST(CatalogueFileTest, RefusesOtherFormatsWithThatOneError) {
    expect_only(parse_catalogue("[1]\n").error(), 1, "", "Must be an object, not an array");
    expect_only(parse_catalogue("{\"movie\": 1}").error(), 1, "format", "missing");
    expect_only(parse_catalogue("{\n\"format\": \"cinema-catalogue/2\", \"x\": 1}").error(), 2,
                "format", "This program reads \"cinema-catalogue/1\"");
    expect_only(parse_catalogue("{").error(), 1, "", "not closed");
}

TEST(CatalogueFileTest, ReportsEveryMistakeAtOnce) {
    std::string text = with(kExample, R"("durationMin": 96)", R"("durationMin": 0)");
    text = with(text, R"("label": "AA")", R"("label": "aa")");
    text = with(text, R"("2026-12-24T17:00:00+07:00")", R"("soon")");
    text = with(text, R"("14:00")", R"("noon")");
    text = with(text, R"("releaseDate": "1999-03-31")", R"("releaseDate": "1999")");
    const auto errors = errors_of(empty_catalogue(), text, kNow);
    ASSERT_EQ(errors.size(), 5u) << listing(errors);
    EXPECT_EQ(errors[0].field, "movies[0].durationMin");
    EXPECT_EQ(errors[1].field, "movies[1].releaseDate");
    EXPECT_EQ(errors[2].field, "auditoriums[1].rows[0].label");
    EXPECT_EQ(errors[3].field, "showtimes[0].startTime");
    EXPECT_EQ(errors[4].field, "schedule[0].startTimes[0]");
}

TEST(CatalogueFileTest, MistakesOfBothKindsComeTogether) {
    // The first is one of the file alone, the second shows only against the catalogue.
    std::string text = with(kExample, R"("rating": "PG")", R"("rating": "")");
    text = with(text, R"("auditorium": "cellar")", R"("auditorium": "attic")");
    const auto errors = errors_of(empty_catalogue(), text, kNow);
    ASSERT_EQ(errors.size(), 2u) << listing(errors);
    EXPECT_EQ(errors[0].field, "movies[0].rating");
    EXPECT_EQ(errors[1].field, "schedule[0].auditorium");
}

TEST(CatalogueFileTest, CurrencyMustBeSomewhere) {
    const std::string text = with(kExample, R"(  "currency": "THB",)", "");
    expect_only(errors_of(empty_catalogue(), text, kNow), line_of(kExample, R"("movie": "up")") - 1,
                "showtimes[0].currency", "no currency");
}

TEST(CatalogueFileTest, RepeatedIdsAndStartsAreNamed) {
    const std::string id = "0123456789abcdef01234567";
    std::string text = with(kExample, R"("key": "up",)", R"("key": "up", "id": ")" + id + R"(",)");
    text = with(text, R"("key": "matrix",)", R"("key": "matrix", "id": ")" + id + R"(",)");
    expect_only(errors_of(empty_catalogue(), text, kNow), line_of(kExample, "\"key\": \"matrix\""),
                "movies[1].id", "same movie id is already on line 8");

    text = with(kExample, R"("name": "Studio",)",
                R"("name": "Studio", "seatmapId": ")" + id + R"(",)");
    text = with(text, R"("name": "Cellar",)", R"("name": "Cellar", "seatmapId": ")" + id + R"(",)");
    expect_only(errors_of(empty_catalogue(), text, kNow), line_of(kExample, "\"Cellar\""),
                "auditoriums[1].seatmapId", "same seat map id");

    text = with(kExample, "  \"showtimes\": [",
                R"(  "showtimes": [ { "movie": "matrix", "auditorium": "studio",
                   "startTime": "2026-12-24T10:00:00Z", "prices": { "standard": 1, "premium": 1,
                   "accessible": 1, "companion": 1 } },)");
    const auto errors = parse_catalogue(text).error();
    expect_only(errors, line_of(text, "17:00:00"), "showtimes[1].startTime",
                "same auditorium and start time is already on line");
}

TEST(CatalogueFileTest, BoundsTheShowtimesThatAScheduleMakes) {
    std::string text = R"({"format": "cinema-catalogue/1", "currency": "THB", "utcOffset": "+00:00",
"schedule": [)";
    std::string times;
    for (int i = 0; i < 50; ++i)
        times += fmt::format("{}\"{:02}:{:02}\"", i ? "," : "", i / 3, i % 3);
    for (int i = 0; i < 126; ++i) {
        text += fmt::format(R"({}{{"movie": "m", "auditorium": "a", "prices": {{}},
"daysFromToday": [0,1,2,3,4,5,6,7], "startTimes": [{}]}})",
                            i ? "," : "", times);
    }
    expect_only(parse_catalogue(text + "]}").error(), 2, "schedule", "makes 50400 showtimes");
}

TEST(CatalogueFileTest, RoomsAreBounded) {
    const auto room = [](int rows, int seats) {
        std::string text = R"({"format": "cinema-catalogue/1", "auditoriums": [{"key": "a",
"name": "A", "rows": [)";
        for (int i = 0; i < rows; ++i) {
            text += fmt::format(R"({}{{"label": "{}{}", "plan": "{}"}})", i ? "," : "",
                                char('A' + i / 26), char('A' + i % 26), std::string(seats, 's'));
        }
        return parse_catalogue(text + "]}]}");
    };
    EXPECT_TRUE(room(25, 80));  // 2,000
    EXPECT_TRUE(room(60, 33));
    expect_only(room(61, 2).error(), 2, "auditoriums[0].rows", "1 to 60 entries, not 61");
    expect_only(room(26, 80).error(), 2, "auditoriums[0].rows", "1 to 2000 seats, not 2080");
}

TEST(CatalogueFileTest, ReportsAtMostAHundredErrors) {
    std::string text = R"({"format": "cinema-catalogue/1", "movies": [)";
    for (int i = 0; i < 150; ++i) text += i ? ",\n1" : "1";
    const auto errors = parse_catalogue(text + "]}").error();
    ASSERT_EQ(errors.size(), 100u);
    EXPECT_EQ(errors[99].line, 100);
    EXPECT_EQ(errors[99].field, "movies[99]");
}

}  // namespace
}  // namespace cinema::catalog
