#include "cluster/link/gathering.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <vector>

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
    /// Until all of them wait in the gathering, whose trips are all under way.
    void let_wait(const std::vector<int>& numbers) {
        for (const int number : numbers) {
            boost::asio::co_spawn(waiting_, ask(number), boost::asio::detached);
        }
        waiting_.poll();
    }
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
    /// Until every call has its answer.
    void finish() {
        pool_.join();
        waiting_.run();
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
    boost::asio::io_context waiting_;  ///< run by the test's own thread
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
    std::vector<int> numbers(100);
    std::iota(numbers.begin(), numbers.end(), 3);
    let_wait(numbers);
    open();
    finish();
    EXPECT_EQ(right_, 102);
    std::ranges::sort(sizes_);  // the last two set out at once
    EXPECT_EQ(sizes_, (std::vector<std::size_t>{1, 1, 36, 64})) << "at most 64 go together";
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
    let_wait({3, kThrows, 5});
    open();
    finish();
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
