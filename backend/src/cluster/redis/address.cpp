#include "cluster/redis/address.hpp"

#include <charconv>

#include "cluster/link/service_url.hpp"

namespace cinema::cluster {

namespace {
constexpr int kDatabaseMax = 16'383;
}

std::expected<RedisAddress, std::string> parse_redis_address(std::string_view text) {
    auto url = parse_service_url(text);
    if (!url) return std::unexpected(std::move(url.error()));
    if (!url->scheme.empty() && url->scheme != "redis" && url->scheme != "rediss") {
        return std::unexpected("it must be host:port or begin with redis:// or rediss://");
    }
    if (!url->user.empty() && url->password.empty()) {
        return std::unexpected("a user needs a password (redis://user:password@host)");
    }
    RedisAddress address{.host = std::move(url->host),
                         .user = std::move(url->user),
                         .password = std::move(url->password),
                         .tls = url->scheme == "rediss"};
    if (url->port != 0) address.port = url->port;
    if (url->path.empty()) return address;
    const char* const end = url->path.data() + url->path.size();
    const auto [stop, error] = std::from_chars(url->path.data(), end, address.database);
    if (error != std::errc() || stop != end || address.database < 0 ||
        address.database > kDatabaseMax) {
        return std::unexpected("what follows the last / must be the number of a database");
    }
    return address;
}

}  // namespace cinema::cluster
