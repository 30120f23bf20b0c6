#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "domain/time.hpp"

namespace cinema::accounts {

/// Counts failures by key in a sliding window, for at most `keys_max` keys: the one longest without
/// an attempt is forgotten first. Any thread.
class FailureLimiter {
  public:
    static constexpr std::size_t kKeysMax = 10'000;

    FailureLimiter(int failures_max, int window_seconds, std::size_t keys_max = kKeysMax);

    /// Begins an attempt, which counts as failed until it is withdrawn or the key cleared: so that
    /// a hundred attempts at once are not a hundred attempts for one. When the key has failed too
    /// often, nothing is counted and the answer is the seconds to wait, 1 to the window.
    std::optional<int> attempt(const std::string& key, domain::UtcTime now);

    /// Takes back the key's latest attempt: it was right, or it was never decided.
    void withdraw(const std::string& key);

    /// Forgets the key.
    void clear(const std::string& key);

    std::size_t keys() const;

  private:
    struct Entry {
        std::string key;
        std::deque<domain::UtcTime> failures;  ///< oldest first, at most failures_max_
    };
    using Entries = std::list<Entry>;

    Entry& touch(const std::string& key);

    const std::size_t failures_max_;
    const std::chrono::milliseconds window_;
    const std::size_t keys_max_;
    mutable std::mutex mutex_;
    Entries entries_;  ///< latest attempt first
    std::unordered_map<std::string, Entries::iterator> by_key_;
};

}  // namespace cinema::accounts
