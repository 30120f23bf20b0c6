#pragma once

#include <chrono>

#include "cluster/redis/client.hpp"
#include "cluster/redis/script.hpp"
#include "cluster/saga/ports.hpp"

namespace cinema::cluster {

struct SeatLockOptions {
    std::chrono::seconds ttl{300};  ///< LOCK_TTL_SECONDS
    /// Writes the showtime's id in braces, so that Redis Cluster keeps its keys together.
    bool hash_tag = false;
};

/// The brief's keys: `lock:showtime:<id>:seat:<code>` → the user's id, ending after the TTL. Each
/// call is one script, and one round trip.
///
/// A key counts as taken whoever has it, the same user included. A value that is no user's id, as
/// only a stranger can have written it, is told as the nil id.
class RedisSeatLocks final : public SeatLocks {
  public:
    /// The client must outlive us, and be stopped before our end.
    RedisSeatLocks(RedisClient& client, SeatLockOptions options, telemetry::Metrics& metrics);

    Awaitable<Result<std::vector<TakenKey>>> acquire(domain::ShowtimeId showtime,
                                                     std::vector<std::string> seats,
                                                     domain::UserId user) override;
    Awaitable<Result<void>> release(domain::ShowtimeId showtime, std::vector<std::string> seats,
                                    domain::UserId user) override;
    /// What the queue has no room for is left to the TTL.
    void release_later(domain::ShowtimeId showtime, std::vector<std::string> seats,
                       domain::UserId user) override;

  private:
    std::string evalsha(const RedisScript& script, domain::ShowtimeId showtime,
                        const std::vector<std::string>& seats, domain::UserId user,
                        std::string_view last_word) const;

    RedisClient& client_;
    const SeatLockOptions options_;
    const std::string ttl_seconds_;
    const RedisScript acquire_;
    const RedisScript release_;
    prometheus::Counter& acquire_calls_;
    prometheus::Counter& release_calls_;
};

}  // namespace cinema::cluster
