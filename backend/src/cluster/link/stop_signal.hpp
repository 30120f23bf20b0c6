#pragma once

#include <atomic>
#include <chrono>

namespace cinema::cluster {

/// Ends the waits of a background thread. Any thread may set it, once for good.
class StopSignal {
  public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    void set();
    bool is_set() const { return set_.load(std::memory_order_relaxed); }

    /// Waits; true when the signal is set.
    bool wait_for(std::chrono::milliseconds time) const;
    /// Waits until the descriptor can be read; false when the time has passed or the signal is set.
    bool wait_readable(int descriptor, std::chrono::milliseconds time) const;

  private:
    std::atomic<bool> set_{false};
    int event_ = -1;
};

}  // namespace cinema::cluster
