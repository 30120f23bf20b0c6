#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "cluster/link/tcp_proxy.hpp"
#include "cluster/link/test_servers.hpp"
#include "cluster/link/test_support.hpp"
#include "cluster/rabbitmq/connection.hpp"
#include "cluster/rabbitmq/consumer.hpp"
#include "cluster/rabbitmq/event_message.hpp"
#include "cluster/rabbitmq/publisher.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"
#include "support/wait_for.hpp"

namespace cinema::cluster {

inline RabbitAddress shared_rabbit() {
    const auto address = parse_rabbit_address(test_server("TEST_RABBITMQ_URL"));
    if (!address) throw std::runtime_error("TEST_RABBITMQ_URL: " + address.error());
    return *address;
}

/// A message as it lies in a queue.
struct QueuedMessage {
    std::string body;
    std::string content_type;
    std::string message_id;
    int delivery_mode = 0;
};

/// A queue that nobody else uses, seen from outside; deleted at the end with all that belongs to
/// it.
class Rabbit {
  public:
    Rabbit()
        : queue("test." + random_word()), options_{.address = shared_rabbit(), .queue = queue} {
        auto opened = RabbitConnection::open(options_, interrupter_);
        if (!opened) throw std::runtime_error("RabbitMQ: " + opened.error());
        connection_ = std::move(*opened);
    }
    ~Rabbit() {
        delete_queue(queue);
        delete_queue(queue + ".dead");
        amqp_exchange_delete(state(), kRabbitChannel, rabbit_bytes(queue + ".dlx"), 0);
        connection_->close();
    }
    Rabbit(const Rabbit&) = delete;
    Rabbit& operator=(const Rabbit&) = delete;

    const std::string queue;
    RabbitOptions options() const { return options_; }
    RabbitOptions options_through(const TcpProxy& proxy) const {
        RabbitOptions through = options_;
        through.address.host = "127.0.0.1";
        through.address.port = proxy.port();
        return through;
    }

    void delete_queue(const std::string& name) {
        amqp_queue_delete(state(), kRabbitChannel, rabbit_bytes(name), 0, 0);
        expect_good();
    }
    void declare_plainly() {
        amqp_queue_declare(state(), kRabbitChannel, rabbit_bytes(queue), 0, 1, 0, 0,
                           amqp_empty_table);
        expect_good();
    }
    void put(const std::string& body) {
        amqp_basic_publish(state(), kRabbitChannel, amqp_empty_bytes, rabbit_bytes(queue), 0, 0,
                           nullptr, rabbit_bytes(body));
    }
    /// Takes one message out of a queue.
    std::optional<QueuedMessage> take(const std::string& name) {
        amqp_maybe_release_buffers(state());
        const auto reply = amqp_basic_get(state(), kRabbitChannel, rabbit_bytes(name), 1);
        if (reply.reply_type != AMQP_RESPONSE_NORMAL ||
            reply.reply.id != AMQP_BASIC_GET_OK_METHOD) {
            return std::nullopt;
        }
        amqp_message_t message;
        amqp_read_message(state(), kRabbitChannel, &message, 0);
        const amqp_basic_properties_t& properties = message.properties;
        QueuedMessage taken{.body = std::string(text_of(message.body))};
        if ((properties._flags & AMQP_BASIC_CONTENT_TYPE_FLAG) != 0) {
            taken.content_type = text_of(properties.content_type);
        }
        if ((properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) != 0) {
            taken.message_id = text_of(properties.message_id);
        }
        if ((properties._flags & AMQP_BASIC_DELIVERY_MODE_FLAG) != 0) {
            taken.delivery_mode = properties.delivery_mode;
        }
        amqp_destroy_message(&message);
        return taken;
    }
    /// Messages that are ready in a queue.
    int waiting(const std::string& name) {
        amqp_maybe_release_buffers(state());
        const auto* queue_state = amqp_queue_declare(state(), kRabbitChannel, rabbit_bytes(name), 1,
                                                     0, 0, 0, amqp_empty_table);
        return queue_state != nullptr ? static_cast<int>(queue_state->message_count) : -1;
    }

  private:
    amqp_connection_state_t state() const { return connection_->state(); }
    void expect_good() const {
        if (const auto problem = connection_->problem()) ADD_FAILURE() << *problem;
    }

    RabbitOptions options_;
    SocketInterrupter interrupter_;
    std::optional<RabbitConnection> connection_;
};

inline env::IdSource& test_ids() {
    static const env::SystemClock clock;
    static env::SystemIds ids(clock);
    return ids;
}

inline domain::Event make_event(std::string payload = {}) {
    return {.event_id = test_ids().uuid(),
            .type = domain::EventType::BookingConfirmed,
            .occurred_at = domain::UtcTime(std::chrono::milliseconds{1'800'000'000'123}),
            .booking_id = test_ids().next<domain::BookingId>(),
            .user_id = test_ids().next<domain::UserId>(),
            .showtime_id = test_ids().next<domain::ShowtimeId>(),
            .seats = {"A1", "A2"},
            .payload = std::move(payload)};
}

inline std::vector<domain::Event> make_events(int count) {
    std::vector<domain::Event> events;
    for (int i = 0; i < count; ++i) events.push_back(make_event());
    return events;
}

inline bool same(const domain::Event& left, const domain::Event& right) {
    return left.event_id == right.event_id && left.type == right.type &&
           left.occurred_at == right.occurred_at && left.booking_id == right.booking_id &&
           left.user_id == right.user_id && left.showtime_id == right.showtime_id &&
           left.seats == right.seats && left.payload == right.payload;
}

}  // namespace cinema::cluster
