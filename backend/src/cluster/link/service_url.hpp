#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace cinema::cluster {

/// A URL of a service, or a bare `host:port` (then without a scheme). Percent-escapes are decoded.
struct ServiceUrl {
    std::string scheme;  ///< lower case
    std::string user;
    std::string password;
    std::string host;        ///< an IPv6 address without its brackets
    std::uint16_t port = 0;  ///< 0: not told
    std::string path;        ///< without its first slash
};

/// Reads `[scheme://[[user]:password@]]host[:port][/path]` (RFC 3986). The error is a sentence that
/// says what is wrong and never repeats a part of the text, which may hold a password.
std::expected<ServiceUrl, std::string> parse_service_url(std::string_view text);

}  // namespace cinema::cluster
