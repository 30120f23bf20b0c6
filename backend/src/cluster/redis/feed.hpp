#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "cluster/link/health.hpp"
#include "cluster/link/stop_signal.hpp"
#include "cluster/redis/client.hpp"
#include "cluster/redis/feed_message.hpp"
#include "domain/booking.hpp"

namespace cinema::cluster {

struct FeedOptions {
    std::string channel = "cinema:seats";
    std::string instance_id;  ///< differs between instances, and from one start to the next
};

/// What the feed tells, on its own thread; none of them may block for long. `events` are another
/// instance's. After `connected` and `resync` whatever is known of seats may be out of date and
/// must be read again; between `disconnected` and `connected` nothing is told.
struct FeedListener {
    std::function<void(std::span<const domain::SeatEvent>)> events;
    std::function<void()> connected;
    std::function<void()> disconnected;
    std::function<void()> resync;
};

/// Seat changes among the instances, through Redis pub/sub. Nothing is kept: who was not
/// listening, or fell behind, is told to read again. A connection that no longer answers is given
/// up within five seconds; it is made anew after 100 ms, then up to two seconds.
class RedisFeed {
  public:
    /// Begins to listen. The client must outlive us.
    RedisFeed(RedisClient& client, FeedOptions options, FeedListener listener,
              telemetry::Metrics& metrics, telemetry::Logger& logger);
    ~RedisFeed();
    RedisFeed(const RedisFeed&) = delete;
    RedisFeed& operator=(const RedisFeed&) = delete;

    /// Tells the other instances soon. Never blocks; any thread. What the client's queue has no
    /// room for is dropped, and the others are told to read again when it has.
    void publish(std::span<const domain::SeatEvent> events);

    /// Why nothing can be heard; nullopt while it can.
    std::optional<std::string> problem() const { return health_.problem(); }

    std::uint64_t dropped_events() const { return dropped_events_.load(); }
    std::uint64_t broken_messages() const { return broken_messages_.load(); }

    /// Ends the thread, within a second.
    void stop();

  private:
    void listen();
    std::string hear(RedisConnection& connection);
    std::expected<void, std::string> subscribe(RedisConnection& connection);
    void take(const redisReply& reply);
    void publish_overdue_resync();
    template <class Tell>
    void tell(Tell tell);

    RedisClient& client_;
    const FeedOptions options_;
    const FeedListener listener_;
    Health health_;
    telemetry::Logger& logger_;
    prometheus::Counter& publish_calls_;
    std::shared_ptr<std::atomic<bool>> lost_;  ///< shared with what waits in the client's queue
    std::atomic<std::uint64_t> dropped_events_{0};
    std::atomic<std::uint64_t> broken_messages_{0};
    StopSignal stop_;
    std::thread thread_;
};

}  // namespace cinema::cluster
