#include <chrono>

#include "embedded/cinema_fixture.hpp"

namespace cinema::embedded {
namespace {

void hold_and_cancel(EmbeddedCinema& cinema, int times) {
    for (int i = 0; i < times; ++i) {
        const auto booking = cinema.hold({"A1", "A2"});
        ASSERT_TRUE(booking);
        ASSERT_TRUE(wait_for(cinema.store->bookings().cancel(booking->id, cinema.user)));
    }
}

std::uintmax_t log_size(const EmbeddedCinema& cinema) {
    return std::filesystem::file_size(cinema.database().string() + "-wal");
}

/// Writes until the log has started over, which its metric shows by falling. False when that does
/// not happen within half a minute.
bool writes_until_the_log_starts_over(EmbeddedCinema& cinema) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    while (std::chrono::steady_clock::now() < deadline) {
        const double before = cinema.metrics.wal_bytes.Value();
        hold_and_cancel(cinema, 1);
        if (cinema.metrics.wal_bytes.Value() < before) return true;
    }
    return false;
}

EmbeddedOptions small_log() {
    return {.checkpoints = {.checkpoint_frames = 100, .finish_frames_max = 20}};
}

TEST(Checkpoints, LetTheLogStartOverInItsSpace) {
    EmbeddedCinema cinema(small_log());
    for (int times = 0; times < 5; ++times) {
        ASSERT_TRUE(writes_until_the_log_starts_over(cinema));
        // The file keeps its space: only the place where the next commit is written went back.
        EXPECT_GT(static_cast<double>(log_size(cinema)), 2 * cinema.metrics.wal_bytes.Value());
    }
    EXPECT_GE(cinema.metrics.checkpoint_seconds.Collect().histogram.sample_count, 5u);
}

TEST(Checkpoints, ALongReaderDelaysThemAndTheyCatchUp) {
    EmbeddedCinema cinema(small_log());
    {
        Connection reader(cinema.database(), ConnectionOptions{.read_only = true});
        const ReadTransaction long_one(reader);
        reader.script("SELECT count(*) FROM bookings");
        double last = cinema.metrics.wal_bytes.Value();
        for (int i = 0; i < 100; ++i) {
            hold_and_cancel(cinema, 1);
            EXPECT_GT(cinema.metrics.wal_bytes.Value(), last) << "what the reader sees is gone";
            last = cinema.metrics.wal_bytes.Value();
        }
    }
    EXPECT_TRUE(writes_until_the_log_starts_over(cinema));
}

TEST(Checkpoints, AStopLeavesEverythingInTheDatabaseFile) {
    EmbeddedCinema cinema;
    hold_and_cancel(cinema, 3);
    const auto file = cinema.database();
    cinema.store.reset();
    EXPECT_FALSE(std::filesystem::exists(file.string() + "-wal"));
    Connection connection(file, ConnectionOptions{.read_only = true});
    Statement statement = connection.prepare("SELECT count(*) FROM bookings");
    Query query = statement.run();
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.integer(0), 3);
}

}  // namespace
}  // namespace cinema::embedded
