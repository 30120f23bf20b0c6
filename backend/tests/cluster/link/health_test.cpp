#include "cluster/link/health.hpp"

#include <gtest/gtest.h>

#include "cluster/link/backoff.hpp"
#include "cluster/link/resolve.hpp"
#include "cluster/link/stop_signal.hpp"
#include "cluster/link/test_support.hpp"

namespace cinema::cluster {

using namespace std::chrono_literals;

TEST(Health, IsDownUntilReached) {
    Observed observed;
    Health health("redis", "commands", observed.metrics(), observed.logger());
    EXPECT_FALSE(health.up());
    EXPECT_EQ(health.problem(), "not reached yet");
    health.reached();
    EXPECT_TRUE(health.up());
    EXPECT_EQ(health.problem(), std::nullopt);
}

TEST(Health, LogsOnceDownAndOnceUpAndCountsEveryFailure) {
    Observed observed;
    Health health("redis", "commands", observed.metrics(), observed.logger());
    for (int round = 1; round <= 2; ++round) {
        health.reached();
        health.reached();
        for (int i = 0; i < 5; ++i) health.failed("no answer in time");
        EXPECT_EQ(health.problem(), "no answer in time");
        EXPECT_EQ(observed.lines_with("dependency_down"), round) << observed.log();
        EXPECT_EQ(observed.lines_with("dependency_up"), round) << observed.log();
        EXPECT_EQ(observed.errors("redis"), 5 * round);
    }
}

TEST(Health, ARefusalIsNoOutageAndIsNotLoggedAgainAndAgain) {
    Observed observed;
    Health health("redis", "commands", observed.metrics(), observed.logger());
    health.reached();
    for (int i = 0; i < 5; ++i) health.refused("OOM");
    EXPECT_TRUE(health.up());
    EXPECT_EQ(observed.lines_with("dependency_refused"), 1) << observed.log();
    EXPECT_EQ(observed.errors("redis"), 5);
}

TEST(Backoff, DoublesUpToItsLimitWithinHalf) {
    Backoff backoff(100ms, 500ms);
    for (const auto whole : {100ms, 200ms, 400ms, 500ms, 500ms}) {
        const auto pause = backoff.next();
        EXPECT_LE(pause, whole);
        EXPECT_GE(pause, whole / 2);
    }
    backoff.reset();
    EXPECT_LE(backoff.next(), 100ms);
}

TEST(StopSignal, EndsAWaitAtOnce) {
    StopSignal stop;
    EXPECT_FALSE(stop.wait_for(1ms));
    std::thread other([&] {
        std::this_thread::sleep_for(20ms);
        stop.set();
    });
    const Stopwatch watch;
    EXPECT_TRUE(stop.wait_for(10s));
    EXPECT_LT(watch.elapsed(), 5s);
    EXPECT_TRUE(stop.is_set());
    other.join();
}

TEST(Resolve, NamesAndAddresses) {
    EXPECT_EQ(resolve("127.0.0.1", 1s), std::vector<std::string>{"127.0.0.1"});
    const auto local = resolve("localhost", 1s);
    ASSERT_TRUE(local) << local.error();
    EXPECT_EQ(local->front(), "127.0.0.1");
    const auto unknown = resolve("no-such-host.invalid", 2s);
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().find("resolved"), std::string::npos) << unknown.error();
}

}  // namespace cinema::cluster
