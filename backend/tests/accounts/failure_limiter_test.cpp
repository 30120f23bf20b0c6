#include "accounts/failure_limiter.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace cinema::accounts {

namespace {

domain::UtcTime at(int seconds) {
    return domain::UtcTime{std::chrono::seconds{seconds}};
}

TEST(FailureLimiter, LetsTheWindowSlide) {
    FailureLimiter limiter(3, 100);
    EXPECT_EQ(limiter.attempt("a", at(0)), std::nullopt);
    EXPECT_EQ(limiter.attempt("a", at(10)), std::nullopt);
    EXPECT_EQ(limiter.attempt("a", at(20)), std::nullopt);
    EXPECT_EQ(limiter.attempt("a", at(30)), 70);
    EXPECT_EQ(limiter.attempt("a", at(99)), 1) << "a refused attempt does not count";
    EXPECT_EQ(limiter.attempt("a", at(100)), std::nullopt) << "the first is forgotten";
    EXPECT_EQ(limiter.attempt("a", at(101)), 9) << "until the second is";
}

TEST(FailureLimiter, RoundsTheWaitUp) {
    FailureLimiter limiter(1, 10);
    EXPECT_EQ(limiter.attempt("a", at(0)), std::nullopt);
    EXPECT_EQ(limiter.attempt("a", at(9) + std::chrono::milliseconds{999}), 1);
    EXPECT_EQ(limiter.attempt("a", at(0) + std::chrono::milliseconds{1}), 10);
}

TEST(FailureLimiter, CountsEachKeyAlone) {
    FailureLimiter limiter(1, 100);
    EXPECT_EQ(limiter.attempt("a", at(0)), std::nullopt);
    EXPECT_EQ(limiter.attempt("b", at(0)), std::nullopt);
    EXPECT_TRUE(limiter.attempt("a", at(1)));
}

TEST(FailureLimiter, TakesAttemptsBack) {
    FailureLimiter limiter(2, 100);
    EXPECT_EQ(limiter.attempt("a", at(0)), std::nullopt);
    EXPECT_EQ(limiter.attempt("a", at(50)), std::nullopt);
    limiter.withdraw("a");
    EXPECT_EQ(limiter.attempt("a", at(60)), std::nullopt);
    EXPECT_EQ(limiter.attempt("a", at(61)), 39) << "the first still counts";
    limiter.clear("a");
    EXPECT_EQ(limiter.keys(), 0u);
    EXPECT_EQ(limiter.attempt("a", at(62)), std::nullopt);
    limiter.withdraw("unknown");
    limiter.clear("unknown");
    EXPECT_EQ(limiter.keys(), 1u);
}

TEST(FailureLimiter, ForgetsTheKeyLongestWithoutAnAttempt) {
    FailureLimiter limiter(1, 1000, 3);
    limiter.attempt("a", at(0));
    limiter.attempt("b", at(1));
    limiter.attempt("c", at(2));
    EXPECT_TRUE(limiter.attempt("a", at(3))) << "and now a is the latest";
    limiter.attempt("d", at(4));
    EXPECT_EQ(limiter.keys(), 3u);
    EXPECT_TRUE(limiter.attempt("a", at(5)));
    EXPECT_EQ(limiter.attempt("b", at(6)), std::nullopt) << "forgotten for d";
    for (int i = 0; i < 100; ++i) limiter.attempt(std::to_string(i), at(7));
    EXPECT_EQ(limiter.keys(), 3u);
}

TEST(FailureLimiter, LocksNobodyOutWhenTheClockIsSetBack) {
    FailureLimiter limiter(1, 100);
    EXPECT_EQ(limiter.attempt("a", at(100'000)), std::nullopt);
    EXPECT_EQ(limiter.attempt("a", at(0)), 100);
}

TEST(FailureLimiter, CountsRightFromManyThreads) {
    FailureLimiter limiter(100, 1000);
    std::atomic<int> allowed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 100; ++i) allowed += limiter.attempt("a", at(i)) ? 0 : 1;
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(allowed, 100);
}

}  // namespace

}  // namespace cinema::accounts
