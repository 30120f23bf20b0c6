#include "embedded/cinema_fixture.hpp"
#include "embedded/faulty_vfs.hpp"

// What is answered and told when the disk does not take a commit.
namespace cinema::embedded {
namespace {

using conformance::error_of;
using domain::Errc;

TEST(CommitFailure, AnswersAndEventsWaitForTheSync) {
    FaultyVfs disk;
    EmbeddedCinema cinema;
    disk.hold_syncs();
    std::atomic<bool> answered{false};
    std::thread caller([&] {
        EXPECT_TRUE(cinema.hold({"A1"}));
        answered = true;
    });
    EXPECT_TRUE(disk.wait_for_a_sync());
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    EXPECT_FALSE(answered);
    EXPECT_TRUE(cinema.seat_events().empty());
    disk.release_syncs();
    caller.join();
    EXPECT_TRUE(answered);
    EXPECT_EQ(cinema.seat_events().size(), 1u);
}

class CommitFault : public testing::TestWithParam<std::atomic<bool> FaultyVfs::*> {};

TEST_P(CommitFault, TellsEveryCallerUnavailableAndNobodyAnythingElse) {
    FaultyVfs disk;
    EmbeddedCinema cinema;
    ASSERT_TRUE(cinema.hold({"A1"}));
    ASSERT_TRUE(cinema.store->missing().empty());
    disk.*GetParam() = true;
    std::vector<conformance::Call<domain::Result<domain::Booking>>> calls;
    for (const auto* code : {"A2", "A3", "A4", "A1"}) {
        calls.push_back([&cinema, code] {
            return cinema.store->bookings().hold({.showtime_id = cinema.showtime,
                                                  .actor = cinema.user,
                                                  .seats = {code},
                                                  .idempotency_key = {}});
        });
    }
    for (const auto& answer : conformance::at_once(calls)) {
        EXPECT_FALSE(answer);
        if (!answer && answer.error().code != Errc::seats_taken) {
            EXPECT_EQ(answer.error().code, Errc::unavailable);
            EXPECT_GT(answer.error().retry_after_seconds, 0);
        }
    }
    EXPECT_EQ(cinema.seat_events().size(), 1u);  // A1's
    EXPECT_EQ(cinema.metrics.holds.Value(), 1);
    disk.*GetParam() = false;

    EXPECT_EQ(cinema.number("SELECT count(*) FROM bookings"), 1);
    EXPECT_EQ(cinema.number("SELECT count(*) FROM outbox"), 1);
    const auto states = wait_for(cinema.store->queries().seat_states(cinema.showtime));
    ASSERT_TRUE(states);
    EXPECT_EQ((*states)->seats.size(), 1u);

    // And then goes on.
    EXPECT_TRUE(cinema.hold({"A2"}));
    EXPECT_TRUE(cinema.store->missing().empty());
    cinema.reopen();
    EXPECT_EQ(cinema.number("SELECT count(*) FROM bookings"), 2);
}

INSTANTIATE_TEST_SUITE_P(Disk, CommitFault,
                         testing::Values(&FaultyVfs::fail_sync, &FaultyVfs::fail_write),
                         [](const auto& fault) {
                             return fault.param == &FaultyVfs::fail_sync ? "Sync" : "Full";
                         });

TEST(CommitFailure, IsNotReadyUntilAWriteSucceeds) {
    FaultyVfs disk;
    EmbeddedCinema cinema;
    disk.fail_sync = true;
    EXPECT_EQ(error_of(cinema.hold({"A1"})), Errc::unavailable);
    EXPECT_FALSE(cinema.store->missing().empty());
    // What the worker does all the time writes nothing: it must not pass for a good write.
    EXPECT_EQ(error_of(wait_for(cinema.store->bookings().expire_overdue(10))), Errc::unavailable);
    EXPECT_FALSE(cinema.store->missing().empty());
    disk.fail_sync = false;
    EXPECT_TRUE(wait_for(cinema.store->bookings().expire_overdue(10)));
    EXPECT_TRUE(cinema.store->missing().empty());
}

TEST(CommitFailure, IsNotReadyWithoutItsFile) {
    EmbeddedCinema cinema;
    EXPECT_TRUE(cinema.store->missing().empty());
    std::filesystem::rename(cinema.database(), cinema.database().string() + ".away");
    EXPECT_FALSE(cinema.store->missing().empty());
    std::filesystem::rename(cinema.database().string() + ".away", cinema.database());
    EXPECT_TRUE(cinema.store->missing().empty());
}

TEST(CommitFailure, EveryStateOnDiskHasItsEvents) {
    // Whatever moment a crash chooses, a change is never there without its event, nor an event
    // without its change: seen by someone who looks all the time.
    EmbeddedCinema cinema;
    std::atomic<bool> done{false};
    int looks = 0;
    std::thread onlooker([&] {
        while (!done) {
            ++looks;
            EXPECT_EQ(cinema.number(
                          "SELECT (SELECT count(*) FROM bookings)"
                          " - (SELECT count(*) FROM outbox WHERE event_type = 'BookingLocked')"),
                      0);
            EXPECT_EQ(cinema.number(
                          "SELECT (SELECT count(*) FROM bookings WHERE status = 'CANCELLED')"
                          " - (SELECT count(*) FROM outbox WHERE event_type = 'BookingCancelled')"),
                      0);
        }
    });
    for (int i = 0; i < 300; ++i) {
        const auto booking = cinema.hold({"A1", "A2"});
        ASSERT_TRUE(booking);
        ASSERT_TRUE(wait_for(cinema.store->bookings().cancel(booking->id, cinema.user)));
    }
    done = true;
    onlooker.join();
    EXPECT_GT(looks, 10);
}

}  // namespace
}  // namespace cinema::embedded
