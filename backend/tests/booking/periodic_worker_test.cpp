#include "booking/periodic_worker.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <thread>

#include "booking/expiry_worker.hpp"
#include "domain/ensure.hpp"

namespace cinema::booking {
namespace {

using std::chrono::milliseconds;

class PeriodicWorkerTest : public testing::Test {
  protected:
    void start(WorkRound round, milliseconds interval = milliseconds{5}, std::size_t limit = 10) {
        worker_.emplace(context_.get_executor(),
                        PeriodicWorkerOptions{.name = "test", .interval = interval, .limit = limit},
                        std::move(round), metrics_, logger_);
        worker_->start();
    }
    /// Runs the worker until its round number `last` has begun, then stops it and waits.
    WorkRound counting(int last, std::function<domain::Result<std::size_t>(int)> answer) {
        return [this, last, answer = std::move(answer)](
                   std::size_t limit) -> Awaitable<domain::Result<std::size_t>> {
            limits_.push_back(limit);
            const int round = ++rounds_;
            if (round == last) worker_->stop();
            co_return answer(round);
        };
    }
    double errors() { return metrics_.dependency_errors("test").Value(); }

    boost::asio::io_context context_{1};
    telemetry::Metrics metrics_;
    telemetry::Logger logger_{telemetry::LogLevel::off};
    std::optional<PeriodicWorker> worker_;
    std::vector<std::size_t> limits_;
    int rounds_ = 0;
};

TEST_F(PeriodicWorkerTest, WorksAtIntervalsUntilStopped) {
    const auto started = std::chrono::steady_clock::now();
    start(counting(4, [](int) { return std::size_t{0}; }));
    context_.run();  // ends because nothing of the worker is left
    EXPECT_EQ(rounds_, 4);
    EXPECT_GE(std::chrono::steady_clock::now() - started, 3 * milliseconds{5});
    EXPECT_EQ(limits_, std::vector<std::size_t>(4, 10));
}

TEST_F(PeriodicWorkerTest, GoesOnAtOnceWhileRoundsAreFull) {
    // Rounds 1 to 5 are full: an hour's interval does not matter to them.
    start(counting(6, [](int round) { return std::size_t{round < 6 ? 10u : 9u}; }),
          std::chrono::hours{1});
    context_.run();
    EXPECT_EQ(rounds_, 6);
}

TEST_F(PeriodicWorkerTest, SurvivesErrorsAndExceptions) {
    start(counting(4, [](int round) -> domain::Result<std::size_t> {
        if (round == 1) return domain::fail(domain::Errc::unavailable, "no disk");
        domain::ensure(round != 2, "of this test");
        if (round == 3) throw std::runtime_error("anything");
        return 0;
    }));
    context_.run();
    EXPECT_EQ(rounds_, 4);
    EXPECT_EQ(errors(), 3);
}

TEST_F(PeriodicWorkerTest, AFailedRoundWaitsForTheNextTurn) {
    const auto started = std::chrono::steady_clock::now();
    start(counting(3, [](int) { return domain::fail(domain::Errc::overloaded, "full"); }));
    context_.run();
    EXPECT_GE(std::chrono::steady_clock::now() - started, 2 * milliseconds{5});
}

TEST_F(PeriodicWorkerTest, StopFromAnotherThreadEndsTheWaiting) {
    start([](std::size_t) -> Awaitable<domain::Result<std::size_t>> { co_return 0; },
          std::chrono::hours{1});
    std::thread stopper([&] {
        std::this_thread::sleep_for(milliseconds{20});
        worker_->stop();
    });
    context_.run();
    stopper.join();
}

TEST_F(PeriodicWorkerTest, StopLetsTheRunningRoundFinish) {
    bool finished = false;
    start([&](std::size_t) -> Awaitable<domain::Result<std::size_t>> {
        worker_->stop();
        boost::asio::steady_timer work(context_, milliseconds{20});
        co_await work.async_wait(boost::asio::use_awaitable);
        finished = true;
        co_return 10;  // full, and yet no other round begins
    });
    context_.run();
    EXPECT_TRUE(finished);
}

TEST_F(PeriodicWorkerTest, MayBeDestroyedBeforeItsRoundEnds) {
    bool finished = false;
    start([&](std::size_t) -> Awaitable<domain::Result<std::size_t>> {
        boost::asio::post(context_, [&] { worker_.reset(); });
        boost::asio::steady_timer work(context_, milliseconds{10});
        co_await work.async_wait(boost::asio::use_awaitable);
        finished = true;
        co_return 0;
    });
    context_.run();
    EXPECT_TRUE(finished);
}

/// An engine of which only expiry is asked.
class ExpiringEngine final : public BookingEngine {
  public:
    Awaitable<domain::Result<domain::Booking>> hold(HoldRequest) override { co_return refused(); }
    Awaitable<domain::Result<domain::Payment>> pay(domain::BookingId, domain::Actor) override {
        co_return refused();
    }
    Awaitable<domain::Result<domain::Booking>> confirm(domain::BookingId, domain::Actor) override {
        co_return refused();
    }
    Awaitable<domain::Result<domain::Booking>> cancel(domain::BookingId, domain::Actor) override {
        co_return refused();
    }
    Awaitable<domain::Result<std::size_t>> expire_overdue(std::size_t limit) override {
        const std::size_t now = std::min(limit, overdue);
        overdue -= now;
        if (overdue == 0 && on_empty) on_empty();
        co_return now;
    }

    std::size_t overdue = 25;
    std::function<void()> on_empty;

  private:
    static std::unexpected<domain::Error> refused() {
        return domain::fail(domain::Errc::unavailable, "Not part of this test.");
    }
};

TEST(ExpiryWorker, ExpiresAllThatIsOverdueInOneTurn) {
    boost::asio::io_context context(1);
    telemetry::Metrics metrics;
    telemetry::Logger logger(telemetry::LogLevel::off);
    ExpiringEngine engine;
    auto worker = make_expiry_worker(context.get_executor(), engine, std::chrono::hours{1}, 10,
                                     metrics, logger);
    engine.on_empty = [&] { worker.stop(); };
    worker.start();
    context.run();
    EXPECT_EQ(engine.overdue, 0u);
}

}  // namespace
}  // namespace cinema::booking
