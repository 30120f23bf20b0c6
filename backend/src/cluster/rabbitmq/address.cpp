#include "cluster/rabbitmq/address.hpp"

#include "cluster/link/service_url.hpp"

namespace cinema::cluster {

namespace {
constexpr std::uint16_t kTlsPort = 5671;
}

std::expected<RabbitAddress, std::string> parse_rabbit_address(std::string_view text) {
    auto url = parse_service_url(text);
    if (!url) return std::unexpected(std::move(url.error()));
    if (url->scheme != "amqp" && url->scheme != "amqps") {
        return std::unexpected("it must begin with amqp:// or amqps://");
    }
    if (url->user.empty() != url->password.empty()) {
        return std::unexpected("user and password belong together (amqp://user:password@host)");
    }
    RabbitAddress address{.host = std::move(url->host), .tls = url->scheme == "amqps"};
    if (address.tls) address.port = kTlsPort;
    if (url->port != 0) address.port = url->port;
    if (!url->user.empty()) {
        address.user = std::move(url->user);
        address.password = std::move(url->password);
    }
    if (!url->path.empty()) address.vhost = std::move(url->path);
    return address;
}

}  // namespace cinema::cluster
