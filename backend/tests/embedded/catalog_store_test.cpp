#include "embedded/catalog_store.hpp"

#include "embedded/cinema_fixture.hpp"

namespace cinema::embedded {
namespace {

using domain::Errc;

/// A second process's view of the same folder.
std::unique_ptr<EmbeddedStore> open_tool(EmbeddedCinema& cinema) {
    auto tool = EmbeddedStore::open(
        {.data_dir = cinema.database().parent_path(), .use = DataFolder::Use::tool}, cinema.clock(),
        cinema.ids(), cinema.metrics, cinema.logger);
    if (!tool) throw std::runtime_error(tool.error().detail);
    return std::move(*tool);
}

catalog::CatalogChange rich_change(EmbeddedCinema& cinema) {
    auto& ids = cinema.ids();
    catalog::CatalogChange change;
    const auto map = ids.next<domain::SeatMapId>();
    std::vector<domain::Seat> seats{{.code = "AA7",
                                     .row = "AA",
                                     .number = 7,
                                     .category = domain::SeatCategory::loveseat,
                                     .column = 3,
                                     .y = 2},
                                    {.code = "B1",
                                     .row = "B",
                                     .number = 1,
                                     .category = domain::SeatCategory::companion,
                                     .column = 0,
                                     .y = 5}};
    change.seat_maps.push_back(std::make_shared<domain::SeatMap>(map, seats, 35));
    const auto movie = ids.next<domain::MovieId>();
    change.movies.push_back({.id = movie,
                             .key = "ruam-mit",
                             .title = "รวมมิตร \"and\" \\ more",
                             .duration_min = 123,
                             .rating = "15",
                             .genres = {"Comedy", "Drama"},
                             .synopsis = "Line one.\nLine two.",
                             .release_date = "2026-02-28",
                             .poster_url = "/posters/x.svg",
                             .created_at = cinema.clock().now()});
    const auto room = ids.next<domain::AuditoriumId>();
    change.auditoriums.push_back({.id = room, .key = "grand", .name = "Grand", .seatmap_id = map});
    change.showtimes.push_back(
        {.id = ids.next<domain::ShowtimeId>(),
         .movie_id = movie,
         .auditorium_id = room,
         .seatmap_id = map,
         .start_time = cinema.clock().now() + std::chrono::hours{5},
         .end_time = cinema.clock().now() + std::chrono::hours{7},
         .prices = {std::nullopt, std::nullopt, std::nullopt, 0, 100'000'000},
         .currency = "USD"});
    return change;
}

TEST(CatalogStore, KeepsEveryField) {
    EmbeddedCinema cinema;
    const auto change = rich_change(cinema);
    ASSERT_TRUE(
        cinema.store->catalog().apply(change, cinema.store->catalog().snapshot()->revision()));
    cinema.reopen();
    const auto snapshot = cinema.store->catalog().snapshot();
    const auto* movie = snapshot->movie_by_key("ruam-mit");
    ASSERT_TRUE(movie);
    EXPECT_EQ(movie->id, change.movies[0].id);
    EXPECT_EQ(movie->title, change.movies[0].title);
    EXPECT_EQ(movie->duration_min, 123);
    EXPECT_EQ(movie->rating, "15");
    EXPECT_EQ(movie->genres, change.movies[0].genres);
    EXPECT_EQ(movie->synopsis, change.movies[0].synopsis);
    EXPECT_EQ(movie->release_date, "2026-02-28");
    EXPECT_EQ(movie->poster_url, "/posters/x.svg");
    EXPECT_EQ(movie->created_at, change.movies[0].created_at);
    const auto* map = snapshot->seat_map(change.seat_maps[0]->id());
    ASSERT_TRUE(map);
    EXPECT_EQ(map->curve_percent(), 35);
    ASSERT_EQ(map->seats().size(), 2u);
    EXPECT_EQ(map->seats()[0].code, "AA7");
    EXPECT_EQ(map->seats()[0].row, "AA");
    EXPECT_EQ(map->seats()[0].number, 7);
    EXPECT_EQ(map->seats()[0].category, domain::SeatCategory::loveseat);
    EXPECT_EQ(map->seats()[0].column, 3);
    EXPECT_EQ(map->seats()[1].y, 5);
    const auto* showtime = snapshot->showtime(change.showtimes[0].id);
    ASSERT_TRUE(showtime);
    EXPECT_EQ(showtime->prices, change.showtimes[0].prices);
    EXPECT_EQ(showtime->currency, "USD");
    EXPECT_EQ(showtime->start_time, change.showtimes[0].start_time);
    EXPECT_EQ(showtime->end_time, change.showtimes[0].end_time);
}

TEST(CatalogStore, AnImportOfAnotherProcessIsSeenAfterARefresh) {
    EmbeddedCinema cinema;
    const auto before = cinema.store->catalog().snapshot();
    const auto tool = open_tool(cinema);
    const auto change = rich_change(cinema);
    ASSERT_TRUE(tool->catalog().apply(change, before->revision()));
    EXPECT_EQ(cinema.store->catalog().snapshot(), before);
    ASSERT_TRUE(cinema.store->catalog().refresh());
    const auto after = cinema.store->catalog().snapshot();
    EXPECT_EQ(after->revision(), before->revision() + 1);
    EXPECT_TRUE(after->movie_by_key("ruam-mit"));
    ASSERT_TRUE(cinema.store->catalog().refresh());
    EXPECT_EQ(cinema.store->catalog().snapshot(), after);  // nothing new: nothing loaded
    const auto booking =
        wait_for(cinema.store->bookings().hold({.showtime_id = change.showtimes[0].id,
                                                .actor = cinema.user,
                                                .seats = {"AA7", "B1"},
                                                .idempotency_key = {}}));
    ASSERT_TRUE(booking);
    EXPECT_EQ(booking->amount, 100'000'000);
}

TEST(CatalogStore, AChangeMadeOnAnOlderCatalogueIsRefusedWhole) {
    EmbeddedCinema cinema;
    const auto base = cinema.store->catalog().snapshot()->revision();
    const auto tool = open_tool(cinema);
    catalog::CatalogChange first;
    first.movies.push_back(cinema.store->catalog().snapshot()->movies()[0]);
    first.movies[0].title = "Renamed";
    ASSERT_TRUE(tool->catalog().apply(first, base));
    const auto refused = cinema.store->catalog().apply(rich_change(cinema), base);
    EXPECT_EQ(conformance::error_of(refused), Errc::validation);
    ASSERT_TRUE(cinema.store->catalog().refresh());
    EXPECT_FALSE(cinema.store->catalog().snapshot()->movie_by_key("ruam-mit"));
    EXPECT_EQ(cinema.store->catalog().snapshot()->movies()[0].title, "Renamed");
}

TEST(CatalogStore, AnEmptyChangeIsNoNewRevision) {
    EmbeddedCinema cinema;
    const auto before = cinema.store->catalog().snapshot();
    ASSERT_TRUE(cinema.store->catalog().apply({}, before->revision()));
    EXPECT_EQ(cinema.store->catalog().snapshot(), before);
}

TEST(CatalogStore, ABrokenReferenceIsUndoneWhole) {
    EmbeddedCinema cinema;
    auto change = rich_change(cinema);
    change.showtimes[0].movie_id = cinema.ids().next<domain::MovieId>();
    const auto revision = cinema.store->catalog().snapshot()->revision();
    EXPECT_THROW((void)cinema.store->catalog().apply(change, revision), SqliteError);
    cinema.reopen();
    EXPECT_FALSE(cinema.store->catalog().snapshot()->movie_by_key("ruam-mit"));
    EXPECT_EQ(cinema.store->catalog().snapshot()->revision(), revision);
}

TEST(CatalogStore, SnapshotsMayBeReadWhileTheyAreReplaced) {
    EmbeddedCinema cinema;
    std::atomic<bool> done{false};
    std::thread reader([&] {
        while (!done) {
            const auto snapshot = cinema.store->catalog().snapshot();
            EXPECT_TRUE(snapshot->showtime(cinema.showtime));
        }
    });
    for (int i = 0; i < 20; ++i) {
        catalog::CatalogChange change;
        change.movies.push_back(cinema.store->catalog().snapshot()->movies()[0]);
        change.movies[0].title = "Title " + std::to_string(i);
        ASSERT_TRUE(
            cinema.store->catalog().apply(change, cinema.store->catalog().snapshot()->revision()));
    }
    done = true;
    reader.join();
}

}  // namespace
}  // namespace cinema::embedded
