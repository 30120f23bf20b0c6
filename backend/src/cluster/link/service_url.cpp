#include "cluster/link/service_url.hpp"

#include <algorithm>
#include <charconv>

#include "domain/hex.hpp"

namespace cinema::cluster {

namespace {

using Problem = std::unexpected<std::string>;

std::expected<std::string, std::string> decode_percent(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const int high = i + 2 < text.size() ? domain::hex_digit_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? domain::hex_digit_value(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
            return Problem("a % must be followed by the two hex digits of a character");
        }
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

bool good_scheme(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    });
}

bool good_host(std::string_view text, bool in_brackets) {
    return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [&](char c) {
        const bool letter_or_digit =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return letter_or_digit || c == '.' || c == '-' || c == '_' || (c == ':' && in_brackets);
    });
}

/// `host`, `host:port`, `[v6]`, `[v6]:port` into the URL; what is wrong otherwise.
std::optional<std::string> read_host_and_port(ServiceUrl& url, std::string_view text) {
    std::string_view port;
    bool has_port = false;
    const bool in_brackets = text.starts_with('[');
    if (in_brackets) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return "an IPv6 address must end with ]";
        const std::string_view rest = text.substr(end + 1);
        has_port = rest.starts_with(':');
        if (!rest.empty() && !has_port) return "only :port may follow the ] of an IPv6 address";
        if (has_port) port = rest.substr(1);
        text = text.substr(1, end - 1);
    } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
        has_port = true;
        port = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    if (text.empty()) return "the host's name is missing";
    if (!good_host(text, in_brackets)) {
        return "the host must be a name or an address (special characters of a password are "
               "written as % and two hex digits)";
    }
    url.host = text;
    if (!has_port) return std::nullopt;
    int number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc() || end != port.data() + port.size() || number < 1 || number > 65535) {
        return "the port must be a number from 1 to 65535 (special characters of a password are "
               "written as % and two hex digits)";
    }
    url.port = static_cast<std::uint16_t>(number);
    return std::nullopt;
}

std::optional<std::string> read_user_and_password(ServiceUrl& url, std::string_view text) {
    const std::size_t colon = text.find(':');
    const auto user = decode_percent(text.substr(0, colon));
    if (!user) return "in the user's name, " + user.error();
    url.user = *user;
    if (colon == std::string_view::npos) return std::nullopt;
    const auto password = decode_percent(text.substr(colon + 1));
    if (!password) return "in the password, " + password.error();
    url.password = *password;
    return std::nullopt;
}

}  // namespace

std::expected<ServiceUrl, std::string> parse_service_url(std::string_view text) {
    ServiceUrl url;
    if (std::ranges::any_of(text, [](char c) { return c <= ' ' || c == 0x7f; })) {
        return Problem("it must not contain spaces or control characters");
    }
    if (const std::size_t mark = text.find("://"); mark != std::string_view::npos) {
        const std::string_view scheme = text.substr(0, mark);
        if (!good_scheme(scheme)) return Problem("it must begin with a scheme and ://");
        std::ranges::transform(scheme, std::back_inserter(url.scheme), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        text = text.substr(mark + 3);
    }
    if (text.find_first_of("?#") != std::string_view::npos) {
        return Problem(
            "it must not have options after ? or # (in a password these are written as "
            "%3F and %23)");
    }
    const std::size_t slash = text.find('/');
    std::string_view authority = text.substr(0, slash);
    if (slash != std::string_view::npos) {
        const auto path = decode_percent(text.substr(slash + 1));
        if (!path) return Problem("in the path, " + path.error());
        url.path = *path;
    }
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
        if (auto problem = read_user_and_password(url, authority.substr(0, at))) {
            return Problem(std::move(*problem));
        }
        authority = authority.substr(at + 1);
    }
    if (auto problem = read_host_and_port(url, authority)) return Problem(std::move(*problem));
    return url;
}

}  // namespace cinema::cluster
