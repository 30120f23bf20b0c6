#include "simulation/kernel/parking.hpp"

#include <algorithm>
#include <utility>

namespace cinema::simulation {

Awaitable<void> Parking::wait(Ticket ticket) {
    auto park = [state = state_.get(), ticket](auto handler) {
        state->waiting.emplace(ticket, std::move(handler));
    };
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
        std::move(park), boost::asio::use_awaitable);
}

void Parking::wake_after(Moment delay, Ticket ticket) {
    scheduler_.after(delay, [&scheduler = scheduler_, state = state_, ticket] {
        wake(scheduler, state, ticket);
    });
}

void Parking::wake(const Scheduler& scheduler, const std::shared_ptr<State>& state, Ticket ticket) {
    const auto found = state->waiting.find(ticket);
    if (found == state->waiting.end()) return;
    if (state->paused_until > scheduler.now()) {
        state->overslept.push_back(ticket);
        return;
    }
    Scheduler::Action resume = std::move(found->second);
    state->waiting.erase(found);
    resume();
}

void Parking::pause(Moment until) {
    state_->paused_until = std::max(state_->paused_until, until);
    release_after(until - scheduler_.now());
}

void Parking::resume() {
    state_->paused_until = {};
    release_after(Moment{});
}

void Parking::release_after(Moment delay) {
    scheduler_.after(delay, [&scheduler = scheduler_, state = state_] {
        if (state->paused_until > scheduler.now()) return;
        for (const Ticket ticket : std::exchange(state->overslept, {})) {
            scheduler.after(Moment{},
                            [&scheduler, state, ticket] { wake(scheduler, state, ticket); });
        }
    });
}

void Parking::drop_all() {
    // A coroutine's frames are taken apart through its executor, so by settle().
    state_->waiting.clear();
    scheduler_.settle();
    state_->overslept.clear();
    state_->paused_until = {};
}

}  // namespace cinema::simulation
