#include "cluster/rabbitmq/connection.hpp"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <new>

#include "cluster/link/resolve.hpp"

namespace cinema::cluster {

namespace {

constexpr std::chrono::milliseconds kResolveLimit{500};
constexpr std::chrono::milliseconds kCloseLimit{200};
constexpr int kSendBufferBytes = 524'288;
constexpr int kFrameBytesMax = 131'072;

std::string library_problem(int status) {
    return amqp_error_string2(status);
}

std::string closing_text(const amqp_method_t& method) {
    if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto* close = static_cast<const amqp_connection_close_t*>(method.decoded);
        return "the broker closed the connection: " + std::string(text_of(close->reply_text));
    }
    const auto* close = static_cast<const amqp_channel_close_t*>(method.decoded);
    return "the broker closed the channel: " + std::string(text_of(close->reply_text));
}

bool is_closing(const amqp_method_t& method) {
    return method.id == AMQP_CONNECTION_CLOSE_METHOD || method.id == AMQP_CHANNEL_CLOSE_METHOD;
}

std::optional<std::string> problem_of(const amqp_rpc_reply_t& reply) {
    switch (reply.reply_type) {
        case AMQP_RESPONSE_NORMAL:
            return std::nullopt;
        case AMQP_RESPONSE_LIBRARY_EXCEPTION:
            return library_problem(reply.library_error);
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            if (is_closing(reply.reply)) return closing_text(reply.reply);
            return "the broker refused";
        case AMQP_RESPONSE_NONE:
            break;
    }
    return "the connection was closed";
}

/// Certificate and host name are verified, TLS 1.2 at least.
std::expected<amqp_socket_t*, std::string> make_tls_socket(amqp_connection_state_t state,
                                                           const std::string& ca_file) {
    amqp_socket_t* socket = amqp_ssl_socket_new(state);
    if (socket == nullptr) throw std::bad_alloc();
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    if (ca_file.empty()) {
        auto* context = static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket));
        if (SSL_CTX_set_default_verify_paths(context) != 1) {
            return std::unexpected("the system's certificates of authorities cannot be read");
        }
    } else if (amqp_ssl_socket_set_cacert(socket, ca_file.c_str()) != AMQP_STATUS_OK) {
        return std::unexpected("the file of certificates of authorities cannot be read");
    }
    return socket;
}

}  // namespace

std::optional<std::string> closing_reason(const amqp_frame_t& frame) {
    if (frame.frame_type != AMQP_FRAME_METHOD) return std::nullopt;
    if (frame.payload.method.id == AMQP_BASIC_CANCEL_METHOD) return "the queue was deleted";
    if (!is_closing(frame.payload.method)) return std::nullopt;
    return closing_text(frame.payload.method);
}

void RabbitConnection::Closer::operator()(amqp_connection_state_t state) const {
    if (interrupter != nullptr) interrupter->forget(amqp_get_sockfd(state));
    amqp_destroy_connection(state);
}

std::expected<RabbitConnection, std::string> RabbitConnection::open(
    const RabbitOptions& options, SocketInterrupter& interrupter) {
    // librabbitmq looks the name up again, without a time limit: not before it is known to work.
    if (auto found = resolve(options.address.host, kResolveLimit); !found) {
        return std::unexpected(std::move(found.error()));
    }
    amqp_connection_state_t state = amqp_new_connection();
    if (state == nullptr) throw std::bad_alloc();
    RabbitConnection connection(Handle(state, Closer{&interrupter}));
    if (auto problem = connection.connect(options, interrupter)) {
        return std::unexpected(std::move(*problem));
    }
    if (auto problem = connection.log_in(options)) return std::unexpected(std::move(*problem));
    return connection;
}

std::optional<std::string> RabbitConnection::connect(const RabbitOptions& options,
                                                     SocketInterrupter& interrupter) {
    amqp_socket_t* socket = nullptr;
    if (options.address.tls) {
        const auto made = make_tls_socket(state(), options.ca_file);
        if (!made) return made.error();
        socket = *made;
    } else {
        socket = amqp_tcp_socket_new(state());
        if (socket == nullptr) throw std::bad_alloc();
    }
    const timeval limit = to_timeval(options.connect_limit);
    const int status = amqp_socket_open_noblock(socket, options.address.host.c_str(),
                                                options.address.port, &limit);
    if (status != AMQP_STATUS_OK) return "connecting failed: " + library_problem(status);
    const int descriptor = amqp_get_sockfd(state());
    interrupter.watch(descriptor);
    // What the publisher sends before it waits fits in: librabbitmq's sending has no time limit.
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    return std::nullopt;
}

std::optional<std::string> RabbitConnection::log_in(const RabbitOptions& options) {
    const timeval limit = to_timeval(options.connect_limit);
    amqp_set_handshake_timeout(state(), &limit);
    amqp_set_rpc_timeout(state(), &limit);
    const RabbitAddress& address = options.address;
    // Without this a consumer is not told when its queue is deleted. librabbitmq adds the rest.
    amqp_table_entry_t cancel_notify{};
    cancel_notify.key = rabbit_bytes("consumer_cancel_notify");
    cancel_notify.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    cancel_notify.value.value.boolean = 1;
    amqp_table_entry_t capabilities{};
    capabilities.key = rabbit_bytes("capabilities");
    capabilities.value.kind = AMQP_FIELD_KIND_TABLE;
    capabilities.value.value.table = {.num_entries = 1, .entries = &cancel_notify};
    const amqp_table_t properties{.num_entries = 1, .entries = &capabilities};
    const amqp_rpc_reply_t reply = amqp_login_with_properties(
        state(), address.vhost.c_str(), 1, kFrameBytesMax,
        static_cast<int>(options.heartbeat.count()), &properties, AMQP_SASL_METHOD_PLAIN,
        address.user.c_str(), address.password.c_str());
    if (auto wrong = problem_of(reply)) return "the login failed: " + *wrong;
    amqp_channel_open(state(), kRabbitChannel);
    return problem();
}

std::optional<std::string> RabbitConnection::problem() const {
    return problem_of(amqp_get_rpc_reply(state()));
}

std::expected<std::optional<amqp_frame_t>, std::string> RabbitConnection::next_frame(
    std::chrono::microseconds limit) {
    amqp_maybe_release_buffers(state());
    const timeval time = to_timeval(limit);
    amqp_frame_t frame{};
    const int status = amqp_simple_wait_frame_noblock(state(), &frame, &time);
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    if (status != AMQP_STATUS_OK) return std::unexpected(library_problem(status));
    if (auto reason = closing_reason(frame)) return std::unexpected(std::move(*reason));
    return frame;
}

void RabbitConnection::close() {
    const timeval limit = to_timeval(kCloseLimit);
    amqp_set_rpc_timeout(state(), &limit);
    amqp_connection_close(state(), AMQP_REPLY_SUCCESS);
}

}  // namespace cinema::cluster
