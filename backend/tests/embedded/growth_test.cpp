#include <chrono>

#include "embedded/cinema_fixture.hpp"

// A database that has been in use for long: nothing at start or in an operation may look at all
// of it.
namespace cinema::embedded {
namespace {

/// As many BOOKED bookings, with their trail, as a busy year leaves.
void fill(EmbeddedCinema& cinema, int bookings) {
    Connection connection(cinema.database(), ConnectionOptions{});
    connection.script(
        "PRAGMA synchronous=OFF; BEGIN;"
        "CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
        " WHERE i < " +
        std::to_string(bookings) +
        ") SELECT i,"
        " CAST(substr(printf('%012d', i), 1, 12) AS BLOB) AS id FROM c;"
        "INSERT INTO bookings SELECT n.id, u.id, s.id, '[\"A1\"]', 'BOOKED', 1, 'EUR', 0, 0, 0, "
        "NULL"
        " FROM n, users u, showtimes s;"
        "INSERT INTO audit_logs SELECT n.id, CAST(printf('%016d', i) AS BLOB), 'BookingConfirmed',"
        " u.id, s.id, n.id, '[\"A1\"]', '{}', 0 FROM n, users u, showtimes s;"
        "COMMIT;");
}

TEST(Growth, StartDoesNotDependOnHowMuchWasSold) {
    EmbeddedCinema cinema;
    fill(cinema, 100'000);
    cinema.reopen();  // once, for the log that filling left
    const auto started = std::chrono::steady_clock::now();
    cinema.reopen();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    EXPECT_LT(took.count(), 1.0);  // a scan would not fit; bench measures the real figure
    EXPECT_TRUE(cinema.hold({"A1"}));
}

TEST(Growth, ABusyUsersTrailIsFoundFromItsNewestEntry) {
    EmbeddedCinema cinema;
    fill(cinema, 3'000);
    const auto booking = cinema.hold({"A1"});
    ASSERT_TRUE(booking);
    ASSERT_TRUE(wait_for(cinema.outbox().relay(10)));
    const auto logs = wait_for(
        cinema.store->audit().search({.user_id = cinema.user.user_id}, {.limit = 5, .before = {}}));
    ASSERT_TRUE(logs);
    ASSERT_EQ(logs->size(), 5u);
    EXPECT_EQ(logs->at(0).booking_id, booking->id);
    EXPECT_EQ(logs->at(1).event_type, "BookingConfirmed");
}

}  // namespace
}  // namespace cinema::embedded
