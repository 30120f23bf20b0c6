#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace cinema::cluster {

/// Where Redis is and how to log in.
struct RedisAddress {
    std::string host;
    std::uint16_t port = 6379;
    std::string user;      ///< empty: the default user
    std::string password;  ///< empty: no AUTH
    int database = 0;
    bool tls = false;
};

/// Reads REDIS_ADDR: `host:port`, `redis://[[user]:password@]host[:port][/database]`, or the same
/// with `rediss://` for TLS. The error is a sentence without any part of the text.
std::expected<RedisAddress, std::string> parse_redis_address(std::string_view text);

}  // namespace cinema::cluster
