#pragma once

#include <hiredis/hiredis.h>

#include <chrono>
#include <expected>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cluster/redis/address.hpp"

namespace cinema::cluster {

class TlsTunnel;

struct RedisReplyDeleter {
    void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using RedisReply = std::unique_ptr<redisReply, RedisReplyDeleter>;

/// The text of a reply of type string, status or error.
inline std::string_view text_of(const redisReply& reply) {
    return {reply.str, reply.len};
}

/// A command as it is sent (RESP).
std::string redis_command(std::span<const std::string_view> words);
std::string redis_command(std::initializer_list<std::string_view> words);

/// One blocking connection. After an error in sending or receiving it is broken: only to be
/// destroyed. One thread at a time.
class RedisConnection {
  public:
    /// Connects to the IP address, authenticates and selects the database. Every step, and every
    /// command later, takes `limit` at most. `tunnel` for TLS, otherwise null.
    static std::expected<RedisConnection, std::string> open(const RedisAddress& address,
                                                            const std::string& ip,
                                                            std::chrono::milliseconds limit,
                                                            TlsTunnel* tunnel);

    /// Sends with the next call of next_reply.
    void append(std::string_view command);
    std::expected<RedisReply, std::string> next_reply();
    std::expected<RedisReply, std::string> call(std::string_view command);

    /// Sends without waiting for the reply.
    std::expected<void, std::string> send(std::string_view command);
    /// Reads from the socket once, then as received().
    std::expected<RedisReply, std::string> receive();
    /// The next reply that has arrived already; null when there is none.
    std::expected<RedisReply, std::string> received();

    int descriptor() const { return context_->fd; }
    /// Whether the server has hung up, or has sent what nobody asked for. Does not wait.
    bool is_stale() const;

  private:
    struct ContextDeleter {
        void operator()(redisContext* context) const { redisFree(context); }
    };
    explicit RedisConnection(redisContext* context) : context_(context) {}
    std::string problem() const;
    std::expected<void, std::string> log_in(const RedisAddress& address);

    std::unique_ptr<redisContext, ContextDeleter> context_;
};

}  // namespace cinema::cluster
