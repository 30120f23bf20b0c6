#include "catalog/export.hpp"

#include <fmt/format.h>

#include <random>

#include "catalog/seat_plan.hpp"
#include "catalogue_fixture.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;
using namespace std::chrono_literals;

void expect_same(const CatalogSnapshot& a, const CatalogSnapshot& b) {
    ASSERT_EQ(a.movies().size(), b.movies().size());
    for (const domain::Movie& m : a.movies()) {
        const domain::Movie* n = b.movie(m.id);
        ASSERT_TRUE(n) << m.key;
        EXPECT_EQ(m.key, n->key);
        EXPECT_EQ(m.title, n->title);
        EXPECT_EQ(m.duration_min, n->duration_min);
        EXPECT_EQ(m.rating, n->rating);
        EXPECT_EQ(m.genres, n->genres);
        EXPECT_EQ(m.synopsis, n->synopsis);
        EXPECT_EQ(m.release_date, n->release_date);
        EXPECT_EQ(m.poster_url, n->poster_url);
        EXPECT_EQ(m.created_at, n->created_at);
    }
    ASSERT_EQ(a.auditoriums().size(), b.auditoriums().size());
    for (const domain::Auditorium& room : a.auditoriums()) {
        const domain::Auditorium* other = b.auditorium(room.id);
        ASSERT_TRUE(other) << room.key;
        EXPECT_EQ(room.key, other->key);
        EXPECT_EQ(room.name, other->name);
        EXPECT_EQ(room.seatmap_id, other->seatmap_id);
    }
    ASSERT_EQ(a.seat_maps().size(), b.seat_maps().size());
    for (const auto& map : a.seat_maps()) {
        const domain::SeatMap* other = b.seat_map(map->id());
        ASSERT_TRUE(other);
        EXPECT_TRUE(same_seats(map->seats(), other->seats())) << map->id().to_hex();
        EXPECT_EQ(map->curve_percent(), other->curve_percent());
    }
    ASSERT_EQ(a.showtimes().size(), b.showtimes().size());
    for (const domain::Showtime& s : a.showtimes()) {
        const domain::Showtime* t = b.showtime(s.id);
        ASSERT_TRUE(t);
        EXPECT_EQ(s.movie_id, t->movie_id);
        EXPECT_EQ(s.auditorium_id, t->auditorium_id);
        EXPECT_EQ(s.seatmap_id, t->seatmap_id);
        EXPECT_EQ(s.start_time, t->start_time);
        EXPECT_EQ(s.end_time, t->end_time);
        EXPECT_EQ(s.prices, t->prices);
        EXPECT_EQ(s.currency, t->currency);
    }
}

/// Exported, the catalogue comes back from an empty store and changes nothing in its own.
void expect_round_trip(const CatalogSnapshot& catalogue) {
    const std::string text = export_catalogue(catalogue);
    CountingIds unused;
    const auto now = at("2030-01-01T00:00:00Z");
    const auto copy = import_into(empty_catalogue(), text, unused, now);
    expect_same(catalogue, copy);
    const auto again = import_catalogue(text, catalogue, unused, now);
    ASSERT_TRUE(again) << listing(again.error());
    EXPECT_TRUE(again->empty());
    EXPECT_EQ(export_catalogue(copy), text);
}

/// Any catalogue that an import could have made, from a seed.
class RandomCatalogue {
  public:
    explicit RandomCatalogue(unsigned seed) : random_(seed) {}

    CatalogSnapshot make() {
        CatalogSnapshot::Parts parts;
        for (int i = below(6) + 1; i > 0; --i) parts.movies.push_back(movie());
        for (int i = below(4) + 1; i > 0; --i) {
            auto map = seat_map();
            parts.auditoriums.push_back({ids_.next<domain::AuditoriumId>(),
                                         fmt::format("room-{}", i), text(100), map->id()});
            parts.seat_maps.push_back(map);
            add_showtimes(parts, parts.auditoriums.back(), map);
        }
        return CatalogSnapshot(std::move(parts));
    }

  private:
    int below(int n) { return std::uniform_int_distribution(0, n - 1)(random_); }

    std::string text(int length_max) {
        static const std::vector<std::string> kPieces = {"a", "Z", "9", "\"", "\\", "/", "é",
                                                         "ก", "🎬", "<", "'",  "-",  "{", "]"};
        std::string out;
        for (int i = below(length_max) + 1; i > 0; --i) {
            out += kPieces[static_cast<std::size_t>(below(static_cast<int>(kPieces.size())))];
        }
        return out;
    }

    domain::Movie movie() {
        domain::Movie made{
            .id = ids_.next<domain::MovieId>(),
            .key = fmt::format("movie-{}", ++movies_),
            .title = text(200),
            .duration_min = below(600) + 1,
            .rating = text(20),
            .genres = {},
            .synopsis = below(3) ? text(1000) + "\n" + text(900) : "",
            .release_date = fmt::format("{}-02-{:02}", 1900 + below(200), 1 + below(28)),
            .poster_url = below(2) ? "https://example.org/p%20?q=" : "",
            .created_at = at("2026-01-01T00:00:00.123Z") + below(1'000'000) * 1ms};
        for (int i = below(20); i > 0; --i)
            made.genres.push_back(fmt::format("{}-{}", i, text(20)));
        return made;
    }

    std::shared_ptr<const domain::SeatMap> seat_map() {
        std::vector<domain::Seat> seats;
        const int rows = below(12) + 1;
        const int last_row = rows + below(3);
        for (int row = 0, y = below(2); row < rows && y <= last_row;
             ++row, y += 1 + (below(4) == 0)) {
            const int count = below(20) + 1;
            const bool reversed = below(2) != 0;
            const int first = below(30) + 1;
            const std::string label(1, static_cast<char>('A' + row));
            for (int i = 0, column = below(3); i < count; ++i, column += 1 + (below(5) == 0)) {
                const int number = reversed ? first + count - 1 - i : first + i;
                seats.push_back({label + std::to_string(number), label, number,
                                 static_cast<domain::SeatCategory>(below(5)), column, y});
            }
        }
        return std::make_shared<const domain::SeatMap>(ids_.next<domain::SeatMapId>(),
                                                       std::move(seats), below(101));
    }

    void add_showtimes(CatalogSnapshot::Parts& parts, const domain::Auditorium& room,
                       const std::shared_ptr<const domain::SeatMap>& current) {
        std::vector<std::shared_ptr<const domain::SeatMap>> former;
        for (int i = below(3); i > 0; --i) former.push_back(seat_map());
        auto start = at("2026-03-01T00:00:00Z") + below(100'000) * 1s;
        const auto add = [&](const std::shared_ptr<const domain::SeatMap>& map) {
            const auto& film =
                parts
                    .movies[static_cast<std::size_t>(below(static_cast<int>(parts.movies.size())))];
            domain::Showtime made{.id = ids_.next<domain::ShowtimeId>(),
                                  .movie_id = film.id,
                                  .auditorium_id = room.id,
                                  .seatmap_id = map->id(),
                                  .start_time = start,
                                  .end_time = start + film.duration_min * 1min,
                                  .prices = {},
                                  .currency = below(4) ? "THB" : "JPY"};
            for (const domain::Seat& seat : map->seats()) {
                made.prices[static_cast<std::size_t>(seat.category)] = 0;
            }
            for (auto& price : made.prices) {
                if (price) price = below(100'000'001);
            }
            start = made.end_time + below(3) * 10min;  // sometimes without any cleaning
            parts.showtimes.push_back(std::move(made));
        };
        for (const auto& map : former) {
            parts.seat_maps.push_back(map);
            for (int i = below(3) + 1; i > 0; --i) add(map);
        }
        for (int i = below(5); i > 0; --i) add(current);
    }

    std::mt19937 random_;
    CountingIds ids_;
    int movies_ = 0;
};

TEST(Export, AnyCatalogueComesBack) {
    for (unsigned seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        expect_round_trip(RandomCatalogue(seed).make());
        if (HasFailure()) return;
    }
}

TEST(Export, AnEmptyCatalogueComesBack) {
    expect_round_trip(empty_catalogue());
    EXPECT_TRUE(parse_catalogue(export_catalogue(empty_catalogue())));
}

TEST(Export, TheExampleIsDrawnAsItWasWritten) {
    CountingIds ids;
    const auto catalogue = import_into(empty_catalogue(), kExample, ids, kNow);
    expect_round_trip(catalogue);
    const std::string text = export_catalogue(catalogue);
    for (const std::string_view part :
         {R"({ "label": "A", "plan": "ss_ss" })", R"({ "walkway": true })",
          R"({ "label": "B", "plan": "ac_pp", "firstNumber": 11, "rightToLeft": true })",
          R"("startTime": "2026-12-24T10:00:00.000Z")", R"("posterUrl": "/posters/up.svg")"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part;
    }
    // Most showtimes are in US dollars here.
    EXPECT_NE(text.find("\n  \"currency\": \"USD\",\n"), std::string::npos);
    EXPECT_NE(text.find("\"currency\": \"THB\", \"prices\""), std::string::npos);
}

TEST(Export, ShowtimesOfAFormerPlanKeepIt) {
    CountingIds ids;
    auto catalogue = import_into(empty_catalogue(), kExample, ids, kNow);
    catalogue = import_into(catalogue, with(kExample, "ss_ss", "s_s_s"), ids, kNow);
    ASSERT_EQ(catalogue.seat_maps().size(), 3u);
    expect_round_trip(catalogue);
    EXPECT_NE(export_catalogue(catalogue).find("\"formerPlans\""), std::string::npos);
}

TEST(Export, DropsPlansThatNothingUses) {
    CountingIds ids;
    const std::string rooms = with(kExample, "2026-12-24T17:00", "2026-12-25T17:00");
    auto catalogue = import_into(empty_catalogue(), rooms, ids, kNow);
    // Nothing was sold by the first two plans of the attic.
    const auto attic = [](std::string_view plan) {
        return fmt::format(R"({{"format": "cinema-catalogue/1", "auditoriums": [{{"key": "attic",
"name": "Attic", "rows": [{{"label": "A", "plan": "{}"}}]}}]}})",
                           plan);
    };
    for (const std::string_view plan : {"s", "ss", "sss"}) {
        catalogue = import_into(catalogue, attic(plan), ids, kNow);
    }
    ASSERT_EQ(catalogue.seat_maps().size(), 5u);
    const auto copy = import_into(empty_catalogue(), export_catalogue(catalogue), ids, kNow);
    EXPECT_EQ(copy.seat_maps().size(), 3u);
    EXPECT_EQ(copy.auditorium_by_key("attic")->seatmap_id,
              catalogue.auditorium_by_key("attic")->seatmap_id);
}

TEST(Export, AnEditedExportCanBeImported) {
    CountingIds ids;
    const auto catalogue = import_into(empty_catalogue(), kExample, ids, kNow);
    const std::string edited = with(export_catalogue(catalogue), "\"Studio\"", "\"The Studio\"");
    const auto change = import_catalogue(edited, catalogue, ids, kNow);
    ASSERT_TRUE(change) << listing(change.error());
    ASSERT_EQ(change->auditoriums.size(), 1u);
    EXPECT_EQ(change->auditoriums[0].name, "The Studio");
    EXPECT_TRUE(change->movies.empty() && change->showtimes.empty() && change->seat_maps.empty());
}

}  // namespace
}  // namespace cinema::catalog
