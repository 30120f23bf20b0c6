#include <map>
#include <set>

#include "catalog/export.hpp"
#include "catalogue_fixture.hpp"
#include "domain/words.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;
using namespace std::chrono_literals;
using domain::SeatCategory;

int count(const domain::SeatMap& map, SeatCategory category) {
    return static_cast<int>(
        std::count_if(map.seats().begin(), map.seats().end(),
                      [&](const domain::Seat& seat) { return seat.category == category; }));
}

void expect_no_overlaps(const CatalogSnapshot& catalogue) {
    std::map<domain::AuditoriumId, domain::UtcTime> ends;
    for (const domain::Showtime& showtime : catalogue.showtimes()) {  // by start time
        const auto [end, is_first] = ends.emplace(showtime.auditorium_id, showtime.end_time);
        if (is_first) continue;
        EXPECT_GE(showtime.start_time, end->second + 15min)
            << domain::format_rfc3339(showtime.start_time);
        end->second = showtime.end_time;
    }
}

TEST(Demo, HasFilmsAndRoomsAsCinemasDo) {
    CountingIds ids;
    const auto demo = import_into(empty_catalogue(), demo_text(), ids, kNow);
    EXPECT_GE(demo.movies().size(), 12u);
    for (const domain::Movie& movie : demo.movies()) {
        EXPECT_GE(movie.duration_min, 80) << movie.key;
        EXPECT_GE(movie.genres.size(), 2u) << movie.key;
        EXPECT_GE(movie.synopsis.size(), 80u) << movie.key;
    }
    EXPECT_EQ(demo.movie_by_key("amelie")->title, "Amélie");
    ASSERT_EQ(demo.auditoriums().size(), 3u);
    const std::map<std::string, std::size_t> sizes = {
        {"studio", 90}, {"middle", 220}, {"grand", 600}};
    for (const auto& [key, seats] : sizes) {
        const domain::Auditorium* room = demo.auditorium_by_key(key);
        ASSERT_TRUE(room) << key;
        const domain::SeatMap& map = *demo.seat_map(room->seatmap_id);
        EXPECT_EQ(map.seats().size(), seats) << key;
        EXPECT_GE(count(map, SeatCategory::accessible), 2) << key;
        EXPECT_EQ(count(map, SeatCategory::accessible), count(map, SeatCategory::companion)) << key;
        EXPECT_GT(count(map, SeatCategory::premium), 0) << key;
        // Every wheelchair place has a companion's seat beside it.
        for (const domain::Seat& seat : map.seats()) {
            if (seat.category != SeatCategory::accessible) continue;
            EXPECT_TRUE(std::any_of(map.seats().begin(), map.seats().end(),
                                    [&](const auto& other) {
                                        return other.category == SeatCategory::companion &&
                                               other.y == seat.y &&
                                               std::abs(other.column - seat.column) == 1;
                                    }))
                << key << " " << seat.code;
        }
    }
    const auto& studio = *demo.seat_map(demo.auditorium_by_key("studio")->seatmap_id);
    EXPECT_GT(count(studio, SeatCategory::loveseat), 0);
}

TEST(Demo, FillsEveryDayOfTheNextWeek) {
    CountingIds ids;
    const auto demo = import_into(empty_catalogue(), demo_text(), ids, kNow);
    expect_no_overlaps(demo);
    std::map<domain::MovieId, int> shown;
    std::map<std::pair<domain::AuditoriumId, std::chrono::sys_days>, int> a_day;
    for (const domain::Showtime& showtime : demo.showtimes()) {
        EXPECT_GT(showtime.start_time, kNow);
        EXPECT_LE(showtime.start_time, kNow + 7 * 24h);
        EXPECT_EQ(showtime.currency, "THB");
        ++shown[showtime.movie_id];
        ++a_day[{showtime.auditorium_id,
                 std::chrono::floor<std::chrono::days>(showtime.start_time + 7h)}];
    }
    EXPECT_EQ(shown.size(), demo.movies().size());
    for (const auto& [movie, times] : shown) EXPECT_GE(times, 3) << demo.movie(movie)->key;
    EXPECT_EQ(a_day.size(), 3u * 7u);
    for (const auto& [day, times] : a_day) EXPECT_TRUE(times == 4 || times == 5) << times;
}

TEST(Demo, NeverGoesStale) {
    // Imported again at odd hours through a year, as a server does that runs on.
    CountingIds ids;
    const std::string text = demo_text();
    CatalogSnapshot demo = empty_catalogue();
    for (auto now = kNow; now < kNow + 366 * 24h; now += 25h + 37min) {
        const auto change = import_catalogue(text, demo, ids, now);
        ASSERT_TRUE(change) << listing(change.error());
        demo = after(demo, *change);
        EXPECT_TRUE(import_catalogue(text, demo, ids, now)->empty());
        std::set<domain::MovieId> films;
        std::size_t ahead = 0;
        for (const domain::Showtime& showtime : demo.showtimes()) {
            if (showtime.start_time <= now) continue;
            ++ahead;
            films.insert(showtime.movie_id);
        }
        EXPECT_EQ(films.size(), demo.movies().size()) << domain::format_rfc3339(now);
        EXPECT_EQ(ahead, 103u) << domain::format_rfc3339(now);  // a whole week, at any time
    }
    expect_no_overlaps(demo);
}

TEST(Demo, FitsWhateverTheHourOfTheFirstImport) {
    const std::string text = demo_text();
    for (auto now = kNow; now < kNow + 366 * 24h; now += 29h + 41min) {
        CountingIds ids;
        expect_no_overlaps(import_into(empty_catalogue(), text, ids, now));
    }
}

TEST(Demo, ComesBackFromItsExport) {
    CountingIds ids;
    const auto demo = import_into(empty_catalogue(), demo_text(), ids, kNow);
    const std::string text = export_catalogue(demo);
    EXPECT_EQ(export_catalogue(import_into(empty_catalogue(), text, ids, kNow)), text);
}

}  // namespace
}  // namespace cinema::catalog
