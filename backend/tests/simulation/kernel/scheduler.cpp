#include "simulation/kernel/scheduler.hpp"

#include <algorithm>

namespace cinema::simulation {

void Scheduler::after(Moment delay, Action action) {
    planned_.push_back({now_ + delay, order_++, std::move(action)});
    std::push_heap(planned_.begin(), planned_.end(), later);
}

void Scheduler::run_until(Moment end, const std::function<bool()>& stop) {
    while (!planned_.empty() && planned_.front().when <= end) {
        std::pop_heap(planned_.begin(), planned_.end(), later);
        Planned next = std::move(planned_.back());
        planned_.pop_back();
        now_ = next.when;
        ++count_;
        next.action();
        context_.poll();
        if (stop()) return;
    }
    now_ = end;
}

}  // namespace cinema::simulation
