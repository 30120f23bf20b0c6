#include "cluster/rabbitmq/publisher.hpp"

#include <algorithm>
#include <utility>

#include "cluster/link/background_thread.hpp"
#include "cluster/link/backoff.hpp"
#include "cluster/rabbitmq/event_message.hpp"
#include "cluster/rabbitmq/pending_confirms.hpp"
#include "cluster/rabbitmq/topology.hpp"

namespace cinema::cluster {

namespace {

constexpr std::chrono::milliseconds kFirstConnectionLimit{2000};
constexpr std::chrono::milliseconds kRetryPause{250};
constexpr std::chrono::milliseconds kRetryPauseMax{2000};
constexpr std::chrono::seconds kLookInterval{1};
constexpr std::chrono::milliseconds kPublisherEndLimit{500};
// A window fits in the socket's send buffer (RabbitConnection), so that sending never waits.
constexpr std::size_t kWindowBytesMax = 65'536;
constexpr std::size_t kWindowMessagesMax = 256;
constexpr amqp_boolean_t kMandatory = 1;

domain::Error unavailable() {
    return {.code = domain::Errc::unavailable,
            .detail = "RabbitMQ does not take events at the moment.",
            .retry_after_seconds = 1};
}

}  // namespace

/// The right to use the connection.
class EventPublisher::Turn {
  public:
    Turn(EventPublisher& publisher, Clock::time_point deadline) : publisher_(publisher) {
        std::unique_lock lock(publisher.mutex_);
        taken_ = publisher.changed_.wait_until(lock, deadline, [&] { return !publisher.in_use_; });
        if (taken_) publisher.in_use_ = true;
    }
    ~Turn() {
        if (!taken_) return;
        {
            const std::lock_guard lock(publisher_.mutex_);
            publisher_.in_use_ = false;
        }
        publisher_.changed_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return taken_; }

  private:
    EventPublisher& publisher_;
    bool taken_ = false;
};

EventPublisher::EventPublisher(PublisherOptions options, telemetry::Metrics& metrics,
                               telemetry::Logger& logger)
    : options_(std::move(options)),
      health_("rabbitmq", "publisher", metrics, logger),
      publish_calls_(metrics.dependency_calls("rabbitmq", "publish")) {
    thread_ = start_background_thread([this] {
        background();
        ended_.set_value();
    });
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kFirstConnectionLimit, [&] { return tried_; });
}

EventPublisher::~EventPublisher() {
    stop();
}

void EventPublisher::stop() {
    {
        const std::lock_guard lock(mutex_);
        if (std::exchange(stopping_, true)) return;
    }
    changed_.notify_all();
    if (ended_.get_future().wait_for(kPublisherEndLimit) != std::future_status::ready) {
        interrupter_.interrupt();
    }
    thread_.join();
    if (connection_) connection_->close();
}

Awaitable<Result<void>> EventPublisher::publish(std::vector<domain::Event> events) {
    if (events.empty()) co_return Result<void>();
    if (!health_.up()) co_return std::unexpected(unavailable());
    const auto deadline = Clock::now() + options_.confirm_limit;
    std::vector<Message> messages;
    messages.reserve(events.size());
    for (const domain::Event& event : events) {
        messages.push_back({.id = event.event_id, .body = event_to_message(event)});
    }
    Turn turn(*this, deadline);
    if (!turn || !connection_) co_return std::unexpected(unavailable());
    if (const auto problem = publish_all(messages, deadline)) {
        lose_connection(*problem);
        co_return std::unexpected(unavailable());
    }
    co_return Result<void>();
}

std::optional<std::string> EventPublisher::publish_all(std::span<const Message> messages,
                                                       Clock::time_point deadline) {
    while (!messages.empty()) {
        std::size_t count = 0;
        std::size_t bytes = 0;
        while (count < std::min(messages.size(), kWindowMessagesMax) &&
               (count == 0 || bytes + messages[count].body.size() <= kWindowBytesMax)) {
            bytes += messages[count++].body.size();
        }
        if (auto problem = publish_window(messages.first(count), deadline)) return problem;
        messages = messages.subspan(count);
    }
    return std::nullopt;
}

std::optional<std::string> EventPublisher::publish_window(std::span<const Message> window,
                                                          Clock::time_point deadline) {
    publish_calls_.Increment();
    const std::uint64_t first_tag = next_tag_;
    for (const Message& message : window) {
        if (auto problem = send(message)) return problem;
        ++next_tag_;
    }
    return await_confirms(first_tag, window.size(), deadline);
}

std::optional<std::string> EventPublisher::send(const Message& message) {
    amqp_basic_properties_t properties{};
    properties._flags =
        AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG;
    properties.content_type = rabbit_bytes("application/json");
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    properties.message_id = rabbit_bytes(message.id);
    const int status = amqp_basic_publish(connection_->state(), kRabbitChannel, amqp_empty_bytes,
                                          rabbit_bytes(options_.rabbit.queue), kMandatory, 0,
                                          &properties, rabbit_bytes(message.body));
    if (status == AMQP_STATUS_OK) return std::nullopt;
    return amqp_error_string2(status);
}

std::optional<std::string> EventPublisher::await_confirms(std::uint64_t first_tag,
                                                          std::size_t count,
                                                          Clock::time_point deadline) {
    PendingConfirms pending(first_tag, count);
    while (!pending.all_confirmed()) {
        const auto left =
            std::chrono::duration_cast<std::chrono::microseconds>(deadline - Clock::now());
        if (left.count() <= 0) return "the broker did not confirm in time";
        const auto frame = connection_->next_frame(left);
        if (!frame) return frame.error();
        // A returned message is followed by its content, which is ours and of no interest.
        if (!*frame || (*frame)->frame_type != AMQP_FRAME_METHOD) continue;
        const amqp_method_t& method = (*frame)->payload.method;
        if (method.id == AMQP_BASIC_ACK_METHOD) {
            const auto* ack = static_cast<const amqp_basic_ack_t*>(method.decoded);
            pending.confirmed(ack->delivery_tag, ack->multiple != 0);
        } else if (method.id == AMQP_BASIC_NACK_METHOD) {
            return "the broker refused a message";
        } else if (method.id == AMQP_BASIC_RETURN_METHOD) {
            return "the queue does not exist";
        }
    }
    return std::nullopt;
}

/// With the turn. What is still on its way to the old connection is published again by the caller.
void EventPublisher::lose_connection(std::string_view why) {
    connection_.reset();
    health_.failed(why);
    {
        const std::lock_guard lock(mutex_);
        retry_ = true;
    }
    changed_.notify_all();
}

void EventPublisher::background() {
    Backoff backoff(kRetryPause, kRetryPauseMax);
    while (true) {
        const bool was_up = health_.up();
        look_after();
        std::unique_lock lock(mutex_);
        tried_ = true;
        changed_.notify_all();
        if (stopping_) return;
        std::chrono::milliseconds pause = kLookInterval;
        if (health_.up()) {
            backoff.reset();
        } else {
            // The first attempt after a failure is made at once.
            if (was_up) continue;
            pause = backoff.next();
        }
        changed_.wait_for(lock, pause, [&] { return stopping_ || retry_; });
        retry_ = false;
        if (stopping_) return;
    }
}

/// Takes part in heartbeats and notices a lost connection, or makes a new one.
void EventPublisher::look_after() {
    const Turn turn(*this, Clock::now() + kLookInterval);
    if (!turn) return;  // somebody publishes: that is a look, too
    if (connection_) {
        auto frame = connection_->next_frame(std::chrono::microseconds{0});
        while (frame && *frame) frame = connection_->next_frame(std::chrono::microseconds{0});
        if (frame) return;
        connection_.reset();
        health_.failed(frame.error());
    }
    if (const auto problem = open_connection()) {
        connection_.reset();
        health_.failed(*problem);
    } else {
        health_.reached();
    }
}

std::optional<std::string> EventPublisher::open_connection() {
    auto opened = RabbitConnection::open(options_.rabbit, interrupter_);
    if (!opened) return std::move(opened.error());
    connection_ = std::move(*opened);
    next_tag_ = 1;
    if (auto problem = declare_topology(*connection_, options_.rabbit.queue)) return problem;
    amqp_confirm_select(connection_->state(), kRabbitChannel);
    return connection_->problem();
}

}  // namespace cinema::cluster
