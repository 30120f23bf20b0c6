#include "catalog/import_plan.hpp"

#include "catalogue_fixture.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;
using namespace std::chrono_literals;

const domain::Showtime& showtime_at(const CatalogSnapshot& catalogue, std::string_view start) {
    for (const domain::Showtime& showtime : catalogue.showtimes()) {
        if (showtime.start_time == at(start)) return showtime;
    }
    throw std::runtime_error("no showtime at " + std::string(start));
}

class ImportTest : public ::testing::Test {
  protected:
    CountingIds ids;
    CatalogSnapshot loaded = import_into(empty_catalogue(), kExample, ids, kNow);
};

TEST_F(ImportTest, FillsAnEmptyCatalogue) {
    ASSERT_EQ(loaded.movies().size(), 2u);
    const domain::Movie& matrix = *loaded.movie_by_key("matrix");
    EXPECT_EQ(matrix.title, "The Matrix");
    EXPECT_EQ(matrix.created_at, kNow);
    ASSERT_EQ(loaded.auditoriums().size(), 2u);
    ASSERT_EQ(loaded.seat_maps().size(), 2u);
    const domain::Auditorium& studio = *loaded.auditorium_by_key("studio");
    EXPECT_EQ(loaded.seat_map(studio.seatmap_id)->seats().size(), 8u);
    EXPECT_EQ(loaded.seat_map(studio.seatmap_id)->columns(), 5);
    EXPECT_EQ(loaded.seat_map(studio.seatmap_id)->curve_percent(), 10);
    ASSERT_EQ(loaded.showtimes().size(), 5u);  // one written out, two days of two
    const domain::Showtime& up = showtime_at(loaded, "2026-12-24T10:00:00Z");
    EXPECT_EQ(up.movie_id, loaded.movie_by_key("up")->id);
    EXPECT_EQ(up.auditorium_id, studio.id);
    EXPECT_EQ(up.seatmap_id, studio.seatmap_id);
    EXPECT_EQ(up.end_time, up.start_time + 96min);
    EXPECT_EQ(up.currency, "THB");
    EXPECT_EQ(up.prices, (domain::Prices{22000, 28000, 18000, 0, std::nullopt}));
    EXPECT_EQ(showtime_at(loaded, "2026-11-25T07:00:00Z").currency, "USD");
}

TEST_F(ImportTest, TheSameFileAgainChangesNothing) {
    const auto again = import_catalogue(kExample, loaded, ids, kNow);
    ASSERT_TRUE(again) << listing(again.error());
    EXPECT_TRUE(again->empty());
}

TEST_F(ImportTest, ChangesOnlyWhatTheFileChanges) {
    const auto change =
        import_catalogue(with(kExample, "\"Up\"", "\"Oben\""), loaded, ids, kNow + 1h);
    ASSERT_TRUE(change) << listing(change.error());
    ASSERT_EQ(change->movies.size(), 1u);
    EXPECT_TRUE(change->auditoriums.empty() && change->seat_maps.empty() &&
                change->showtimes.empty());
    EXPECT_EQ(change->movies[0].id, loaded.movie_by_key("up")->id);
    EXPECT_EQ(change->movies[0].title, "Oben");
    EXPECT_EQ(change->movies[0].created_at, kNow);
}

TEST_F(ImportTest, AFileMayReferToWhatIsInTheCatalogueOnly) {
    const auto change = import_catalogue(
        file_with("showtimes", showtime_entry("up", "2026-12-01T12:00:00Z")), loaded, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    ASSERT_EQ(change->showtimes.size(), 1u);
    EXPECT_EQ(change->showtimes[0].auditorium_id, loaded.auditorium_by_key("cellar")->id);
    EXPECT_TRUE(change->movies.empty());
}

TEST_F(ImportTest, NothingIsTakenFromAFileWithOneMistake) {
    const auto change =
        import_catalogue(with(kExample, "\"PG\"", "\"\""), empty_catalogue(), ids, kNow);
    ASSERT_FALSE(change);  // an expected holds either the change or the errors
    EXPECT_EQ(change.error().size(), 1u);
}

TEST_F(ImportTest, AChangedPlanIsANewSeatMapAndShowtimesKeepTheirs) {
    const auto old_map = loaded.auditorium_by_key("studio")->seatmap_id;
    std::string text = with(kExample, "ss_ss", "sss_sss");
    const auto change = import_catalogue(text, loaded, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    ASSERT_EQ(change->seat_maps.size(), 1u);
    ASSERT_EQ(change->auditoriums.size(), 1u);
    EXPECT_TRUE(change->showtimes.empty());
    const auto rebuilt = after(loaded, *change);
    EXPECT_EQ(rebuilt.auditorium_by_key("studio")->id, loaded.auditorium_by_key("studio")->id);
    EXPECT_NE(rebuilt.auditorium_by_key("studio")->seatmap_id, old_map);
    EXPECT_EQ(showtime_at(rebuilt, "2026-12-24T10:00:00Z").seatmap_id, old_map);
    EXPECT_TRUE(import_catalogue(text, rebuilt, ids, kNow)->empty());

    // A curve is part of the plan as much as a seat is.
    text = with(text, "\"curvePercent\": 10", "\"curvePercent\": 11");
    EXPECT_EQ(import_catalogue(text, rebuilt, ids, kNow)->seat_maps.size(), 1u);
}

TEST_F(ImportTest, ANewShowtimeGetsTheNewPlanAndOneOnSaleIsPricedByItsOwn) {
    // The room gets loveseats: prices of the showtime on sale cannot have any.
    std::string text = with(kExample, "ss_ss", "ll_ss");
    const auto rebuilt = import_into(loaded, text, ids, kNow);
    const std::string with_love =
        with(text, "\"companion\": 0", "\"companion\": 0, \"loveseat\": 9");
    expect_only(errors_of(rebuilt, with_love, kNow), line_of(with_love, "loveseat"),
                "showtimes[0].prices.loveseat", "seat map of this showtime has no loveseat");
    const std::string later = with(with_love, "2026-12-24", "2026-12-26");
    const auto change = import_catalogue(later, rebuilt, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    ASSERT_EQ(change->showtimes.size(), 1u);
    EXPECT_EQ(change->showtimes[0].seatmap_id, rebuilt.auditorium_by_key("studio")->seatmap_id);
    EXPECT_EQ(change->showtimes[0].prices[4], 9);
}

TEST_F(ImportTest, PricesOfAShowtimeMayChange) {
    const auto change = import_catalogue(with(kExample, "28000", "29000"), loaded, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    ASSERT_EQ(change->showtimes.size(), 1u);
    EXPECT_EQ(change->showtimes[0].id, showtime_at(loaded, "2026-12-24T10:00:00Z").id);
    EXPECT_EQ(change->showtimes[0].prices[1], 29000);
}

TEST_F(ImportTest, TheFilmOfAShowtimeMayNot) {
    const auto showtimes_before = loaded.showtimes().size();
    expect_only(
        errors_of(loaded, with(kExample, "\"movie\": \"up\"", "\"movie\":  \"matrix\""), kNow),
        line_of(kExample, "\"movie\": \"up\""), "showtimes[0].movie",
        "\"Up\" is on sale in this auditorium at this time");
    EXPECT_EQ(loaded.showtimes().size(), showtimes_before);
}

TEST_F(ImportTest, IdsOfTheCatalogueMustBeItsOwn) {
    const std::string other = "aaaaaaaaaaaaaaaaaaaaaaaa";
    const std::string up = loaded.movie_by_key("up")->id.to_hex();
    const std::string cellar = loaded.auditorium_by_key("cellar")->id.to_hex();
    const std::string show = showtime_at(loaded, "2026-12-24T10:00:00Z").id.to_hex();
    const auto id = [](const std::string& hex) { return " \"id\": \"" + hex + "\","; };
    struct Case {
        std::string after, hex, field, message;
    };
    const Case refused[] = {
        {"\"key\": \"up\",", other, "movies[0].id", "has the id " + up},
        {"\"key\": \"matrix\",", up, "movies[1].id", "has the id"},
        {"\"key\": \"studio\",", cellar, "auditoriums[0].id", "\"studio\" has the id"},
        {"\"movie\": \"up\",", other, "showtimes[0].id", "has the id " + show},
    };
    for (const Case& c : refused) {
        const std::string text = with(kExample, c.after, c.after + id(c.hex));
        expect_only(errors_of(loaded, text, kNow), line_of(kExample, c.after), c.field, c.message);
    }
    const std::string right = with(kExample, "\"key\": \"up\",", "\"key\": \"up\"," + id(up));
    EXPECT_TRUE(import_catalogue(right, loaded, ids, kNow)->empty());

    // A key is a name for good.
    std::string renamed = with(right, "\"key\": \"up\"", "\"key\": \"oben\"");
    expect_only(errors_of(loaded, renamed, kNow), line_of(kExample, "\"key\": \"up\""),
                "movies[0].id", "is that of \"up\" in the catalogue");
    // A showtime does not move.
    const std::string moved = with(with(kExample, "2026-12-24", "2026-12-25"), "\"movie\": \"up\",",
                                   "\"movie\": \"up\"," + id(show));
    expect_only(errors_of(loaded, moved, kNow), line_of(kExample, "\"movie\": \"up\""),
                "showtimes[0].id", "cannot be moved");
}

TEST_F(ImportTest, NewRecordsTakeTheIdsOfTheFile) {
    const std::string hex = "0123456789abcdef01234567";
    const std::string id = " \"id\": \"" + hex + "\",";
    std::string text = with(kExample, "\"key\": \"up\",", "\"key\": \"up\"," + id);
    text = with(text, "\"key\": \"studio\",",
                "\"key\": \"studio\"," + id + " \"seatmapId\": \"" + hex + "\",");
    text = with(text, "\"movie\": \"up\",", "\"movie\": \"up\"," + id);
    const auto catalogue = import_into(empty_catalogue(), text, ids, kNow);
    EXPECT_EQ(catalogue.movie_by_key("up")->id.to_hex(), hex);
    EXPECT_EQ(catalogue.auditorium_by_key("studio")->id.to_hex(), hex);
    EXPECT_EQ(catalogue.auditorium_by_key("studio")->seatmap_id.to_hex(), hex);
    EXPECT_EQ(showtime_at(catalogue, "2026-12-24T10:00:00Z").id.to_hex(), hex);
}

TEST_F(ImportTest, ASeatMapsIdStandsForItsSeats) {
    const std::string studio = loaded.auditorium_by_key("studio")->seatmap_id.to_hex();
    const std::string cellar = loaded.auditorium_by_key("cellar")->seatmap_id.to_hex();
    const auto named = [](const std::string& text, const std::string& hex) {
        return with(text, "\"name\": \"Studio\",",
                    "\"name\": \"Studio\", \"seatmapId\": \"" + hex + "\",");
    };
    EXPECT_TRUE(import_catalogue(named(kExample, studio), loaded, ids, kNow)->empty());
    const int line = line_of(kExample, "\"Studio\"");
    expect_only(errors_of(loaded, named(with(kExample, "ss_ss", "ssss"), studio), kNow), line,
                "auditoriums[0].seatmapId", "leave \"seatmapId\" out");
    expect_only(errors_of(loaded, named(kExample, cellar), kNow), line, "auditoriums[0].seatmapId",
                "that of auditorium \"cellar\"");
}

TEST_F(ImportTest, ARoomCanGoBackToAFormerPlan) {
    const std::string old_hex = loaded.auditorium_by_key("studio")->seatmap_id.to_hex();
    const auto rebuilt = import_into(loaded, with(kExample, "ss_ss", "s_s"), ids, kNow);
    const std::string back = with(kExample, "\"name\": \"Studio\",",
                                  "\"name\": \"Studio\", \"seatmapId\": \"" + old_hex + "\",");
    const auto change = import_catalogue(back, rebuilt, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    EXPECT_TRUE(change->seat_maps.empty());
    ASSERT_EQ(change->auditoriums.size(), 1u);
    EXPECT_EQ(change->auditoriums[0].seatmap_id.to_hex(), old_hex);
}

TEST_F(ImportTest, AShowtimeOnSaleKeepsItsSeatMap) {
    const std::string hex = loaded.auditorium_by_key("cellar")->seatmap_id.to_hex();
    const std::string text =
        with(kExample, "\"movie\": \"up\",", "\"movie\": \"up\", \"seatmapId\": \"" + hex + "\",");
    expect_only(errors_of(loaded, text, kNow), line_of(kExample, "\"movie\": \"up\""),
                "showtimes[0].seatmapId", "and keeps it");
}

TEST_F(ImportTest, FormerPlansCarryShowtimesOfOldPlans) {
    const std::string hex = "0123456789abcdef01234567";
    std::string text = with(kExample, "\"name\": \"Studio\",",
                            "\"name\": \"Studio\", \"formerPlans\": [{\"id\": \"" + hex +
                                "\", \"rows\": [{\"label\": \"Z\", \"plan\": \"spac\"}]}],");
    text = with(text, "\"movie\": \"up\",", "\"movie\": \"up\", \"seatmapId\": \"" + hex + "\",");
    const auto catalogue = import_into(empty_catalogue(), text, ids, kNow);
    const domain::Showtime& up = showtime_at(catalogue, "2026-12-24T10:00:00Z");
    EXPECT_EQ(up.seatmap_id.to_hex(), hex);
    EXPECT_EQ(catalogue.seat_map(up.seatmap_id)->index_of("Z4"), 3);
    EXPECT_NE(catalogue.auditorium_by_key("studio")->seatmap_id, up.seatmap_id);
    EXPECT_TRUE(import_catalogue(text, catalogue, ids, kNow)->empty());
    const std::string redrawn = with(text, "\"spac\"", "\"spca\"");
    expect_only(errors_of(catalogue, redrawn, kNow), line_of(kExample, "\"Studio\""),
                "auditoriums[0].formerPlans[0].id", "must stay as it is");
}

TEST_F(ImportTest, CreatedAtCountsForNewMoviesOnly) {
    const std::string since = "\"key\": \"up\", \"createdAt\": \"2020-01-02T03:04:05Z\",";
    const std::string text = with(kExample, "\"key\": \"up\",", since);
    const auto fresh = import_into(empty_catalogue(), text, ids, kNow);
    EXPECT_EQ(fresh.movie_by_key("up")->created_at, at("2020-01-02T03:04:05Z"));
    expect_only(errors_of(loaded, text, kNow), line_of(kExample, "\"key\": \"up\""),
                "movies[0].createdAt", "since 2026-11-24T01:00:00.000Z");
}

TEST_F(ImportTest, PlanImportRefusesWhatParsingCannotSee) {
    const auto file = parse_catalogue(with(kExample, "\"movie\": \"up\"", "\"movie\": \"down\""));
    ASSERT_TRUE(file) << listing(file.error());
    const auto change = plan_import(*file, empty_catalogue(), ids, kNow);
    ASSERT_FALSE(change);
    expect_only(change.error(), line_of(kExample, "\"movie\": \"up\""), "showtimes[0].movie",
                "no movie");
}

}  // namespace
}  // namespace cinema::catalog
