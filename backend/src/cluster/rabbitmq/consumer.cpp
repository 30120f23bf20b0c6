#include "cluster/rabbitmq/consumer.hpp"

#include <exception>
#include <utility>

#include "cluster/link/background_thread.hpp"
#include "cluster/rabbitmq/event_message.hpp"
#include "cluster/rabbitmq/topology.hpp"

namespace cinema::cluster {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kReconnectPause{250};
constexpr std::chrono::milliseconds kReconnectPauseMax{2000};
constexpr std::chrono::milliseconds kIdleTick{200};
constexpr std::chrono::milliseconds kConsumerEndLimit{500};

/// Frees a delivery's memory.
struct Envelope {
    amqp_envelope_t value{};
    bool filled = false;
    Envelope() = default;
    Envelope(const Envelope&) = delete;
    Envelope& operator=(const Envelope&) = delete;
    ~Envelope() {
        if (filled) amqp_destroy_envelope(&value);
    }
};

std::optional<std::string> problem_of_status(int status) {
    if (status == AMQP_STATUS_OK) return std::nullopt;
    return amqp_error_string2(status);
}

}  // namespace

EventConsumer::EventConsumer(ConsumerOptions options, EventHandler handler,
                             telemetry::Metrics& metrics, telemetry::Logger& logger)
    : options_(std::move(options)),
      handler_(std::move(handler)),
      health_("rabbitmq", "consumer", metrics, logger),
      logger_(logger),
      consume_calls_(metrics.dependency_calls("rabbitmq", "consume")),
      dead_letter_calls_(metrics.dependency_calls("rabbitmq", "dead_letter")),
      retry_(options_.retry_pause, options_.retry_pause_max) {
    thread_ = start_background_thread([this] {
        run();
        ended_.set_value();
    });
}

EventConsumer::~EventConsumer() {
    stop();
}

void EventConsumer::stop() {
    if (!thread_.joinable()) return;
    stop_.set();
    if (ended_.get_future().wait_for(kConsumerEndLimit) != std::future_status::ready) {
        interrupter_.interrupt();
    }
    thread_.join();
}

void EventConsumer::run() {
    Backoff backoff(kReconnectPause, kReconnectPauseMax);
    do {
        std::string problem;
        auto connection = RabbitConnection::open(options_.rabbit, interrupter_);
        if (!connection) {
            problem = std::move(connection.error());
        } else if (auto wrong = begin(*connection)) {
            problem = std::move(*wrong);
        } else {
            backoff.reset();
            health_.reached();
            problem = consume(*connection);
        }
        if (stop_.is_set()) {
            if (connection) connection->close();
            return;
        }
        health_.failed(problem);
    } while (!stop_.wait_for(backoff.next()));
}

std::optional<std::string> EventConsumer::begin(RabbitConnection& connection) {
    if (auto problem = declare_topology(connection, options_.rabbit.queue)) return problem;
    amqp_basic_qos(connection.state(), kRabbitChannel, 0,
                   static_cast<std::uint16_t>(options_.batch_max), 0);
    if (auto problem = connection.problem()) return problem;
    amqp_basic_consume(connection.state(), kRabbitChannel, rabbit_bytes(options_.rabbit.queue),
                       amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    return connection.problem();
}

/// Until the connection fails, or stop(); why.
std::string EventConsumer::consume(RabbitConnection& connection) {
    while (!stop_.is_set()) {
        Batch batch;
        if (auto problem = gather(connection, batch)) return std::move(*problem);
        if (batch.events.empty() || stop_.is_set()) continue;
        consume_calls_.Increment();
        if (auto problem = hand_over(connection, batch)) return std::move(*problem);
    }
    return {};
}

/// What has arrived; nothing after a while without any.
std::optional<std::string> EventConsumer::gather(RabbitConnection& connection, Batch& batch) {
    auto until = Clock::now() + kIdleTick;
    while (batch.events.size() < options_.batch_max) {
        const bool first = batch.events.empty();
        const auto left =
            std::chrono::duration_cast<std::chrono::microseconds>(until - Clock::now());
        if (left.count() <= 0) break;
        if (auto problem = take_one(connection, left, batch)) return problem;
        if (first && !batch.events.empty()) until = Clock::now() + options_.gather_limit;
    }
    return std::nullopt;
}

/// Adds an event to the batch if one arrives in time; gives up what is none.
std::optional<std::string> EventConsumer::take_one(RabbitConnection& connection,
                                                   std::chrono::microseconds limit, Batch& batch) {
    amqp_maybe_release_buffers(connection.state());
    const timeval time = to_timeval(limit);
    Envelope envelope;
    const amqp_rpc_reply_t reply =
        amqp_consume_message(connection.state(), &envelope.value, &time, 0);
    if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
        if (reply.library_error == AMQP_STATUS_TIMEOUT) return std::nullopt;
        if (reply.library_error == AMQP_STATUS_UNEXPECTED_STATE) {
            // Not a delivery: next_frame tells when the broker has closed something.
            const auto frame = connection.next_frame(std::chrono::microseconds{0});
            if (!frame) return frame.error();
            return std::nullopt;
        }
        return amqp_error_string2(reply.library_error);
    }
    envelope.filled = true;
    const std::string_view body = text_of(envelope.value.message.body);
    auto event = event_from_message(body);
    if (!event) {
        return give_up(connection, envelope.value.delivery_tag, event.error(),
                       telemetry::LogField("bytes", body.size()));
    }
    batch.tags.push_back(envelope.value.delivery_tag);
    batch.events.push_back(std::move(*event));
    return std::nullopt;
}

std::optional<std::string> EventConsumer::hand_over(RabbitConnection& connection,
                                                    const Batch& batch) {
    try {
        if (!handler_(batch.events)) return put_back(connection, batch.tags.back());
    } catch (const std::exception& error) {
        logger_.error("event_batch_failed", telemetry::LogField("error", error.what()),
                      telemetry::LogField("events", batch.events.size()));
        return hand_over_singly(connection, batch);
    }
    retry_.reset();
    return acknowledge(connection, batch.tags.back(), true);
}

std::optional<std::string> EventConsumer::hand_over_singly(RabbitConnection& connection,
                                                           const Batch& batch) {
    for (std::size_t i = 0; i < batch.events.size(); ++i) {
        std::optional<std::string> problem;
        try {
            if (!handler_({batch.events[i]})) return put_back(connection, batch.tags.back());
            problem = acknowledge(connection, batch.tags[i], false);
        } catch (const std::exception& error) {
            problem = give_up(connection, batch.tags[i], error.what(),
                              telemetry::LogField("event_id", batch.events[i].event_id));
        }
        if (problem) return problem;
    }
    retry_.reset();
    return std::nullopt;
}

std::optional<std::string> EventConsumer::acknowledge(RabbitConnection& connection,
                                                      std::uint64_t tag, bool multiple) {
    return problem_of_status(
        amqp_basic_ack(connection.state(), kRabbitChannel, tag, multiple ? 1 : 0));
}

/// After a pause, so that a store that is away does not keep the queue spinning. The pause is too
/// short for the broker to miss our heartbeat.
std::optional<std::string> EventConsumer::put_back(RabbitConnection& connection,
                                                   std::uint64_t last_tag) {
    stop_.wait_for(retry_.next());
    constexpr amqp_boolean_t kMultiple = 1;
    constexpr amqp_boolean_t kRequeue = 1;
    return problem_of_status(
        amqp_basic_nack(connection.state(), kRabbitChannel, last_tag, kMultiple, kRequeue));
}

std::optional<std::string> EventConsumer::give_up(RabbitConnection& connection, std::uint64_t tag,
                                                  std::string_view why,
                                                  const telemetry::LogField& which) {
    ++dead_lettered_;
    dead_letter_calls_.Increment();
    logger_.error("event_dead_lettered",
                  telemetry::LogField("queue", options_.rabbit.queue + ".dead"),
                  telemetry::LogField("error", why), which);
    constexpr amqp_boolean_t kRequeue = 0;
    return problem_of_status(amqp_basic_reject(connection.state(), kRabbitChannel, tag, kRequeue));
}

}  // namespace cinema::cluster
