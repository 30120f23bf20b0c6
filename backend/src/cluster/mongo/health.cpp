#include "cluster/mongo/health.hpp"

#include <utility>

namespace cinema::cluster::mongo {

Health::Health(std::function<std::string()> ping, telemetry::Logger& logger)
    : ping_(std::move(ping)), logger_(logger), thread_([this] { run(); }) {}

Health::~Health() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

std::string Health::problem() const {
    const std::lock_guard lock(mutex_);
    return why_.empty() ? std::string() : "MongoDB does not answer: " + why_;
}

void Health::failed(const std::string& why) {
    {
        const std::lock_guard lock(mutex_);
        if (down_.load(std::memory_order_relaxed)) return;
        down_since_ = std::chrono::steady_clock::now();
        why_ = why.empty() ? "no reason given" : why;
        probe_now_ = true;
        down_.store(true, std::memory_order_release);
    }
    wake_.notify_one();
    logger_.warn("mongodb.down", telemetry::LogField("reason", why));
}

void Health::answered() {
    std::chrono::steady_clock::time_point since;
    {
        const std::lock_guard lock(mutex_);
        if (!down_.load(std::memory_order_relaxed)) return;
        since = down_since_;
        why_.clear();
        down_.store(false, std::memory_order_release);
    }
    const std::chrono::duration<double> down = std::chrono::steady_clock::now() - since;
    logger_.info("mongodb.up", telemetry::LogField("down_seconds", down.count()));
}

void Health::run() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        probe_now_ = false;
        lock.unlock();
        const std::string wrong = ping_();
        if (wrong.empty()) {
            answered();
        } else {
            failed(wrong);
        }
        lock.lock();
        if (!wrong.empty()) probe_now_ = false;  // by failed(): this ping was the probe
        wake_.wait_for(lock, wrong.empty() ? kWatchInterval : kRetryInterval,
                       [this] { return stopping_ || probe_now_; });
    }
}

}  // namespace cinema::cluster::mongo
