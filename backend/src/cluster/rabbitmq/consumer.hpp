#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cluster/link/backoff.hpp"
#include "cluster/link/health.hpp"
#include "cluster/link/stop_signal.hpp"
#include "cluster/rabbitmq/connection.hpp"
#include "domain/error.hpp"
#include "domain/event.hpp"

namespace cinema::cluster {

struct ConsumerOptions {
    RabbitOptions rabbit;
    std::size_t batch_max = 256;                 ///< events; also how many are on their way to us
    std::chrono::milliseconds gather_limit{20};  ///< from the first event of a batch
    std::chrono::milliseconds retry_pause{250};  ///< doubling, to
    std::chrono::milliseconds retry_pause_max{4000};  ///< well below the heartbeat
};

/// Takes some events; on our thread, for some seconds at most. After an error all of them come
/// again later; an event that it throws for, alone, is given up.
using EventHandler = std::function<domain::Result<void>(const std::vector<domain::Event>&)>;

/// Reads `booking.events` in batches, on a thread of its own, and acknowledges what the handler
/// has taken: every event is handed over at least once. What is no event, or makes the handler
/// throw, goes to the dead-letter queue (logged without its content). Reconnects by itself.
class EventConsumer {
  public:
    EventConsumer(ConsumerOptions options, EventHandler handler, telemetry::Metrics& metrics,
                  telemetry::Logger& logger);
    ~EventConsumer();
    EventConsumer(const EventConsumer&) = delete;
    EventConsumer& operator=(const EventConsumer&) = delete;

    /// Why no events come; nullopt while they do.
    std::optional<std::string> problem() const { return health_.problem(); }

    std::uint64_t dead_lettered() const { return dead_lettered_.load(); }

    /// Ends the thread, within a second of the handler's return. What is not acknowledged goes
    /// back to the queue.
    void stop();

  private:
    struct Batch {
        std::vector<std::uint64_t> tags;  ///< of the broker, rising
        std::vector<domain::Event> events;
    };

    void run();
    std::string consume(RabbitConnection& connection);
    std::optional<std::string> begin(RabbitConnection& connection);
    std::optional<std::string> gather(RabbitConnection& connection, Batch& batch);
    std::optional<std::string> take_one(RabbitConnection& connection,
                                        std::chrono::microseconds limit, Batch& batch);
    std::optional<std::string> hand_over(RabbitConnection& connection, const Batch& batch);
    std::optional<std::string> hand_over_singly(RabbitConnection& connection, const Batch& batch);
    std::optional<std::string> acknowledge(RabbitConnection& connection, std::uint64_t tag,
                                           bool multiple);
    std::optional<std::string> put_back(RabbitConnection& connection, std::uint64_t last_tag);
    std::optional<std::string> give_up(RabbitConnection& connection, std::uint64_t tag,
                                       std::string_view why, const telemetry::LogField& which);

    const ConsumerOptions options_;
    const EventHandler handler_;
    Health health_;
    telemetry::Logger& logger_;
    prometheus::Counter& consume_calls_;
    prometheus::Counter& dead_letter_calls_;
    Backoff retry_;
    SocketInterrupter interrupter_;
    StopSignal stop_;
    std::atomic<std::uint64_t> dead_lettered_{0};
    std::promise<void> ended_;
    std::thread thread_;
};

}  // namespace cinema::cluster
