#include "cluster/mongo/catalogue.hpp"

#include "cluster/mongo/small_cinema.hpp"
#include "domain/ensure.hpp"

namespace cinema::cluster::mongo {
namespace {

class Catalogue : public MongoTest {
  protected:
    catalog::CatalogChange change(const std::string& title = "The Film") {
        return small_change(ids, clock.now(), title);
    }
    static std::int64_t revision_of(const MongoCatalogue& of) { return of.snapshot()->revision(); }

    MongoCatalogue here{mongo, ids, logger};
    MongoCatalogue there{mongo, ids, logger};  ///< another instance's
};

TEST_F(Catalogue, KeepsEveryField) {
    const auto made = change();
    ASSERT_TRUE(here.apply(made, 0));
    ASSERT_TRUE(there.refresh());
    for (const auto* instance : {&here, &there}) {
        const auto snapshot = instance->snapshot();
        EXPECT_EQ(snapshot->revision(), 1);
        const auto* movie = snapshot->movie_by_key(made.movies[0].key);
        ASSERT_TRUE(movie);
        EXPECT_EQ(movie->id, made.movies[0].id);
        EXPECT_EQ(movie->title, made.movies[0].title);
        EXPECT_EQ(movie->duration_min, 123);
        EXPECT_EQ(movie->rating, "15");
        EXPECT_EQ(movie->genres, made.movies[0].genres);
        EXPECT_EQ(movie->synopsis, made.movies[0].synopsis);
        EXPECT_EQ(movie->release_date, "2026-02-28");
        EXPECT_EQ(movie->poster_url, "/posters/x.svg");
        EXPECT_EQ(movie->created_at, made.movies[0].created_at);
        const auto* map = snapshot->seat_map(made.seat_maps[0]->id());
        ASSERT_TRUE(map);
        EXPECT_EQ(map->curve_percent(), 35);
        ASSERT_EQ(map->seats().size(), 3u);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto& expected = made.seat_maps[0]->seats()[i];
            EXPECT_EQ(map->seats()[i].code, expected.code);
            EXPECT_EQ(map->seats()[i].row, expected.row);
            EXPECT_EQ(map->seats()[i].number, expected.number);
            EXPECT_EQ(map->seats()[i].category, expected.category);
            EXPECT_EQ(map->seats()[i].column, expected.column);
            EXPECT_EQ(map->seats()[i].y, expected.y);
        }
        const auto* room = snapshot->auditorium_by_key(made.auditoriums[0].key);
        ASSERT_TRUE(room);
        EXPECT_EQ(room->name, "Grand");
        EXPECT_EQ(room->seatmap_id, map->id());
        const auto* showtime = snapshot->showtime(made.showtimes[0].id);
        ASSERT_TRUE(showtime);
        EXPECT_EQ(showtime->movie_id, movie->id);
        EXPECT_EQ(showtime->auditorium_id, room->id);
        EXPECT_EQ(showtime->seatmap_id, map->id());
        EXPECT_EQ(showtime->prices, made.showtimes[0].prices);
        EXPECT_EQ(showtime->currency, "USD");
        EXPECT_EQ(showtime->start_time, made.showtimes[0].start_time);
        EXPECT_EQ(showtime->end_time, made.showtimes[0].end_time);
    }
}

TEST_F(Catalogue, CollectionsAreForPeopleToRead) {
    ASSERT_TRUE(here.apply(change(), 0));
    ASSERT_TRUE(here.apply(change("Another"), 1));
    std::vector<std::string> titles;
    each("movies", [&](Fields& movie) {
        titles.emplace_back(movie.text("title"));
        EXPECT_EQ(movie.integer("duration_min"), 123);
        EXPECT_EQ(movie.integer("revision"), static_cast<std::int64_t>(titles.size()));
    });
    EXPECT_EQ(titles, (std::vector<std::string>{"The Film", "Another"}));
    std::vector<std::string> rows;
    each("seatmaps", [&](Fields& map) {
        map.objects("rows", [&](Fields& row) {
            std::string line(row.text("row"));
            row.objects("seats",
                        [&](Fields& seat) { line += " " + std::string(seat.text("code")); });
            rows.push_back(line);
        });
    });
    EXPECT_EQ(rows, (std::vector<std::string>{"AA AA7 AA8", "B B1", "AA AA7 AA8", "B B1"}));
    each("showtimes", [&](Fields& showtime) {
        EXPECT_EQ(showtime.object("prices").integer("loveseat"), 100'000'000);
        EXPECT_FALSE(showtime.object("prices").has("standard"));
    });
    each("catalogue_imports", [&](Fields&) { ADD_FAILURE() << "the journal is not empty"; });
}

TEST_F(Catalogue, AnImportOfAnotherInstanceIsSeenAfterARefresh) {
    const auto before = here.snapshot();
    ASSERT_TRUE(there.apply(change(), 0));
    EXPECT_EQ(here.snapshot(), before);
    ASSERT_TRUE(here.refresh());
    const auto after = here.snapshot();
    EXPECT_EQ(after->revision(), 1);
    EXPECT_EQ(after->showtimes().size(), 1u);

    const double states = calls("catalogue.read_state");
    const double records = calls("catalogue.read_records");
    ASSERT_TRUE(here.refresh());
    EXPECT_EQ(here.snapshot(), after);  // nothing new: nothing loaded
    EXPECT_EQ(calls("catalogue.read_state"), states + 1);
    EXPECT_EQ(calls("catalogue.read_records"), records);
}

TEST_F(Catalogue, ARefreshReadsOnlyWhatIsNew) {
    ASSERT_TRUE(here.apply(change("Old"), 0));
    ASSERT_TRUE(there.refresh());
    // Whoever reads the old record notices that it is damaged.
    set_everywhere("movies", [](Writer& fields) { fields.add("title", 7); });
    ASSERT_TRUE(here.apply(change("New"), 1));
    ASSERT_TRUE(there.refresh());
    EXPECT_EQ(there.snapshot()->movies().size(), 2u);
    MongoCatalogue started_later(mongo, ids, logger);
    EXPECT_THROW((void)started_later.refresh(), std::runtime_error);
}

TEST_F(Catalogue, AChangeMadeOnAnOlderCatalogueIsRefusedWhole) {
    const auto made = change();
    ASSERT_TRUE(here.apply(made, 0));
    ASSERT_TRUE(there.refresh());
    catalog::CatalogChange renaming;
    renaming.movies = made.movies;
    renaming.movies[0].title = "Renamed";
    ASSERT_TRUE(there.apply(renaming, 1));

    const auto refused = here.apply(change("Too late"), 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::validation);
    EXPECT_EQ(revision_of(here), 1);  // the caller looks at the catalogue afresh
    ASSERT_TRUE(here.refresh());
    EXPECT_EQ(revision_of(here), 2);
    ASSERT_EQ(here.snapshot()->movies().size(), 1u);
    EXPECT_EQ(here.snapshot()->movies()[0].title, "Renamed");
    EXPECT_EQ(here.apply(change(), 1).error().code, Errc::validation);
    each("catalogue_imports", [&](Fields&) { ADD_FAILURE() << "the journal is not empty"; });
}

TEST_F(Catalogue, AnEmptyChangeIsNoNewRevision) {
    const auto before = here.snapshot();
    ASSERT_TRUE(here.apply({}, 0));
    EXPECT_EQ(here.snapshot(), before);
    ASSERT_TRUE(here.refresh());
    EXPECT_EQ(here.snapshot(), before);
}

TEST_F(Catalogue, ABrokenReferenceWritesNothing) {
    auto broken = change();
    broken.showtimes[0].movie_id = ids.next<domain::MovieId>();
    EXPECT_THROW((void)here.apply(broken, 0), domain::InvariantBroken);
    each("catalogue_imports", [&](Fields&) { ADD_FAILURE() << "something was written"; });
    ASSERT_TRUE(there.refresh());
    EXPECT_EQ(revision_of(there), 0);
}

TEST_F(Catalogue, AMovieKeepsTheTimeItWasFirstThere) {
    auto made = change();
    ASSERT_TRUE(here.apply(made, 0));
    const auto first = made.movies[0].created_at;
    catalog::CatalogChange again;
    again.movies = made.movies;
    again.movies[0].title = "Renamed";
    again.movies[0].created_at = first + std::chrono::hours{1};
    ASSERT_TRUE(here.apply(again, 1));
    ASSERT_TRUE(there.refresh());
    for (const auto* instance : {&here, &there}) {
        EXPECT_EQ(instance->snapshot()->movies()[0].title, "Renamed");
        EXPECT_EQ(instance->snapshot()->movies()[0].created_at, first);
    }
}

TEST_F(Catalogue, SnapshotsMayBeReadWhileTheyAreReplaced) {
    const auto made = change();
    ASSERT_TRUE(here.apply(made, 0));
    std::atomic<bool> done{false};
    std::thread reader([&] {
        while (!done) EXPECT_TRUE(here.snapshot()->showtime(made.showtimes[0].id));
    });
    for (int i = 1; i <= 20; ++i) {
        catalog::CatalogChange renaming;
        renaming.movies = made.movies;
        renaming.movies[0].title = "Title " + std::to_string(i);
        EXPECT_TRUE(here.apply(renaming, i));
    }
    done = true;
    reader.join();
}

/// A catalogue of thousands of records goes through in several writes and reads.
TEST_F(Catalogue, ImportsMayBeLarge) {
    auto large = change();
    const auto pattern = large.showtimes[0];
    for (int i = 1; i < 2'500; ++i) {
        auto showtime = pattern;
        showtime.id = ids.next<domain::ShowtimeId>();
        showtime.start_time += std::chrono::hours{3 * i};
        showtime.end_time += std::chrono::hours{3 * i};
        large.showtimes.push_back(showtime);
    }
    ASSERT_TRUE(here.apply(large, 0));
    ASSERT_TRUE(there.refresh());
    EXPECT_EQ(there.snapshot()->showtimes().size(), 2'500u);
    EXPECT_GE(calls("catalogue.prepare"), 5);
    each("catalogue_imports", [&](Fields&) { ADD_FAILURE() << "the journal is not empty"; });
}

}  // namespace
}  // namespace cinema::cluster::mongo
