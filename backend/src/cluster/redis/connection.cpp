#include "cluster/redis/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <initializer_list>
#include <new>
#include <vector>

#include "cluster/redis/tls_tunnel.hpp"

namespace cinema::cluster {

namespace {

timeval to_timeval(std::chrono::milliseconds time) {
    return {.tv_sec = time.count() / 1000, .tv_usec = (time.count() % 1000) * 1000};
}

}  // namespace

std::string redis_command(std::span<const std::string_view> words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> lengths;
    texts.reserve(words.size());
    lengths.reserve(words.size());
    for (const std::string_view word : words) {
        texts.push_back(word.data());
        lengths.push_back(word.size());
    }
    char* formatted = nullptr;
    const int size = redisFormatCommandArgv(&formatted, static_cast<int>(words.size()),
                                            texts.data(), lengths.data());
    if (size < 0) throw std::bad_alloc();
    std::string command(formatted, static_cast<std::size_t>(size));
    redisFreeCommand(formatted);
    return command;
}

std::string redis_command(std::initializer_list<std::string_view> words) {
    return redis_command(std::span(words.begin(), words.size()));
}

std::expected<RedisConnection, std::string> RedisConnection::open(const RedisAddress& address,
                                                                  const std::string& ip,
                                                                  std::chrono::milliseconds limit,
                                                                  TlsTunnel* tunnel) {
    redisContext* context = nullptr;
    if (tunnel != nullptr) {
        const auto descriptor = tunnel->open(ip, address.port, limit);
        if (!descriptor) return std::unexpected(descriptor.error());
        context = redisConnectFd(*descriptor);
    } else {
        context = redisConnectWithTimeout(ip.c_str(), address.port, to_timeval(limit));
    }
    if (context == nullptr) throw std::bad_alloc();
    RedisConnection connection(context);
    if (context->err != 0) return std::unexpected(connection.problem());
    if (redisSetTimeout(context, to_timeval(limit)) != REDIS_OK) {
        return std::unexpected(connection.problem());
    }
    if (tunnel == nullptr) {
        const int on = 1;
        ::setsockopt(context->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(context->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }
    if (auto done = connection.log_in(address); !done) return std::unexpected(done.error());
    return connection;
}

std::expected<void, std::string> RedisConnection::log_in(const RedisAddress& address) {
    const auto ask = [&](std::string_view what,
                         std::string_view command) -> std::expected<void, std::string> {
        const auto reply = call(command);
        if (!reply) return std::unexpected(reply.error());
        if ((*reply)->type == REDIS_REPLY_ERROR) {
            // Redis does not repeat the password in its refusals.
            return std::unexpected(std::string(what) +
                                   " was refused: " + std::string(text_of(**reply)));
        }
        return {};
    };
    if (!address.password.empty()) {
        const auto done =
            ask("the login", address.user.empty()
                                 ? redis_command({"AUTH", address.password})
                                 : redis_command({"AUTH", address.user, address.password}));
        if (!done) return done;
    }
    if (address.database != 0) {
        return ask("the database", redis_command({"SELECT", std::to_string(address.database)}));
    }
    return {};
}

void RedisConnection::append(std::string_view command) {
    if (redisAppendFormattedCommand(context_.get(), command.data(), command.size()) != REDIS_OK) {
        throw std::bad_alloc();
    }
}

std::expected<RedisReply, std::string> RedisConnection::next_reply() {
    void* reply = nullptr;
    if (redisGetReply(context_.get(), &reply) != REDIS_OK || reply == nullptr) {
        return std::unexpected(problem());
    }
    return RedisReply(static_cast<redisReply*>(reply));
}

std::expected<RedisReply, std::string> RedisConnection::call(std::string_view command) {
    append(command);
    return next_reply();
}

std::expected<void, std::string> RedisConnection::send(std::string_view command) {
    append(command);
    for (int done = 0; done == 0;) {
        if (redisBufferWrite(context_.get(), &done) != REDIS_OK) return std::unexpected(problem());
    }
    return {};
}

std::expected<RedisReply, std::string> RedisConnection::receive() {
    if (redisBufferRead(context_.get()) != REDIS_OK) return std::unexpected(problem());
    return received();
}

std::expected<RedisReply, std::string> RedisConnection::received() {
    void* reply = nullptr;
    if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK) {
        return std::unexpected(problem());
    }
    return RedisReply(static_cast<redisReply*>(reply));
}

bool RedisConnection::is_stale() const {
    char byte = 0;
    const auto size = ::recv(context_->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

std::string RedisConnection::problem() const {
    const bool timed_out = context_->err == REDIS_ERR_IO &&
                           (errno == EAGAIN || errno == EWOULDBLOCK || errno == ETIMEDOUT);
    if (timed_out) return "no answer in time";
    return context_->errstr;
}

}  // namespace cinema::cluster
