#include "cluster/blocking_pool.hpp"

namespace cinema::cluster {

BlockingPool::BlockingPool(BlockingPoolOptions options, telemetry::Metrics& metrics)
    : options_(options), metrics_(metrics), pool_(options.threads) {}

BlockingPool::~BlockingPool() {
    stop();
}

void BlockingPool::stop() {
    stopping_ = true;
    pool_.join();
}

BlockingPool::Place BlockingPool::take_place() {
    if (calls_.fetch_add(1) >= options_.calls_max || stopping_) {
        calls_.fetch_sub(1);
        metrics_.overload_refusals.Increment();
        return nullptr;
    }
    // The pointer only has to be non-null; what counts is its end.
    return Place(this, [](BlockingPool* pool) { pool->calls_.fetch_sub(1); });
}

domain::Error BlockingPool::overloaded() {
    return {.code = domain::Errc::overloaded,
            .detail = "Too many requests are waiting. Nothing was done; try again in a moment.",
            .retry_after_seconds = 1};
}

domain::Error BlockingPool::too_slow() {
    return {.code = domain::Errc::unavailable,
            .detail =
                "The booking system does not answer in time. Look at your bookings, then "
                "try again.",
            .retry_after_seconds = 1};
}

}  // namespace cinema::cluster
