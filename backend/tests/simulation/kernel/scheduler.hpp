#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace cinema::simulation {

/// Simulated time since the run's beginning.
using Moment = std::chrono::microseconds;

/// What happens when, on one thread and a clock of its own. Coroutines run on context(); whatever
/// makes them go on is an action, and each action runs until everything is suspended again.
class Scheduler {
  public:
    using Action = std::move_only_function<void()>;

    Scheduler() : context_(1), work_(context_.get_executor()) {}
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    Moment now() const { return now_; }
    std::uint64_t actions() const { return count_; }
    boost::asio::io_context& context() { return context_; }

    /// Actions of the same moment happen in the order they were asked for.
    void after(Moment delay, Action action);
    /// Runs everything up to and including `end`; stops early when `stop` says so.
    void run_until(Moment end, const std::function<bool()>& stop);
    /// Lets everything that can run without time going by do so.
    void settle() { context_.poll(); }
    /// Forgets all that was to happen.
    void clear() { planned_.clear(); }

  private:
    struct Planned {
        Moment when;
        std::uint64_t order;
        Action action;
    };
    static bool later(const Planned& a, const Planned& b) {
        return a.when != b.when ? a.when > b.when : a.order > b.order;
    }

    boost::asio::io_context context_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
    std::vector<Planned> planned_;  ///< a heap
    Moment now_{};
    std::uint64_t order_ = 0;
    std::uint64_t count_ = 0;
};

}  // namespace cinema::simulation
