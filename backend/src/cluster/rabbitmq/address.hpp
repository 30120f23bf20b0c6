#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace cinema::cluster {

/// Where RabbitMQ is and how to log in.
struct RabbitAddress {
    std::string host;
    std::uint16_t port = 5672;
    std::string user = "guest";
    std::string password = "guest";
    std::string vhost = "/";
    bool tls = false;
};

/// Reads RABBITMQ_URL: `amqp://[user:password@]host[:port][/vhost]`, or `amqps://` for TLS (port
/// 5671). Without a vhost, and with a bare `/`, it is the default one. The error is a sentence
/// without any part of the text.
std::expected<RabbitAddress, std::string> parse_rabbit_address(std::string_view text);

}  // namespace cinema::cluster
