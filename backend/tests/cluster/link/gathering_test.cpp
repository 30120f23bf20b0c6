#include "cluster/link/gathering.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace cinema::cluster {
namespace {

using domain::Result;

/// Doubles numbers; a trip waits at the gate while it is closed.
class GatheringTest : public testing::Test {
  protected:
    using Doubling = Gathering<int, int>;

    std::vector<Result<int>> trip(const std::vector<int>& numbers) {
        {
            std::unique_lock lock(mutex_);
            sizes_.push_back(numbers.size());
            changed_.notify_all();
            changed_.wait(lock, [&] { return open_; });
        }
        std::vector<Result<int>> answers;
        for (const int number : numbers) {
            if (number == kThrows) throw std::runtime_error("thrown by the trip");
            if (number == kRefused) {
                answers.push_back(domain::fail(domain::Errc::unavailable, "refused"));
            } else {
                answers.push_back(2 * number);
            }
        }
        return answers;
    }

    boost::asio::awaitable<void> ask(int number) {
        try {
            const auto answer = co_await gathering_(number);
            if (answer && *answer == 2 * number) ++right_;
            if (!answer && number == kRefused) ++refused_;
        } catch (const std::runtime_error&) {
            ++thrown_;
        }
    }
    void start(int number) { boost::asio::co_spawn(pool_, ask(number), boost::asio::detached); }
    /// Until so many trips have set out.
    void wait_for_trips(std::size_t count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return sizes_.size() >= count; });
    }
    void open() {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }

    static constexpr int kThrows = -1;
    static constexpr int kRefused = -2;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
    std::vector<std::size_t> sizes_;  ///< of the trips so far
    std::atomic<int> right_{0};
    std::atomic<int> refused_{0};
    std::atomic<int> thrown_{0};
    Doubling gathering_{[this](const auto& numbers) { return trip(numbers); }};
    boost::asio::thread_pool pool_{4};
};

TEST_F(GatheringTest, AloneACallSetsOutAtOnce) {
    open();
    for (int i = 0; i < 3; ++i) {
        start(i);
        wait_for_trips(static_cast<std::size_t>(i) + 1);
    }
    pool_.join();
    EXPECT_EQ(right_, 3);
    EXPECT_EQ(sizes_, (std::vector<std::size_t>{1, 1, 1}));
}

TEST_F(GatheringTest, WhatComesMeanwhileGoesTogether) {
    start(1);
    wait_for_trips(1);
    start(2);
    wait_for_trips(2);
    for (int i = 3; i <= 102; ++i) start(i);
    // A thread is left for them to come to the gathering.
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    open();
    pool_.join();
    EXPECT_EQ(right_, 102);
    EXPECT_EQ(std::accumulate(sizes_.begin(), sizes_.end(), std::size_t{0}), 102U);
    EXPECT_EQ(sizes_.at(2), 64U) << "as many as may go together";
    EXPECT_LE(sizes_.size(), 6U);
}

TEST_F(GatheringTest, EachGetsItsOwnAnswer) {
    start(1);
    wait_for_trips(1);
    start(2);
    wait_for_trips(2);
    for (int i = 0; i < 20; ++i) start(i % 2 == 0 ? kRefused : 100 + i);
    open();
    pool_.join();
    EXPECT_EQ(right_, 12);
    EXPECT_EQ(refused_, 10);
}

TEST_F(GatheringTest, WhatATripThrowsAllOfItGet) {
    start(1);
    wait_for_trips(1);
    start(2);
    wait_for_trips(2);
    start(3);
    start(kThrows);
    start(5);
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    open();
    pool_.join();
    EXPECT_EQ(right_, 2) << "the trips before";
    EXPECT_EQ(thrown_, 3);
    // It goes on afterwards.
    boost::asio::thread_pool another(1);
    boost::asio::co_spawn(another, ask(7), boost::asio::detached);
    another.join();
    EXPECT_EQ(right_, 3);
}

TEST_F(GatheringTest, ManyThreadsLoseNothing) {
    open();
    for (int i = 0; i < 20'000; ++i) start(i);
    pool_.join();
    EXPECT_EQ(right_, 20'000);
}

}  // namespace
}  // namespace cinema::cluster
