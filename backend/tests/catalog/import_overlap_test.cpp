#include "catalog/import_plan.hpp"
#include "catalogue_fixture.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;
using namespace std::chrono_literals;

class ImportOverlapTest : public ::testing::Test {
  protected:
    CountingIds ids;
    CatalogSnapshot loaded = import_into(empty_catalogue(), kExample, ids, kNow);

    /// The errors of a file with this one more showtime, against the loaded catalogue.
    std::vector<FileError> errors_with(const std::string& entry) {
        return errors_of(loaded, file_with("showtimes", entry), kNow);
    }
};

TEST_F(ImportOverlapTest, RefusesOverlapsWithTheCatalogue) {
    // The Matrix runs from 07:00Z to 09:16Z in the cellar; 15 minutes of cleaning by default.
    expect_only(errors_with(showtime_entry("up", "2026-11-25T09:30:59Z")), 4,
                "showtimes[0].startTime", "overlaps \"The Matrix\" from 2026-11-25T07:00:00.000Z");
    // Up takes 96 minutes and must be out by 06:45Z.
    expect_only(errors_with(showtime_entry("up", "2026-11-25T05:09:01Z")), 4,
                "showtimes[0].startTime", "overlaps \"The Matrix\"");
    const auto fits = showtime_entry("up", "2026-11-25T09:31:00Z") + "," +
                      showtime_entry("up", "2026-11-25T05:09:00Z");
    EXPECT_TRUE(import_catalogue(file_with("showtimes", fits), loaded, ids, kNow));
}

TEST_F(ImportOverlapTest, RefusesOverlapsWithinTheFile) {
    const auto errors = errors_with(showtime_entry("up", "2026-12-01T11:50:59Z") + ",\n" +
                                    showtime_entry("matrix", "2026-12-01T08:00:00Z") + ",\n" +
                                    showtime_entry("up", "2026-12-01T10:00:00Z"));
    ASSERT_EQ(errors.size(), 2u) << listing(errors);
    EXPECT_EQ(errors[0].field, "showtimes[0].startTime");
    EXPECT_NE(errors[0].message.find("line 10"), std::string::npos) << listing(errors);
    EXPECT_EQ(errors[1].field, "showtimes[2].startTime");
    EXPECT_NE(errors[1].message.find("\"The Matrix\" from 2026-12-01T08:00"), std::string::npos);
}

TEST_F(ImportOverlapTest, ALongFilmOverlapsAllThatItCovers) {
    const std::string text = with(kExample, "\"durationMin\": 96", "\"durationMin\": 600");
    std::string more = with(text, "  \"showtimes\": [",
                            "  \"showtimes\": [" + showtime_entry("up", "2026-12-05T00:00:00Z") +
                                ",\n" + showtime_entry("matrix", "2026-12-05T01:00:00Z") + ",\n" +
                                showtime_entry("matrix", "2026-12-05T06:00:00Z") + ",\n");
    const auto errors = errors_of(empty_catalogue(), more, kNow);
    ASSERT_EQ(errors.size(), 2u) << listing(errors);
    EXPECT_EQ(errors[0].field, "showtimes[1].startTime");
    EXPECT_EQ(errors[1].field, "showtimes[2].startTime");
}

TEST_F(ImportOverlapTest, AnotherRoomIsFree) {
    std::string text =
        with(kExample, "  \"showtimes\": [",
             "  \"showtimes\": [" + showtime_entry("up", "2026-12-24T10:00:00Z") + ",\n");
    EXPECT_TRUE(import_catalogue(text, loaded, ids, kNow));
}

TEST_F(ImportOverlapTest, ANewRunningTimeMovesTheEndOfEveryShowtimeOfTheFilm) {
    const std::string text = file_with("movies", R"({"key": "matrix", "title": "The Matrix",
"durationMin": 140, "rating": "R", "genres": [], "synopsis": "", "releaseDate": "1999-03-31"})");
    const auto change = import_catalogue(text, loaded, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    EXPECT_EQ(change->movies.size(), 1u);
    ASSERT_EQ(change->showtimes.size(), 4u);
    for (const domain::Showtime& showtime : change->showtimes) {
        EXPECT_EQ(showtime.end_time, showtime.start_time + 140min);
    }
    EXPECT_TRUE(import_catalogue(text, after(loaded, *change), ids, kNow)->empty());

    // From 14:00 it would not be over by 19:30 with the cleaning after it.
    const auto errors = errors_of(loaded, with(text, "140", "330"), kNow);
    ASSERT_EQ(errors.size(), 2u) << listing(errors);  // on two days
    EXPECT_EQ(errors[0].field, "movies[0].durationMin");
    EXPECT_EQ(errors[0].line, 4);
}

TEST_F(ImportOverlapTest, ANewRunningTimeCountsForShowtimesThatTheFileNamesToo) {
    // Up at 05:00Z in the cellar is over two hours before The Matrix, but not if it takes 140
    // minutes.
    const auto catalogue = import_into(
        loaded, file_with("showtimes", showtime_entry("up", "2026-11-25T05:00:00Z")), ids, kNow);
    const std::string named =
        with(kExample, "  \"showtimes\": [",
             "  \"showtimes\": [" + showtime_entry("up", "2026-11-25T05:00:00Z") + ",\n");
    const std::string text = with(named, "\"durationMin\": 96", "\"durationMin\": 140");
    expect_only(errors_of(catalogue, text, kNow), line_of(text, "T05:00"), "showtimes[0].startTime",
                "overlaps \"The Matrix\"");

    const auto change = import_catalogue(with(named, "\"durationMin\": 96", "\"durationMin\": 97"),
                                         catalogue, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    ASSERT_EQ(change->showtimes.size(), 2u);  // each once, named or not
    EXPECT_NE(change->showtimes[0].id, change->showtimes[1].id);
    for (const domain::Showtime& showtime : change->showtimes) {
        EXPECT_EQ(showtime.end_time, showtime.start_time + 97min);
    }
}

TEST_F(ImportOverlapTest, WhatIsOnSaleIsNotMeasuredByNewCleaningTimes) {
    const std::string close =
        file_with("showtimes", showtime_entry("up", "2026-12-01T08:00:00Z") + ",\n" +
                                   showtime_entry("up", "2026-12-01T09:51:00Z"));
    const auto catalogue = import_into(loaded, close, ids, kNow);
    const std::string slower =
        with(close, "\"currency\": \"THB\"", "\"currency\": \"THB\", \"cleaningMin\": 60");
    const auto again = import_catalogue(slower, catalogue, ids, kNow);
    ASSERT_TRUE(again) << listing(again.error());
    EXPECT_TRUE(again->empty());
    EXPECT_EQ(errors_of(loaded, slower, kNow).size(), 1u);
}

}  // namespace
}  // namespace cinema::catalog
