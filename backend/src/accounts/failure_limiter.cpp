#include "accounts/failure_limiter.hpp"

#include <algorithm>

namespace cinema::accounts {

FailureLimiter::FailureLimiter(int failures_max, int window_seconds, std::size_t keys_max)
    : failures_max_(static_cast<std::size_t>(std::max(failures_max, 1))),
      window_(std::chrono::seconds{window_seconds}),
      keys_max_(std::max<std::size_t>(keys_max, 1)) {}

FailureLimiter::Entry& FailureLimiter::touch(const std::string& key) {
    const auto found = by_key_.find(key);
    if (found != by_key_.end()) {
        entries_.splice(entries_.begin(), entries_, found->second);
        return entries_.front();
    }
    if (entries_.size() >= keys_max_) {
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
    }
    entries_.push_front({.key = key, .failures = {}});
    by_key_.emplace(key, entries_.begin());
    return entries_.front();
}

std::optional<int> FailureLimiter::attempt(const std::string& key, domain::UtcTime now) {
    const std::lock_guard lock(mutex_);
    auto& failures = touch(key).failures;
    while (!failures.empty() && failures.front() + window_ <= now) failures.pop_front();
    if (failures.size() < failures_max_) {
        failures.push_back(now);
        return std::nullopt;
    }
    const auto wait = std::chrono::ceil<std::chrono::seconds>(failures.front() + window_ - now);
    // A clock that was set back must not lock anyone out for longer than the window.
    const auto window = std::chrono::ceil<std::chrono::seconds>(window_);
    return static_cast<int>(std::min(wait, window).count());
}

void FailureLimiter::withdraw(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end() || found->second->failures.empty()) return;
    found->second->failures.pop_back();
}

void FailureLimiter::clear(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    entries_.erase(found->second);
    by_key_.erase(found);
}

std::size_t FailureLimiter::keys() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

}  // namespace cinema::accounts
