#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "telemetry/logger.hpp"

namespace cinema::cluster::mongo {

/// The gate before calls: closed by a call that failed, opened by a ping that was answered. While
/// it is closed, no thread of the pool waits for a server that is gone. A thread of its own pings:
/// at once after the gate closes and every 250 ms while it is closed, and every two seconds while
/// it is open, so that an idle server knows, too. Any thread.
class Health {
  public:
    static constexpr std::chrono::milliseconds kRetryInterval{250};
    static constexpr std::chrono::milliseconds kWatchInterval{2000};

    /// `ping` answers with what is wrong, or with an empty text; it must end by itself. Begins
    /// open, and pings at once.
    Health(std::function<std::string()> ping, telemetry::Logger& logger);
    /// Waits for the ping that may be under way.
    ~Health();
    Health(const Health&) = delete;
    Health& operator=(const Health&) = delete;

    bool healthy() const { return !down_.load(std::memory_order_acquire); }
    /// "MongoDB does not answer: …"; empty while healthy.
    std::string problem() const;

    /// A call failed: closes the gate.
    void failed(const std::string& why);

  private:
    void run();
    void answered();

    const std::function<std::string()> ping_;
    telemetry::Logger& logger_;
    std::atomic<bool> down_{false};
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::string why_;                                   // guarded by mutex_
    std::chrono::steady_clock::time_point down_since_;  // guarded by mutex_
    bool probe_now_ = true;                             // guarded by mutex_
    bool stopping_ = false;                             // guarded by mutex_
    std::thread thread_;                                ///< last: it uses everything above
};

}  // namespace cinema::cluster::mongo
