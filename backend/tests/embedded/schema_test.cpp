#include "embedded/schema.hpp"

#include <gtest/gtest.h>

#include "embedded/cinema_fixture.hpp"

namespace cinema::embedded {
namespace {

class SchemaTest : public testing::Test {
  protected:
    std::filesystem::path file() {
        return DataFolder::open(folder_.path(), DataFolder::Use::tool)->database();
    }
    TemporaryFolder folder_;
};

TEST_F(SchemaTest, ANewDatabaseGetsEveryMigrationOnce) {
    Connection connection(file(), ConnectionOptions{});
    const auto first = migrate(connection);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->from, 0);
    EXPECT_EQ(first->to, newest_schema_version());
    const auto second = migrate(connection);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->from, second->to);
}

TEST_F(SchemaTest, ANewerDatabaseIsRefused) {
    Connection connection(file(), ConnectionOptions{});
    ASSERT_TRUE(migrate(connection));
    connection.script("PRAGMA user_version=999");
    const auto refused = migrate(connection);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("999"), std::string::npos);
}

TEST_F(SchemaTest, AnotherApplicationsDatabaseIsRefusedAndLeftAlone) {
    Connection connection(file(), ConnectionOptions{});
    connection.script("CREATE TABLE theirs (x)");
    EXPECT_FALSE(migrate(connection));
    Statement count = connection.prepare("SELECT count(*) FROM sqlite_schema");
    Query query = count.run();
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.integer(0), 1);
}

TEST_F(SchemaTest, TheStoreRefusesANewerDatabaseWithASentence) {
    {
        Connection connection(file(), ConnectionOptions{});
        ASSERT_TRUE(migrate(connection));
        connection.script("PRAGMA user_version=999");
    }
    conformance::ManualClock clock;
    env::SystemIds ids(clock);
    telemetry::Metrics metrics;
    telemetry::Logger logger(telemetry::LogLevel::off);
    const auto refused =
        EmbeddedStore::open({.data_dir = folder_.path()}, clock, ids, metrics, logger);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("newer program"), std::string::npos);
}

TEST_F(SchemaTest, AFileThatIsNoDatabaseIsRefused) {
    {
        FILE* out = std::fopen(file().c_str(), "w");
        ASSERT_TRUE(out);
        for (int i = 0; i < 1'000; ++i) std::fputs("this is not a database\n", out);
        std::fclose(out);
    }
    conformance::ManualClock clock;
    env::SystemIds ids(clock);
    telemetry::Metrics metrics;
    telemetry::Logger logger(telemetry::LogLevel::off);
    EXPECT_FALSE(EmbeddedStore::open({.data_dir = folder_.path()}, clock, ids, metrics, logger));
}

/// Statements that the schema itself must refuse, whatever the program believes.
class SchemaRefuses : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(SchemaRefuses, Statement) {
    EmbeddedCinema cinema;
    ASSERT_TRUE(cinema.hold({"A1"}));
    Connection connection(cinema.database(), ConnectionOptions{});
    try {
        connection.script(GetParam().second);
        FAIL() << "was accepted";
    } catch (const SqliteError& error) {
        EXPECT_EQ(error.code(), SQLITE_CONSTRAINT) << error.what();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Constraints, SchemaRefuses,
    testing::Values(
        std::pair{"ASecondRowForASeat",
                  "INSERT INTO seat_reservations SELECT showtime_id, seat_code, state, booking_id, "
                  "locked_by, lock_expires_at, version + 1 FROM seat_reservations"},
        std::pair{"ALockedSeatWithoutABooking", "UPDATE seat_reservations SET booking_id = NULL"},
        std::pair{"AFreeSeatWithAHolder", "UPDATE seat_reservations SET state = 'AVAILABLE'"},
        std::pair{"ABookedSeatWithAnEndOfItsHold", "UPDATE seat_reservations SET state = 'BOOKED'"},
        std::pair{"AnUnknownSeatState", "UPDATE seat_reservations SET state = 'SOLD'"},
        std::pair{"AnUnknownBookingStatus", "UPDATE bookings SET status = 'PAID'"},
        std::pair{"ABookingOfNobody", "UPDATE bookings SET user_id = x'000000000000000000000000'"},
        std::pair{"ABookingOfNoShowtime",
                  "UPDATE bookings SET showtime_id = x'000000000000000000000000'"},
        std::pair{"ASeatOfNoBooking",
                  "UPDATE seat_reservations SET booking_id = x'000000000000000000000000'"},
        std::pair{"ANegativeAmount", "UPDATE bookings SET amount = -1"},
        std::pair{"ANegativeCounter", "UPDATE showtime_sales SET seats_taken = -1"},
        std::pair{"ASecondPayment",
                  "INSERT INTO payments SELECT id, id, 'SUCCESS', 1, 'EUR', 0, 0 FROM bookings; "
                  "INSERT INTO payments SELECT id, id, 'SUCCESS', 1, 'EUR', 0, 0 FROM bookings"},
        std::pair{"ASecondAccountForAnEmail",
                  "INSERT INTO users SELECT x'0102030405060708090a0b0c', email, name, role, "
                  "password_hash, created_at FROM users"},
        std::pair{"ADeletedUserWithBookings", "DELETE FROM users"},
        std::pair{"ADeletedShowtimeWithBookings", "DELETE FROM showtimes"}),
    [](const auto& statement) { return statement.param.first; });

}  // namespace
}  // namespace cinema::embedded
