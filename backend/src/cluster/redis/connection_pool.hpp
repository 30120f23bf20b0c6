#pragma once

#include <chrono>
#include <condition_variable>
#include <expected>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/redis/connection.hpp"

namespace cinema::cluster {

/// Connections for callers of many threads, at most `connections_max` at once; the one used last is
/// taken first. Opening one is the caller's business (it blocks), so a Lease begins empty.
class RedisConnectionPool {
  public:
    explicit RedisConnectionPool(std::size_t connections_max) : free_places_(connections_max) {}

    /// A place in the pool, with or without a connection. Gives both back when it ends; the
    /// connection only when keep() was called.
    class Lease {
      public:
        Lease(Lease&& other) noexcept
            : pool_(std::exchange(other.pool_, nullptr)),
              generation_(other.generation_),
              keep_(other.keep_),
              connection(std::move(other.connection)) {}
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        void keep() { keep_ = true; }

      private:
        friend class RedisConnectionPool;
        explicit Lease(RedisConnectionPool& pool) : pool_(&pool) {}
        RedisConnectionPool* pool_;
        std::uint64_t generation_ = 0;
        bool keep_ = false;

      public:
        std::optional<RedisConnection> connection;
    };

    /// Waits for a place; nullopt when there was none in time.
    std::optional<Lease> lease(std::chrono::milliseconds limit);
    /// Closes every connection: those in use as soon as they are given back.
    void drop_all();
    /// The same, unless that was done since the lease began: then its failure is an old story.
    bool drop_all_since(const Lease& lease);

  private:
    using Clock = std::chrono::steady_clock;
    struct Idle {
        RedisConnection connection;
        Clock::time_point since;
    };
    void give_back(Lease& lease);

    std::mutex mutex_;
    std::condition_variable place_free_;
    std::size_t free_places_;
    std::uint64_t generation_ = 0;  ///< one more with each drop_all
    std::vector<Idle> idle_;
};

}  // namespace cinema::cluster
