#include "embedded/outbox.hpp"

#include "embedded/cinema_fixture.hpp"
#include "embedded/faulty_vfs.hpp"

namespace cinema::embedded {
namespace {

constexpr const char* kCountLogs = "SELECT count(*) FROM audit_logs";
constexpr const char* kCountOutbox = "SELECT count(*) FROM outbox";

TEST(Outbox, AnEventThatWasDeliveredButNotForgottenIsNotWrittenTwice) {
    EmbeddedCinema cinema;
    ASSERT_TRUE(cinema.hold({"A1"}));
    ASSERT_TRUE(cinema.hold({"A2"}));
    {
        // As if a relay had crashed between its two steps: the first event is in the log already,
        // under an id that is not the one this delivery would give it.
        Connection connection(cinema.database(), ConnectionOptions{});
        connection.script(
            "INSERT INTO audit_logs SELECT x'0102030405060708090a0b0c', event_id, event_type, "
            "user_id, showtime_id, booking_id, seats, payload, occurred_at FROM outbox "
            "ORDER BY seq LIMIT 1");
    }
    EXPECT_EQ(wait_for(cinema.outbox().relay(100)), 2u);
    EXPECT_EQ(cinema.number(kCountLogs), 2);
    EXPECT_EQ(cinema.number("SELECT count(DISTINCT event_id) FROM audit_logs"), 2);
    EXPECT_EQ(cinema.number(kCountOutbox), 0);
}

TEST(Outbox, ARelayWhoseCommitFailsLosesAndRepeatsNothing) {
    FaultyVfs disk;
    EmbeddedCinema cinema;
    ASSERT_TRUE(cinema.hold({"A1"}));
    disk.fail_sync = true;
    EXPECT_FALSE(wait_for(cinema.outbox().relay(100)));
    disk.fail_sync = false;
    EXPECT_EQ(cinema.number(kCountLogs), 0);
    EXPECT_EQ(cinema.number(kCountOutbox), 1);
    EXPECT_EQ(wait_for(cinema.outbox().relay(100)), 1u);
    EXPECT_EQ(cinema.number(kCountLogs), 1);
}

TEST(Outbox, AnyOtherConflictIsAnErrorAndKeepsTheEvents) {
    EmbeddedCinema cinema;
    ASSERT_TRUE(cinema.hold({"A1"}));
    {
        Connection connection(cinema.database(), ConnectionOptions{});
        connection.script(
            "INSERT INTO audit_logs SELECT audit_id, x'00112233445566778899aabbccddeeff', "
            "event_type, user_id, showtime_id, booking_id, seats, payload, occurred_at "
            "FROM outbox");
    }
    EXPECT_THROW(wait_for(cinema.outbox().relay(100)), SqliteError);
    EXPECT_EQ(cinema.number(kCountOutbox), 1);
}

TEST(Outbox, EventsOutliveARestart) {
    EmbeddedCinema cinema;
    ASSERT_TRUE(cinema.hold({"A1"}));
    cinema.reopen();
    EXPECT_EQ(wait_for(cinema.outbox().relay(100)), 1u);
    cinema.reopen();
    EXPECT_EQ(wait_for(cinema.outbox().relay(100)), 0u);
    EXPECT_EQ(cinema.number(kCountLogs), 1);
}

TEST(Outbox, ManyRelaysAtOnceDeliverEachEventOnce) {
    EmbeddedCinema cinema;
    for (int i = 1; i <= 10; ++i) ASSERT_TRUE(cinema.hold({"A" + std::to_string(i)}));
    const std::vector<conformance::Call<domain::Result<std::size_t>>> calls(
        20, [&] { return cinema.outbox().relay(3); });
    std::size_t relayed = 0;
    for (const auto& count : conformance::at_once(calls)) relayed += count.value_or(0);
    EXPECT_EQ(relayed, 10u);
    EXPECT_EQ(cinema.number(kCountLogs), 10);
}

}  // namespace
}  // namespace cinema::embedded
