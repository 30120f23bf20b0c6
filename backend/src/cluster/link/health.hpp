#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::cluster {

/// Whether a dependency answers, as the adapter has last seen it; down until it is first reached.
/// Failures are counted (cinema_dependency_errors_total); a line is logged when it goes down and
/// when it comes up. Any thread. What is told must not hold a secret.
class Health {
  public:
    /// `connection` tells several connections to one dependency apart in the log.
    Health(std::string dependency, std::string connection, telemetry::Metrics& metrics,
           telemetry::Logger& logger);

    bool up() const { return up_.load(std::memory_order_acquire); }
    /// Why it is down; nullopt when it is up.
    std::optional<std::string> problem() const;

    /// A call failed because the dependency could not be reached or did not answer.
    void failed(std::string_view why);
    /// It has answered.
    void reached();
    /// It has answered and refused: counted, and logged at most once in ten seconds.
    void refused(std::string_view why);

  private:
    const std::string dependency_;
    const std::string connection_;
    prometheus::Counter& errors_;
    telemetry::Logger& logger_;
    std::atomic<bool> up_{false};
    std::atomic<std::int64_t> next_refusal_line_{0};  ///< steady seconds
    mutable std::mutex mutex_;
    bool told_down_ = false;  ///< guarded by mutex_, as is:
    std::string problem_ = "not reached yet";
};

}  // namespace cinema::cluster
