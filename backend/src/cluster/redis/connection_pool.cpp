#include "cluster/redis/connection_pool.hpp"

#include <utility>

namespace cinema::cluster {

namespace {
// A server may have hung up on a connection that was idle: worth a look only after some time.
constexpr std::chrono::seconds kLookAfterIdle{1};
}  // namespace

RedisConnectionPool::Lease::~Lease() {
    if (pool_ != nullptr) pool_->give_back(*this);
}

std::optional<RedisConnectionPool::Lease> RedisConnectionPool::lease(
    std::chrono::milliseconds limit) {
    std::vector<Idle> stale;  // closed after the lock
    std::unique_lock lock(mutex_);
    if (!place_free_.wait_for(lock, limit, [&] { return free_places_ > 0; })) return std::nullopt;
    --free_places_;
    Lease lease(*this);
    lease.generation_ = generation_;
    while (!idle_.empty()) {
        Idle latest = std::move(idle_.back());
        idle_.pop_back();
        const bool look = Clock::now() - latest.since > kLookAfterIdle;
        if (look && latest.connection.is_stale()) {
            stale.push_back(std::move(latest));
            continue;
        }
        lease.connection = std::move(latest.connection);
        break;
    }
    return lease;
}

void RedisConnectionPool::give_back(Lease& lease) {
    {
        const std::lock_guard lock(mutex_);
        ++free_places_;
        if (lease.keep_ && lease.connection && lease.generation_ == generation_) {
            idle_.push_back({std::move(*lease.connection), Clock::now()});
            lease.connection.reset();
        }
    }
    place_free_.notify_one();
}

void RedisConnectionPool::drop_all() {
    std::vector<Idle> dropped;  // closed after the lock
    const std::lock_guard lock(mutex_);
    ++generation_;
    dropped.swap(idle_);
}

bool RedisConnectionPool::drop_all_since(const Lease& lease) {
    std::vector<Idle> dropped;  // closed after the lock
    const std::lock_guard lock(mutex_);
    if (lease.generation_ != generation_) return false;
    ++generation_;
    dropped.swap(idle_);
    return true;
}

}  // namespace cinema::cluster
