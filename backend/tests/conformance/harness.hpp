#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/store.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"
#include "support/wait_for.hpp"

/// What every engine must do, written against the ports alone: the suite does not know which
/// engine it talks to. An engine's tests include the behaviours and instantiate them with a
/// factory.
namespace cinema::conformance {

/// A clock that moves only when told. Any thread.
class ManualClock final : public env::Clock {
  public:
    domain::UtcTime now() const override {
        return domain::UtcTime{std::chrono::milliseconds{now_ms_.load()}};
    }
    void advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }
    void set(domain::UtcTime time) { now_ms_ = time.time_since_epoch().count(); }

  private:
    std::atomic<std::int64_t> now_ms_{1'790'000'000'000};  // in September 2026
};

/// One engine with its ports, empty but for what the test puts in. Holds last 300 s; at most 10
/// seats in a booking.
class EngineUnderTest {
  public:
    virtual ~EngineUnderTest() = default;
    /// All of them but the outbox.
    virtual engine::Store& ports() = 0;
    /// Whose events are in the audit log when relay() has answered.
    virtual events::Outbox& outbox() = 0;
    virtual ManualClock& clock() = 0;
    virtual env::IdSource& ids() = 0;
    /// Every seat event so far, in the order it was given to the feed. Any thread.
    virtual std::vector<domain::SeatEvent> seat_events() = 0;
};

struct EngineFactory {
    std::string name;
    std::function<std::unique_ptr<EngineUnderTest>()> make;

    friend std::ostream& operator<<(std::ostream& out, const EngineFactory& factory) {
        return out << factory.name;
    }
};

inline constexpr std::chrono::seconds kHoldTime{300};

template <class T>
using Call = std::function<booking::Awaitable<T>()>;

/// Runs all calls at the same time from several threads; answers in the order of the calls.
template <class T>
std::vector<T> at_once(const std::vector<Call<T>>& calls) {
    constexpr int kThreads = 4;
    boost::asio::io_context context(kThreads);
    std::vector<std::optional<T>> answers(calls.size());
    std::vector<std::exception_ptr> failures(calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) {
        boost::asio::co_spawn(context, calls[i](), [&, i](std::exception_ptr thrown, T value) {
            failures[i] = thrown;
            answers[i].emplace(std::move(value));
        });
    }
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back([&] { context.run(); });
    for (auto& thread : threads) thread.join();
    std::vector<T> results;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (failures[i]) std::rethrow_exception(failures[i]);
        results.push_back(std::move(*answers[i]));
    }
    return results;
}

/// The error's code, or nullopt for success: for EXPECT_EQ with a readable failure.
template <class T>
std::optional<domain::Errc> error_of(const domain::Result<T>& result) {
    return result ? std::nullopt : std::optional(result.error().code);
}

}  // namespace cinema::conformance
