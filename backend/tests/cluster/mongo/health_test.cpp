#include "cluster/mongo/health.hpp"

#include "cluster/link/test_support.hpp"
#include "cluster/mongo/booking_documents.hpp"
#include "cluster/mongo/seat_documents.hpp"
#include "faulty_proxy.hpp"
#include "mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

using Clock = std::chrono::steady_clock;
using Mode = FaultyProxy::Mode;

TEST(Health, IsOpenUntilACallFailsAndOpensWithAPing) {
    Observed log;
    std::atomic<bool> well{true};
    std::atomic<int> pings{0};
    Health health(
        [&] {
            ++pings;
            return well ? std::string() : std::string("gone away");
        },
        log.logger());
    EXPECT_TRUE(health.healthy());
    EXPECT_EQ(health.problem(), "");
    EXPECT_TRUE(soon([&] { return pings > 0; }));

    well = false;
    for (int i = 0; i < 5; ++i) health.failed("no answer");
    EXPECT_FALSE(health.healthy());
    EXPECT_EQ(health.problem(), "MongoDB does not answer: no answer");
    const int before = pings;
    EXPECT_TRUE(soon([&] { return pings >= before + 3; }));
    EXPECT_FALSE(health.healthy());

    well = true;
    EXPECT_TRUE(soon([&] { return health.healthy(); }));
    EXPECT_EQ(health.problem(), "");
    EXPECT_TRUE(soon([&] { return log.lines_with("mongodb.up") == 1; }));
    EXPECT_EQ(log.lines_with("mongodb.down"), 1);
    EXPECT_EQ(log.lines_with("\"reason\":\"no answer\""), 1);
}

TEST(Health, OneBrokenCallClosesTheGateForOnePingOnly) {
    Observed log;
    Health health([] { return std::string(); }, log.logger());
    // The ping comes at once, not after the interval; a busy machine may hide that now and then.
    bool at_once = false;
    for (int i = 0; i < 5 && !at_once; ++i) {
        const auto start = Clock::now();
        health.failed("connection reset");
        EXPECT_TRUE(soon([&] { return health.healthy(); }));
        at_once = Clock::now() - start < Health::kRetryInterval;
    }
    EXPECT_TRUE(at_once);
}

TEST(Health, AnIdleServerIsWatched) {
    Observed log;
    std::atomic<bool> well{true};
    Health health([&] { return well ? std::string() : std::string("gone"); }, log.logger());
    well = false;
    EXPECT_TRUE(soon([&] { return !health.healthy(); }));
    EXPECT_TRUE(soon([&] { return log.lines_with("mongodb.down") == 1; }));
}

/// Calls through a proxy that fails, and a look past it.
class BrokenNetwork : public MongoTest {
  protected:
    static std::string server() {
        const Uri uri = parse_uri(test_uri());
        return mongoc_uri_get_hosts(uri.driver.get())->host_and_port;
    }
    bool is_up_again() {
        return soon([&] { return far.healthy(); });
    }

    FaultyProxy proxy{server()};
    Observed log;
    Mongo far{database.uri("socketTimeoutMS=300&connectTimeoutMS=300&serverSelectionTimeoutMS=300"
                           "&heartbeatFrequencyMS=500&directConnection=true",
                           proxy.address()),
              4, log.logger(), log.metrics()};
    MongoSeats far_seats{far};
    MongoSeats near_seats{mongo};
    domain::ShowtimeId showtime = ids.next<domain::ShowtimeId>();
    SeatLockRequest request{.showtime_id = showtime,
                            .booking_id = ids.next<domain::BookingId>(),
                            .user_id = ids.next<domain::UserId>(),
                            .lock_expires_at = clock.now(),
                            .seats = {{"A1", 0}, {"A2", 0}}};
};

TEST_F(BrokenNetwork, ALostAnswerIsUnavailableAndWasDone) {
    ASSERT_TRUE(value_of_call(far_seats.find(showtime, {"A1"})).empty());
    proxy.set(Mode::swallow_answers);
    const auto start = Clock::now();
    const auto lost = wait_for(far_seats.lock(request));
    EXPECT_LT(Clock::now() - start, std::chrono::seconds{2});
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, Errc::unavailable);
    EXPECT_EQ(lost.error().retry_after_seconds, 1);
    EXPECT_GT(lost.error().detail.size(), 10U);
    const auto seats = value_of_call(near_seats.find(showtime, {"A1", "A2"}));
    ASSERT_EQ(seats.size(), 2U);
    EXPECT_EQ(seats[0].booking_id, request.booking_id);

    proxy.set(Mode::pass);
    ASSERT_TRUE(is_up_again());
    EXPECT_EQ(value_of_call(far_seats.release(showtime, request.booking_id, {"A1", "A2"})), 2U);
}

TEST_F(BrokenNetwork, ALostAnswerToAChangeOfABookingIsUnavailable) {
    MongoBookings far_bookings{far};
    MongoBookings near_bookings{mongo};
    BookingDocument document;
    document.booking = {.id = request.booking_id,
                        .user_id = request.user_id,
                        .showtime_id = showtime,
                        .seats = {"A1"},
                        .status = domain::BookingStatus::LOCKED,
                        .amount = 1,
                        .currency = "EUR",
                        .lock_expires_at = clock.now() + milliseconds{1000},
                        .payment_id = {},
                        .payment_status = {},
                        .created_at = clock.now(),
                        .updated_at = clock.now()};
    document.seat_versions = {1};
    ASSERT_EQ(value_of_call(far_bookings.insert(document)), InsertOutcome::inserted);
    proxy.set(Mode::swallow_answers);
    const auto lost = wait_for(far_bookings.mark_ended(
        document.booking.id, 1, domain::BookingStatus::CANCELLED, clock.now(), {}));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, Errc::unavailable);
    const auto after = value_of_call(near_bookings.find(document.booking.id));
    EXPECT_EQ(after->booking.status, domain::BookingStatus::CANCELLED);
    EXPECT_EQ(after->revision, 2);
}

TEST_F(BrokenNetwork, AStalledServerHoldsNobodyUpForLong) {
    ASSERT_TRUE(value_of_call(far_seats.find(showtime, {"A1"})).empty());
    proxy.set(Mode::stall);
    const auto start = Clock::now();
    std::atomic<int> unavailable{0};
    at_once(4, [&](int) {
        for (int i = 0; i < 50; ++i) {
            const auto answer = wait_for(far_seats.find(showtime, {"A1"}));
            if (!answer && answer.error().code == Errc::unavailable) ++unavailable;
        }
    });
    EXPECT_EQ(unavailable, 200);
    EXPECT_LT(Clock::now() - start, std::chrono::seconds{2}) << "the gate refuses at once";
    EXPECT_FALSE(far.healthy());
    EXPECT_TRUE(far.problem().starts_with("MongoDB does not answer: ")) << far.problem();

    proxy.set(Mode::pass);
    ASSERT_TRUE(is_up_again());
    EXPECT_EQ(far.problem(), "");
    EXPECT_TRUE(value_of_call(far_seats.find(showtime, {"A1"})).empty());
    EXPECT_GT(log.metrics().dependency_errors("mongodb").Value(), 0);
}

TEST_F(BrokenNetwork, AnOutageIsLoggedOnceAndEnds) {
    ASSERT_TRUE(value_of_call(far_seats.find(showtime, {"A1"})).empty());
    proxy.set(Mode::refuse);
    ASSERT_FALSE(wait_for(far_seats.find(showtime, {"A1"})));
    const double calls_before = log.metrics().dependency_calls("mongodb", "seats.find").Value();
    const auto start = Clock::now();
    for (int i = 0; i < 1000; ++i) ASSERT_FALSE(wait_for(far_seats.find(showtime, {"A1"})));
    EXPECT_LT(Clock::now() - start, milliseconds{300});
    EXPECT_EQ(log.metrics().dependency_calls("mongodb", "seats.find").Value(), calls_before);
    std::this_thread::sleep_for(milliseconds{600});
    EXPECT_FALSE(far.healthy());
    proxy.set(Mode::pass);
    ASSERT_TRUE(is_up_again());
    EXPECT_TRUE(value_of_call(far_seats.find(showtime, {"A1"})).empty());
    EXPECT_EQ(log.lines_with("mongodb.down"), 1);
    EXPECT_EQ(log.lines_with("mongodb.up"), 1);
    EXPECT_EQ(log.lines_with("mongodb.failed"), 0);
}

TEST(NoServer, IsUnavailableWithinTheTimeOutsAndStopsClean) {
    Observed log;
    telemetry::Metrics metrics;
    const auto start = Clock::now();
    {
        // Port 1 of this machine answers nobody.
        Mongo mongo("mongodb://bob:hunter2@127.0.0.1:1/x?serverSelectionTimeoutMS=300", 2,
                    log.logger(), metrics);
        Document ping;
        ping.add("ping", 1);
        const auto answer = mongo.run(mongo.operation("test"), ping);
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::unavailable);
        EXPECT_FALSE(mongo.healthy());
        EXPECT_EQ(mongo.problem().find("hunter2"), std::string::npos);
    }
    EXPECT_LT(Clock::now() - start, std::chrono::seconds{3});
    EXPECT_EQ(log.lines_with("hunter2"), 0);
    EXPECT_EQ(log.lines_with("mongodb.down"), 1);
}

}  // namespace
}  // namespace cinema::cluster::mongo
