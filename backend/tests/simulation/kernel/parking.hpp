#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "simulation/kernel/scheduler.hpp"

namespace cinema::simulation {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

/// Where the coroutines of one process wait. They are its memory: drop_all() is its death, pause()
/// its sleep.
class Parking {
  public:
    using Ticket = std::uint64_t;

    explicit Parking(Scheduler& scheduler)
        : scheduler_(scheduler), state_(std::make_shared<State>()) {}
    ~Parking() { drop_all(); }
    Parking(const Parking&) = delete;
    Parking& operator=(const Parking&) = delete;

    Awaitable<void> sleep(Moment delay) {
        const Ticket ticket = take_ticket();
        wake_after(delay, ticket);
        return wait(ticket);
    }

    /// A place to wait at until somebody calls wake_after() for it; the first one counts.
    Ticket take_ticket() { return state_->next++; }
    Awaitable<void> wait(Ticket ticket);
    void wake_after(Moment delay, Ticket ticket);

    /// Nobody wakes before `until`, or resume().
    void pause(Moment until);
    void resume();

    /// Ends every coroutine where it stands: nothing of it runs any more but destructors.
    void drop_all();

  private:
    struct State {
        std::map<Ticket, Scheduler::Action> waiting;
        std::vector<Ticket> overslept;  ///< woken during a pause
        Ticket next = 1;
        Moment paused_until{};
    };
    void release_after(Moment delay);
    static void wake(const Scheduler& scheduler, const std::shared_ptr<State>& state,
                     Ticket ticket);

    Scheduler& scheduler_;
    std::shared_ptr<State> state_;  ///< shared with what wakes, which may be too late
};

}  // namespace cinema::simulation
