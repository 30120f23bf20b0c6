#include "cluster/redis/feed.hpp"

#include <mutex>

#include "cluster/redis/redis_under_test.hpp"

namespace cinema::cluster {

using namespace std::chrono_literals;

namespace {

/// One instance with its ear on the feed.
class Instance {
  public:
    Instance(const RedisAddress& address, std::string id, std::string channel,
             std::size_t queue_max = 10'000)
        : client({.address = address, .queue_max = queue_max}, observed.metrics(),
                 observed.logger()),
          feed(client, {.channel = std::move(channel), .instance_id = std::move(id)},
               {.events =
                    [this](std::span<const domain::SeatEvent> events) {
                        const std::lock_guard lock(mutex_);
                        heard_.insert(heard_.end(), events.begin(), events.end());
                    },
                .connected = [this] { ++connected; },
                .disconnected = [this] { ++disconnected; },
                .resync = [this] { ++resynced; }},
               observed.metrics(), observed.logger()) {}

    std::vector<domain::SeatEvent> heard() {
        const std::lock_guard lock(mutex_);
        return heard_;
    }

    Observed observed;
    RedisClient client;
    std::atomic<int> connected{0}, disconnected{0}, resynced{0};

  private:
    std::mutex mutex_;
    std::vector<domain::SeatEvent> heard_;

  public:
    RedisFeed feed;
};

domain::SeatEvent locked_seat(std::string seat, std::int64_t version) {
    return {.type = domain::SeatEventType::SEAT_LOCKED,
            .showtime_id = test_ids().next<domain::ShowtimeId>(),
            .seat_code = std::move(seat),
            .locked_by = test_ids().next<domain::UserId>(),
            .lock_expires_at = domain::UtcTime(std::chrono::milliseconds{1'800'000'000'123}),
            .version = version};
}

bool same(const domain::SeatEvent& left, const domain::SeatEvent& right) {
    return left.type == right.type && left.showtime_id == right.showtime_id &&
           left.seat_code == right.seat_code && left.locked_by == right.locked_by &&
           left.lock_expires_at == right.lock_expires_at && left.version == right.version;
}

}  // namespace

TEST(FeedMessage, ThereAndBack) {
    domain::SeatEvent released = locked_seat("B7", 9);
    released.type = domain::SeatEventType::SEAT_RELEASED;
    released.locked_by.reset();
    released.lock_expires_at.reset();
    const std::vector<domain::SeatEvent> events{locked_seat("A1", 3), released};
    const std::string json = feed_events_json("me", events);
    EXPECT_TRUE(
        json.starts_with(R"({"origin":"me","events":[{"type":"SEAT_LOCKED","showtimeId":")"))
        << json;
    const auto message = parse_feed_message(json);
    ASSERT_TRUE(message) << json;
    EXPECT_EQ(message->origin, "me");
    EXPECT_FALSE(message->resync);
    ASSERT_EQ(message->events.size(), 2u);
    EXPECT_TRUE(same(message->events[0], events[0])) << json;
    EXPECT_TRUE(same(message->events[1], events[1])) << json;

    EXPECT_EQ(feed_resync_json("me"), R"({"origin":"me","resync":true})");
    EXPECT_TRUE(parse_feed_message(feed_resync_json("me"))->resync);
}

TEST(FeedMessage, AnythingElseIsRefused) {
    const std::string good = feed_events_json("me", std::vector{locked_seat("A1", 3)});
    ASSERT_TRUE(parse_feed_message(good));
    // Every beginning of a message, and every message with one byte changed, does no harm.
    for (std::size_t i = 0; i < good.size(); ++i) {
        EXPECT_FALSE(parse_feed_message(good.substr(0, i)));
        for (const char c : {'\0', '"', '{', '9', '\xff'}) {
            std::string changed = good;
            changed[i] = c;
            parse_feed_message(changed);
        }
    }
    for (
        const char* bad :
        {"",
         "x",
         "[]",
         "null",
         "{}",
         R"({"origin":"me"})",
         R"({"origin":1,"events":[]})",
         R"({"origin":"","events":[]})",
         R"({"events":[]})",
         R"({"origin":"me","events":{}})",
         R"({"origin":"me","events":[1]})",
         R"({"origin":"me","events":[{}]})",
         R"({"origin":"me","resync":false})",
         R"({"origin":"me","resync":1})",
         R"({"origin":"me","events":[{"type":"SEAT_SOLD","showtimeId":"0123456789abcdef01234567","seatCode":"A1","version":1}]})",
         R"({"origin":"me","events":[{"type":"SEAT_BOOKED","showtimeId":"1","seatCode":"A1","version":1}]})",
         R"({"origin":"me","events":[{"type":"SEAT_BOOKED","showtimeId":"0123456789abcdef01234567","seatCode":"","version":1}]})",
         R"({"origin":"me","events":[{"type":"SEAT_BOOKED","showtimeId":"0123456789abcdef01234567","seatCode":"A1","version":"1"}]})",
         R"({"origin":"me","events":[{"type":"SEAT_BOOKED","showtimeId":"0123456789abcdef01234567","seatCode":"A1","version":1,"lockedByUserId":"x"}]})",
         R"({"origin":"me","events":[{"type":"SEAT_BOOKED","showtimeId":"0123456789abcdef01234567","seatCode":"A1","version":1,"lockExpiresAt":5}]})"}) {
        EXPECT_FALSE(parse_feed_message(bad)) << bad;
    }
}

TEST(RedisFeed, TellsTheOthersAndNotOneself) {
    const std::string channel = "test:" + random_word();
    Instance one(shared_redis(), "one", channel);
    Instance two(shared_redis(), "two", channel);
    ASSERT_TRUE(soon([&] { return one.connected == 1 && two.connected == 1; }));
    EXPECT_EQ(one.feed.problem(), std::nullopt);
    std::vector<domain::SeatEvent> events;
    for (int i = 0; i < 1000; ++i) events.push_back(locked_seat("A" + std::to_string(i), i));
    one.feed.publish(events);
    two.feed.publish(std::vector{locked_seat("B1", 7)});
    ASSERT_TRUE(soon([&] { return two.heard().size() == 1000 && one.heard().size() == 1; }));
    const auto heard = two.heard();
    for (std::size_t i = 0; i < heard.size(); ++i) ASSERT_TRUE(same(heard[i], events[i])) << i;
    EXPECT_EQ(one.heard()[0].seat_code, "B1");
    // 256 events in one message; counted when Redis has answered, which may be after it was heard.
    EXPECT_TRUE(soon([&] { return one.observed.calls("redis", "feed.publish") >= 4; }));
    EXPECT_EQ(one.observed.calls("redis", "feed.publish"), 4);
    EXPECT_EQ(one.feed.dropped_events(), 0u);
}

TEST(RedisFeed, TellsWhenItHasToReadAgain) {
    RedisServer server;
    Instance one(server.address(), "one", "c");
    Instance two(server.address(), "two", "c");
    ASSERT_TRUE(soon([&] { return one.connected == 1 && two.connected == 1; }));
    RedisObserver(server.address()).ask({"CLIENT", "KILL", "TYPE", "pubsub"});
    EXPECT_TRUE(soon([&] { return one.connected == 2 && two.connected == 2; }));
    server.kill_it();
    EXPECT_TRUE(soon([&] { return one.disconnected == 2 && two.disconnected == 2; }));
    server.start();
    EXPECT_TRUE(soon([&] { return two.connected == 3 && one.connected == 3; }));
    one.feed.publish(std::vector{locked_seat("A1", 1)});
    EXPECT_TRUE(soon([&] { return two.heard().size() == 1; }));
    EXPECT_EQ(two.observed.lines_with("\"subscription\""), 5) << two.observed.log();
}

TEST(RedisFeed, NoticesAConnectionThatNoLongerAnswers) {
    const RedisServer server;
    TcpProxy proxy(server.port());
    Instance one(server.address(), "one", "c");
    Instance two({.host = "127.0.0.1", .port = proxy.port()}, "two", "c");
    ASSERT_TRUE(soon([&] { return one.connected == 1 && two.connected == 1; }));
    std::this_thread::sleep_for(2s);  // silence alone is no reason: it asks, and is answered
    EXPECT_EQ(two.disconnected, 0);
    const Stopwatch watch;
    proxy.stall(true);
    EXPECT_TRUE(soon([&] { return two.disconnected == 1; }, 6s));
    EXPECT_LT(watch.elapsed(), 5s);
    proxy.stall(false);
    EXPECT_TRUE(soon([&] { return two.connected == 2; }));
    one.feed.publish(std::vector{locked_seat("A1", 1)});
    EXPECT_TRUE(soon([&] { return two.heard().size() == 1; }));
}

TEST(RedisFeed, WhatWasDroppedMakesTheOthersReadAgain) {
    const RedisServer server;
    TcpProxy proxy(server.port());
    Instance one({.host = "127.0.0.1", .port = proxy.port()}, "one", "c", 10);
    Instance two(server.address(), "two", "c");
    ASSERT_TRUE(soon([&] { return one.connected == 1 && two.connected == 1; }));
    proxy.stall(true);
    const Stopwatch watch;
    // More than one batch may be on its way when the queue begins to fill.
    for (int i = 0; i < 1000; ++i) one.feed.publish(std::vector{locked_seat("A1", i)});
    EXPECT_LT(watch.elapsed(), 200ms);
    EXPECT_GT(one.feed.dropped_events(), 0u);
    EXPECT_EQ(two.resynced, 0);
    proxy.stall(false);
    EXPECT_TRUE(soon([&] { return two.resynced > 0; }));
    EXPECT_EQ(one.resynced, 0);
}

TEST(RedisFeed, PassesOverWhatItCannotRead) {
    const std::string channel = "test:" + random_word();
    Instance two(shared_redis(), "two", channel);
    ASSERT_TRUE(soon([&] { return two.connected == 1; }));
    RedisObserver stranger(shared_redis());
    stranger.ask({"PUBLISH", channel, "{\"origin\":"});
    stranger.ask({"PUBLISH", channel, "\xff\xfe"});
    stranger.ask({"PUBLISH", channel, feed_events_json("one", std::vector{locked_seat("A1", 1)})});
    EXPECT_TRUE(soon([&] { return two.heard().size() == 1; }));
    EXPECT_EQ(two.feed.broken_messages(), 2u);
    EXPECT_EQ(two.disconnected, 0);
}

TEST(RedisFeed, AListenerThatThrowsHearsTheNextOne) {
    const std::string channel = "test:" + random_word();
    Observed observed;
    RedisClient client({.address = shared_redis()}, observed.metrics(), observed.logger());
    std::atomic<int> heard{0}, connected{0};
    RedisFeed feed(client, {.channel = channel, .instance_id = "two"},
                   {.events =
                        [&](std::span<const domain::SeatEvent>) {
                            if (++heard == 1) throw std::runtime_error("oh");
                        },
                    .connected = [&] { ++connected; },
                    .disconnected = [] {},
                    .resync = [] {}},
                   observed.metrics(), observed.logger());
    ASSERT_TRUE(soon([&] { return connected == 1; }));
    RedisObserver stranger(shared_redis());
    for (int i = 0; i < 2; ++i) {
        stranger.ask(
            {"PUBLISH", channel, feed_events_json("one", std::vector{locked_seat("A1", 1)})});
    }
    EXPECT_TRUE(soon([&] { return heard == 2; }));
    EXPECT_EQ(observed.lines_with("feed_listener_failed"), 1) << observed.log();
}

TEST(RedisFeed, StopsWithinASecondWhateverTheServerDoes) {
    RedisServer server;
    Instance two(server.address(), "two", "c");
    ASSERT_TRUE(soon([&] { return two.connected == 1; }));
    server.freeze();
    const Stopwatch watch;
    two.feed.stop();
    EXPECT_LT(watch.elapsed(), 1s);
}

}  // namespace cinema::cluster
