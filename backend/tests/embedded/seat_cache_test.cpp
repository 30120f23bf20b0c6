#include "embedded/seat_cache.hpp"

#include <gtest/gtest.h>

#include "embedded/cinema_fixture.hpp"

namespace cinema::embedded {
namespace {

domain::ShowtimeId showtime_number(std::uint8_t number) {
    domain::ShowtimeId id;
    id.value.bytes[11] = number;
    return id;
}

SeatCache::States states_with(std::int64_t version) {
    auto states = std::make_shared<booking::SeatStates>();
    states->seats.push_back({.seat_code = "A1", .version = version});
    return states;
}

TEST(SeatCache, AnswersOnlyForTheRevisionItKnows) {
    SeatCache cache(4);
    const auto id = showtime_number(1);
    EXPECT_FALSE(cache.find(id, 0));
    const auto states = cache.put(id, 3, states_with(1));
    EXPECT_EQ(cache.find(id, 3), states);
    EXPECT_FALSE(cache.find(id, 4));
}

TEST(SeatCache, KeepsThePointerWhenNothingChanged) {
    SeatCache cache(4);
    const auto id = showtime_number(1);
    const auto states = cache.put(id, 1, states_with(1));
    EXPECT_EQ(cache.put(id, 2, states_with(1)), states);
    EXPECT_EQ(cache.find(id, 2), states);
    EXPECT_NE(cache.put(id, 3, states_with(2)), states);
}

TEST(SeatCache, ALateReaderDoesNotReplaceNewerStates) {
    SeatCache cache(4);
    const auto id = showtime_number(1);
    const auto newer = cache.put(id, 5, states_with(2));
    cache.put(id, 4, states_with(1));
    EXPECT_EQ(cache.find(id, 5), newer);
}

TEST(SeatCache, DropsTheLeastRecentlyUsed) {
    SeatCache cache(2);
    cache.put(showtime_number(1), 1, states_with(1));
    cache.put(showtime_number(2), 1, states_with(1));
    EXPECT_TRUE(cache.find(showtime_number(1), 1));
    cache.put(showtime_number(3), 1, states_with(1));
    EXPECT_TRUE(cache.find(showtime_number(1), 1));
    EXPECT_FALSE(cache.find(showtime_number(2), 1));
    EXPECT_TRUE(cache.find(showtime_number(3), 1));
}

TEST(SeatRevisions, OfOneShowtimeHardlyEverMoveAnothers) {
    SeatRevisions revisions;
    const conformance::ManualClock clock;
    env::SystemIds ids(clock);
    const auto changed = ids.next<domain::ShowtimeId>();
    std::vector<domain::ShowtimeId> others;
    for (int i = 0; i < 2'000; ++i) others.push_back(ids.next<domain::ShowtimeId>());
    const auto before = revisions.of(changed);
    revisions.bump(changed);
    EXPECT_NE(revisions.of(changed), before);
    std::size_t moved = 0;
    for (const auto& other : others) moved += revisions.of(other) != 0 ? 1 : 0;
    EXPECT_LT(moved, 20u);
}

TEST(SeatCache, NeverHandsOutLessThanWasAnswered) {
    // Readers and a writer at the same time: whoever was answered reads at least that.
    EmbeddedCinema cinema;
    std::atomic<bool> done{false};
    std::atomic<std::int64_t> answered{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!done) {
                const auto at_least = answered.load();
                const auto states = wait_for(cinema.store->queries().seat_states(cinema.showtime));
                ASSERT_TRUE(states);
                const auto& seats = (*states)->seats;
                EXPECT_GE(seats.empty() ? 0 : seats[0].version, at_least);
            }
        });
    }
    for (int i = 0; i < 150; ++i) {
        const auto booking = cinema.hold({"A1"});
        ASSERT_TRUE(booking);
        answered = 2 * i + 1;
        ASSERT_TRUE(wait_for(cinema.store->bookings().cancel(booking->id, cinema.user)));
        answered = 2 * i + 2;
    }
    done = true;
    for (auto& reader : readers) reader.join();
}

}  // namespace
}  // namespace cinema::embedded
