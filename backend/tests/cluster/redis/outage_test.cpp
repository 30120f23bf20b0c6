#include <algorithm>

#include "cluster/redis/client.hpp"
#include "cluster/redis/redis_under_test.hpp"

namespace cinema::cluster {

using namespace std::chrono_literals;

namespace {

const std::string kPing = redis_command({"PING"});

bool answers(RedisClient& client) {
    return client.call(kPing).has_value();
}

}  // namespace

TEST(RedisOutage, ServerGoneAndBack) {
    RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address()}, observed.metrics(), observed.logger());
    ASSERT_TRUE(answers(client));
    EXPECT_EQ(client.problem(), std::nullopt);
    for (int round = 1; round <= 2; ++round) {
        server.kill_it();
        EXPECT_FALSE(answers(client));
        EXPECT_TRUE(client.problem());
        server.start();
        EXPECT_TRUE(soon([&] { return answers(client); }, 2s));
        EXPECT_EQ(client.problem(), std::nullopt);
        EXPECT_EQ(observed.lines_with("dependency_down"), round) << observed.log();
        EXPECT_EQ(observed.lines_with("dependency_up"), round + 1) << observed.log();
    }
}

TEST(RedisOutage, AnIdleClientNoticesByItself) {
    RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address()}, observed.metrics(), observed.logger());
    ASSERT_EQ(client.problem(), std::nullopt);
    server.kill_it();
    EXPECT_TRUE(soon([&] { return client.problem().has_value(); }, 3s));
    server.start();
    EXPECT_TRUE(soon([&] { return !client.problem(); }, 3s));
}

TEST(RedisOutage, AStalledServerCostsOneTimeLimitAndThenNothing) {
    RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address()}, observed.metrics(), observed.logger());
    ASSERT_TRUE(answers(client));
    server.freeze();
    const Stopwatch first;
    const auto failed = client.call(kPing);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, domain::Errc::unavailable);
    EXPECT_GE(first.elapsed(), 200ms);
    EXPECT_LT(first.elapsed(), 600ms);
    const Stopwatch more;
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(answers(client));
    EXPECT_LT(more.elapsed(), 100ms);
    EXPECT_EQ(observed.lines_with("dependency_down"), 1) << observed.log();
    EXPECT_NE(observed.log().find("no answer in time"), std::string::npos) << observed.log();
    server.thaw();
    EXPECT_TRUE(soon([&] { return answers(client); }, 2s));
}

TEST(RedisOutage, ManyCallsWaitNoLongerThanTheirLimits) {
    RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address(), .connections_max = 2}, observed.metrics(),
                       observed.logger());
    ASSERT_TRUE(answers(client));
    server.freeze();
    std::vector<std::thread> threads;
    std::atomic<int> slow{0};
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            const Stopwatch watch;
            if (answers(client) || watch.elapsed() > 800ms) ++slow;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(slow, 0);
    server.thaw();
    EXPECT_TRUE(soon([&] { return answers(client); }, 2s));
}

TEST(RedisOutage, AServerThatIsAwayAtTheStartIsNoError) {
    const std::uint16_t nobody = free_port();
    Observed observed;
    const Stopwatch watch;
    RedisClient client({.address = {.host = "127.0.0.1", .port = nobody}}, observed.metrics(),
                       observed.logger());
    EXPECT_LT(watch.elapsed(), 1500ms);
    EXPECT_FALSE(answers(client));
    ASSERT_TRUE(client.problem());
    EXPECT_NE(client.problem()->find("refused"), std::string::npos) << *client.problem();
}

TEST(RedisOutage, StopsWithinASecondWhateverTheServerDoes) {
    RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address()}, observed.metrics(), observed.logger());
    auto& counter = observed.metrics().dependency_calls("redis", "test");
    server.freeze();
    for (int i = 0; i < 1000; ++i) {
        client.post({.text = kPing, .script = nullptr, .calls = &counter, .lost = nullptr});
    }
    const Stopwatch watch;
    client.stop();
    EXPECT_LT(watch.elapsed(), 1s);
}

TEST(RedisOutage, WhatWasPostedIsSentWhenTheServerIsBack) {
    RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address()}, observed.metrics(), observed.logger());
    ASSERT_TRUE(answers(client));
    auto& counter = observed.metrics().dependency_calls("redis", "test");
    server.kill_it();
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(client.post({.text = redis_command({"SADD", "all", std::to_string(i)}),
                                 .script = nullptr,
                                 .calls = &counter,
                                 .lost = nullptr}));
    }
    server.start();
    EXPECT_TRUE(soon([&] { return counter.Value() == 1000; }));
    EXPECT_EQ(RedisObserver(server.address()).number({"SCARD", "all"}), 1000);
}

TEST(RedisOutage, TheQueueIsBounded) {
    RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address(), .queue_max = 10}, observed.metrics(),
                       observed.logger());
    auto& counter = observed.metrics().dependency_calls("redis", "test");
    server.kill_it();
    ASSERT_FALSE(answers(client));
    const auto lost = std::make_shared<std::atomic<bool>>(false);
    int taken = 0;
    for (int i = 0; i < 50; ++i) {
        taken += client.post({.text = kPing, .script = nullptr, .calls = &counter, .lost = lost})
                     ? 1
                     : 0;
    }
    EXPECT_EQ(taken, 10);
    EXPECT_TRUE(*lost);
}

TEST(RedisOutage, ConnectionsThatTheServerHasClosedAreNotUsed) {
    const RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address()}, observed.metrics(), observed.logger());
    ASSERT_TRUE(answers(client));
    RedisObserver(server.address()).ask({"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"});
    std::this_thread::sleep_for(1200ms);  // the background thread has found out; we look ourselves
    EXPECT_TRUE(soon([&] { return answers(client); }, 1s));
    std::this_thread::sleep_for(1200ms);
    EXPECT_TRUE(answers(client));
}

TEST(RedisOutage, CallsMadeAtOnceShareTheirConnections) {
    const RedisServer server;
    Observed observed;
    RedisClient client({.address = server.address(), .connections_max = 3}, observed.metrics(),
                       observed.logger());
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 200; ++round) failed += answers(client) ? 0 : 1;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0);
    const std::string clients = RedisObserver(server.address()).text({"CLIENT", "LIST"});
    EXPECT_LE(std::ranges::count(clients, '\n'), 3 + 1 + 1);  // the pool, the background, this one
}

TEST(RedisLogin, PasswordUserAndDatabase) {
    const RedisServer server(
        {"--requirepass", "s3cret", "--user", "app", "on", ">pw4app", "~*", "&*", "+@all"});
    RedisAddress address = server.address();
    address.password = "s3cret";
    address.database = 5;
    RedisObserver(address).ask({"SET", "here", "5"});
    Observed observed;
    RedisClient client({.address = address}, observed.metrics(), observed.logger());
    const auto reply = client.call(redis_command({"GET", "here"}));
    ASSERT_TRUE(reply) << reply.error().detail;
    EXPECT_EQ(text_of(**reply), "5");

    address.user = "app";
    address.password = "pw4app";
    RedisClient other({.address = address}, observed.metrics(), observed.logger());
    EXPECT_TRUE(answers(other));
}

TEST(RedisLogin, AWrongPasswordIsToldWithoutIt) {
    const RedisServer server({"--requirepass", "s3cret"});
    RedisAddress address = server.address();
    address.password = "wr0ng";
    Observed observed;
    RedisClient client({.address = address}, observed.metrics(), observed.logger());
    EXPECT_FALSE(answers(client));
    ASSERT_TRUE(client.problem());
    EXPECT_NE(client.problem()->find("login was refused"), std::string::npos) << *client.problem();
    EXPECT_EQ(observed.log().find("wr0ng"), std::string::npos) << observed.log();
}

}  // namespace cinema::cluster
