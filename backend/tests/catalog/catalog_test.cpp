#include "catalog/catalog.hpp"

#include "catalogue_fixture.hpp"
#include "domain/ensure.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;

class SnapshotTest : public ::testing::Test {
  protected:
    CountingIds ids;
    CatalogSnapshot snapshot = import_into(empty_catalogue(), kExample, ids, kNow);
    CatalogSnapshot::Parts parts{.movies = snapshot.movies(),
                                 .auditoriums = snapshot.auditoriums(),
                                 .seat_maps = snapshot.seat_maps(),
                                 .showtimes = snapshot.showtimes()};
};

TEST_F(SnapshotTest, FindsByIdAndKey) {
    for (const domain::Movie& movie : snapshot.movies()) {
        EXPECT_EQ(snapshot.movie(movie.id), &movie);
        EXPECT_EQ(snapshot.movie_by_key(movie.key), &movie);
    }
    for (const domain::Auditorium& room : snapshot.auditoriums()) {
        EXPECT_EQ(snapshot.auditorium(room.id), &room);
        EXPECT_EQ(snapshot.auditorium_by_key(room.key), &room);
    }
    for (const domain::Showtime& showtime : snapshot.showtimes()) {
        EXPECT_EQ(snapshot.showtime(showtime.id), &showtime);
    }
    for (const auto& map : snapshot.seat_maps()) EXPECT_EQ(snapshot.seat_map(map->id()), map.get());
}

TEST_F(SnapshotTest, HasNothingForOtherIdsAndKeys) {
    EXPECT_EQ(snapshot.movie(domain::MovieId{}), nullptr);
    EXPECT_EQ(snapshot.auditorium(domain::AuditoriumId{}), nullptr);
    EXPECT_EQ(snapshot.showtime(domain::ShowtimeId{}), nullptr);
    EXPECT_EQ(snapshot.seat_map(domain::SeatMapId{}), nullptr);
    EXPECT_EQ(snapshot.movie_by_key("UP"), nullptr);
    EXPECT_EQ(snapshot.auditorium_by_key(""), nullptr);
}

TEST_F(SnapshotTest, OrdersMoviesByTitleAndShowtimesByStart) {
    std::reverse(parts.movies.begin(), parts.movies.end());
    std::reverse(parts.showtimes.begin(), parts.showtimes.end());
    const CatalogSnapshot sorted(std::move(parts));
    ASSERT_EQ(sorted.movies().size(), 2u);
    EXPECT_EQ(sorted.movies()[0].title, "The Matrix");
    EXPECT_TRUE(
        std::is_sorted(sorted.showtimes().begin(), sorted.showtimes().end(),
                       [](const auto& a, const auto& b) { return a.start_time < b.start_time; }));
}

TEST_F(SnapshotTest, RefusesDanglingReferences) {
    auto no_maps = parts;
    no_maps.seat_maps.clear();
    EXPECT_THROW(CatalogSnapshot{std::move(no_maps)}, domain::InvariantBroken);
    auto no_movies = parts;
    no_movies.movies.clear();
    EXPECT_THROW(CatalogSnapshot{std::move(no_movies)}, domain::InvariantBroken);
    auto no_rooms = parts;
    no_rooms.auditoriums.clear();
    EXPECT_THROW(CatalogSnapshot{std::move(no_rooms)}, domain::InvariantBroken);
}

TEST_F(SnapshotTest, KeysAreFoundAfterAMove) {
    const CatalogSnapshot moved(std::move(snapshot));
    ASSERT_NE(moved.movie_by_key("up"), nullptr);
    EXPECT_EQ(moved.movie_by_key("up")->title, "Up");
}

}  // namespace
}  // namespace cinema::catalog
