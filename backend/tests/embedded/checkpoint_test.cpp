#include "embedded/cinema_fixture.hpp"

namespace cinema::embedded {
namespace {

using conformance::wait_for;

void hold_and_cancel(EmbeddedCinema& cinema, int times) {
    for (int i = 0; i < times; ++i) {
        const auto booking = cinema.hold({"A1", "A2"});
        ASSERT_TRUE(booking);
        ASSERT_TRUE(wait_for(cinema.bookings().cancel(booking->id, cinema.user)));
    }
}

std::uintmax_t log_size(const EmbeddedCinema& cinema) {
    return std::filesystem::file_size(cinema.database().string() + "-wal");
}

TEST(Checkpoints, LetTheLogStartOverInItsSpace) {
    EmbeddedCinema cinema({.checkpoints = {.checkpoint_frames = 100, .finish_frames_max = 20}});
    hold_and_cancel(cinema, 200);
    const auto size = log_size(cinema);
    EXPECT_GT(cinema.metrics.checkpoint_seconds.Collect().histogram.sample_count, 2u);
    // Each of the 400 commits writes several pages: without restarts this would be megabytes more.
    EXPECT_LT(size, 400u * 4'120u);
    hold_and_cancel(cinema, 200);
    EXPECT_LE(log_size(cinema), size + 200u * 4'120u);
    EXPECT_LT(cinema.metrics.wal_bytes.Value(), static_cast<double>(size + 200u * 4'120u));
}

TEST(Checkpoints, ALongReaderDelaysThemAndTheyCatchUp) {
    EmbeddedCinema cinema({.checkpoints = {.checkpoint_frames = 100, .finish_frames_max = 20}});
    {
        Connection reader(cinema.database(), ConnectionOptions{.read_only = true});
        const ReadTransaction long_one(reader);
        reader.script("SELECT count(*) FROM bookings");
        hold_and_cancel(cinema, 100);
        EXPECT_GT(log_size(cinema), 300u * 4'120u);
    }
    hold_and_cancel(cinema, 200);
    const auto size = log_size(cinema);
    hold_and_cancel(cinema, 200);
    EXPECT_EQ(log_size(cinema), size) << "the log did not start over";
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
