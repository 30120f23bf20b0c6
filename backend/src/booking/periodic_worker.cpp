#include "booking/periodic_worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

namespace cinema::booking {

namespace {

constexpr std::chrono::minutes kTellInterval{1};

}  // namespace

struct PeriodicWorker::State {
    boost::asio::any_io_executor executor;
    PeriodicWorkerOptions options;
    WorkRound round;
    telemetry::Metrics& metrics;
    telemetry::Logger& logger;
    boost::asio::steady_timer timer;
    // On the executor only:
    bool stopping = false;
    std::size_t failures = 0;  ///< in a row
    std::chrono::steady_clock::time_point told{};
};

PeriodicWorker::PeriodicWorker(boost::asio::any_io_executor executor, PeriodicWorkerOptions options,
                               WorkRound round, telemetry::Metrics& metrics,
                               telemetry::Logger& logger)
    : state_(std::make_shared<State>(State{.executor = executor,
                                           .options = std::move(options),
                                           .round = std::move(round),
                                           .metrics = metrics,
                                           .logger = logger,
                                           .timer = boost::asio::steady_timer(executor)})) {}

PeriodicWorker::~PeriodicWorker() {
    stop();
}

void PeriodicWorker::start() {
    boost::asio::co_spawn(state_->executor, loop(state_), boost::asio::detached);
}

void PeriodicWorker::stop() {
    boost::asio::post(state_->executor, [state = state_] {
        state->stopping = true;
        state->timer.cancel();
    });
}

Awaitable<void> PeriodicWorker::loop(std::shared_ptr<State> state) {
    while (!state->stopping) {
        co_await turn(*state);
        if (state->stopping) break;
        state->timer.expires_after(state->options.interval);
        boost::system::error_code cancelled;
        co_await state->timer.async_wait(
            boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
    }
}

/// Rounds until one is not full, fails, or stop() was called.
Awaitable<void> PeriodicWorker::turn(State& state) {
    try {
        while (!state.stopping) {
            const auto done = co_await state.round(state.options.limit);
            if (!done) {
                failed(state, done.error().detail);
                break;
            }
            if (state.failures != 0) {
                state.logger.info("worker_recovered",
                                  telemetry::LogField("worker", state.options.name),
                                  telemetry::LogField("failures", state.failures));
                state.failures = 0;
            }
            if (*done < state.options.limit) break;
        }
    } catch (const std::exception& error) {
        failed(state, error.what());
    }
}

/// Every failure is counted; of a series the first is told, and one every minute.
void PeriodicWorker::failed(State& state, std::string_view error) {
    state.metrics.dependency_errors(state.options.name).Increment();
    const auto now = std::chrono::steady_clock::now();
    if (++state.failures != 1 && now - state.told < kTellInterval) return;
    state.told = now;
    state.logger.error("worker_failed", telemetry::LogField("worker", state.options.name),
                       telemetry::LogField("error", error),
                       telemetry::LogField("failures", state.failures));
}

}  // namespace cinema::booking
