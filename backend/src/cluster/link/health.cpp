#include "cluster/link/health.hpp"

#include <chrono>
#include <utility>

namespace cinema::cluster {

namespace {
constexpr std::int64_t kRefusalLineSeconds = 10;
}

Health::Health(std::string dependency, std::string connection, telemetry::Metrics& metrics,
               telemetry::Logger& logger)
    : dependency_(std::move(dependency)),
      connection_(std::move(connection)),
      errors_(metrics.dependency_errors(dependency_)),
      logger_(logger) {}

std::optional<std::string> Health::problem() const {
    const std::lock_guard lock(mutex_);
    if (up()) return std::nullopt;
    return problem_;
}

void Health::failed(std::string_view why) {
    errors_.Increment();
    const std::lock_guard lock(mutex_);
    up_.store(false, std::memory_order_release);
    problem_ = why;
    if (std::exchange(told_down_, true)) return;
    logger_.warn("dependency_down", telemetry::LogField("dependency", dependency_),
                 telemetry::LogField("connection", connection_), telemetry::LogField("error", why));
}

void Health::reached() {
    if (up()) return;
    const std::lock_guard lock(mutex_);
    if (up_.exchange(true, std::memory_order_acq_rel)) return;
    told_down_ = false;
    logger_.info("dependency_up", telemetry::LogField("dependency", dependency_),
                 telemetry::LogField("connection", connection_));
}

void Health::refused(std::string_view why) {
    errors_.Increment();
    const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                                 std::chrono::steady_clock::now().time_since_epoch())
                                 .count();
    std::int64_t next = next_refusal_line_.load(std::memory_order_relaxed);
    if (now < next ||
        !next_refusal_line_.compare_exchange_strong(next, now + kRefusalLineSeconds)) {
        return;
    }
    logger_.warn("dependency_refused", telemetry::LogField("dependency", dependency_),
                 telemetry::LogField("connection", connection_), telemetry::LogField("error", why));
}

}  // namespace cinema::cluster
