#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cluster/link/health.hpp"
#include "cluster/rabbitmq/connection.hpp"
#include "cluster/saga/ports.hpp"

namespace cinema::cluster {

struct PublisherOptions {
    RabbitOptions rabbit;
    std::chrono::milliseconds confirm_limit{5000};  ///< for a whole publish
};

/// `booking.events` with publisher confirms: persistent messages, returned when there is no such
/// queue. One connection, used by one caller at a time; a background thread keeps it (heartbeats,
/// a look once a second) and makes it anew, with the queue, after a failure. Meanwhile every
/// call fails at once.
class EventPublisher final : public EventQueue {
  public:
    /// Waits for the first connection, at most two seconds: a broker that is away is no error.
    EventPublisher(PublisherOptions options, telemetry::Metrics& metrics,
                   telemetry::Logger& logger);
    ~EventPublisher() override;

    /// All, or `unavailable`: then some may be in the queue, and all are to be published again.
    Awaitable<Result<void>> publish(std::vector<domain::Event> events) override;

    /// Why calls fail at once; nullopt when they do not.
    std::optional<std::string> problem() const { return health_.problem(); }

    /// Ends the background thread, within a second. No call may run or follow.
    void stop();

  private:
    using Clock = std::chrono::steady_clock;
    struct Message {
        std::string_view id;
        std::string body;
    };
    class Turn;

    std::optional<std::string> publish_all(std::span<const Message> messages,
                                           Clock::time_point deadline);
    std::optional<std::string> publish_window(std::span<const Message> window,
                                              Clock::time_point deadline);
    std::optional<std::string> send(const Message& message);
    std::optional<std::string> await_confirms(std::uint64_t first_tag, std::size_t count,
                                              Clock::time_point deadline);
    void lose_connection(std::string_view why);

    void background();
    void look_after();
    std::optional<std::string> open_connection();

    const PublisherOptions options_;
    Health health_;
    prometheus::Counter& publish_calls_;
    SocketInterrupter interrupter_;

    std::mutex mutex_;
    std::condition_variable changed_;
    bool in_use_ =
        false;  ///< somebody has his turn with the connection; guarded by mutex_, as are:
    bool tried_ = false;
    bool retry_ = false;
    bool stopping_ = false;

    // Belong to whoever has the turn.
    std::optional<RabbitConnection> connection_;
    std::uint64_t next_tag_ = 1;

    std::promise<void> ended_;
    std::thread thread_;
};

}  // namespace cinema::cluster
