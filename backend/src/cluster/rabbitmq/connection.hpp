#pragma once

#include <amqp.h>

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/rabbitmq/address.hpp"
#include "cluster/rabbitmq/socket_interrupter.hpp"

namespace cinema::cluster {

struct RabbitOptions {
    RabbitAddress address;
    std::string ca_file;  ///< PEM with the authorities for TLS; empty: the system's
    std::string queue = "booking.events";
    std::chrono::milliseconds connect_limit{1000};  ///< for connecting, and for each question
    /// A connection without a sign of life is given up after twice this.
    std::chrono::seconds heartbeat{5};
};

/// The one channel of a connection.
inline constexpr amqp_channel_t kRabbitChannel = 1;

inline amqp_bytes_t rabbit_bytes(std::string_view text) {
    return {.len = text.size(), .bytes = const_cast<char*>(text.data())};
}
inline std::string_view text_of(const amqp_bytes_t& bytes) {
    return {static_cast<const char*>(bytes.bytes), bytes.len};
}
inline timeval to_timeval(std::chrono::microseconds time) {
    return {.tv_sec = time.count() / 1'000'000, .tv_usec = time.count() % 1'000'000};
}

/// A connection with one open channel. One thread at a time. After an error it is only to be
/// destroyed. Errors are sentences without the password.
class RabbitConnection {
  public:
    /// Connects, logs in and opens the channel. The interrupter must outlive the connection.
    static std::expected<RabbitConnection, std::string> open(const RabbitOptions& options,
                                                             SocketInterrupter& interrupter);
    RabbitConnection(RabbitConnection&&) = default;
    RabbitConnection& operator=(RabbitConnection&&) = default;

    amqp_connection_state_t state() const { return handle_.get(); }

    /// What is wrong with the answer to the last question; nullopt when nothing is.
    std::optional<std::string> problem() const;

    /// One frame, read within the time; nullopt when there was none. Takes part in heartbeats.
    std::expected<std::optional<amqp_frame_t>, std::string> next_frame(
        std::chrono::microseconds limit);

    /// Takes leave of the broker; waits a moment for its answer.
    void close();

  private:
    struct Closer {
        SocketInterrupter* interrupter = nullptr;
        void operator()(amqp_connection_state_t state) const;
    };
    using Handle = std::unique_ptr<amqp_connection_state_t_, Closer>;
    explicit RabbitConnection(Handle handle) : handle_(std::move(handle)) {}
    std::optional<std::string> connect(const RabbitOptions& options,
                                       SocketInterrupter& interrupter);
    std::optional<std::string> log_in(const RabbitOptions& options);

    Handle handle_;
};

/// Why the broker has closed a channel or a connection, if the frame tells so.
std::optional<std::string> closing_reason(const amqp_frame_t& frame);

}  // namespace cinema::cluster
