#include "config/read_values.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <system_error>
#include <utility>

#include "domain/utf8.hpp"
#include "env/time_zone.hpp"

namespace cinema::config {

namespace {

constexpr std::size_t kJwtSecretBytesMin = 32;
constexpr std::size_t kCinemaNameCharactersMax = 60;

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// Calls `read_item` for each trimmed item of a comma list; false when one is refused.
template <class ReadItem>
bool each_item(std::string_view list, ReadItem read_item) {
    while (true) {
        const auto comma = list.find(',');
        if (!read_item(trim_blanks(list.substr(0, comma)))) return false;
        if (comma == std::string_view::npos) return true;
        list.remove_prefix(comma + 1);
    }
}

std::optional<std::uint16_t> read_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return port;
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = text.substr(0, colon);
    const auto port = read_port(text.substr(colon + 1));
    if (!port) return std::nullopt;
    if (host == "localhost") host = "127.0.0.1";
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    if (host.empty() && !bracketed) return ListenAddress{"", *port};
    // "::1:80" could be read in two ways; brackets make it one.
    const bool is_v6 = host.find(':') != std::string_view::npos;
    if (is_v6 != bracketed || host.find('/') != std::string_view::npos ||
        !AddressRange::parse(host)) {
        return std::nullopt;
    }
    return ListenAddress{std::string(host), *port};
}

bool is_host_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
}

/// The origin as a browser serializes it (RFC 6454 6.2): lower case, without the default port.
std::optional<std::string> parse_origin(std::string_view text) {
    std::string origin(text);
    std::transform(origin.begin(), origin.end(), origin.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string_view rest = origin;
    std::string_view default_port;
    if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
        default_port = ":443";
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
        default_port = ":80";
    } else {
        return std::nullopt;
    }
    const bool bracketed = rest.starts_with('[');
    const auto host_end = bracketed ? rest.find(']') : rest.find(':');
    if (bracketed && host_end == std::string_view::npos) return std::nullopt;
    const std::string_view host =
        bracketed ? rest.substr(1, host_end - 1) : rest.substr(0, host_end);
    const std::string_view port =
        host_end == std::string_view::npos ? "" : rest.substr(bracketed ? host_end + 1 : host_end);
    const bool good_host =
        bracketed
            ? host.find(':') != std::string_view::npos &&
                  host.find('/') == std::string_view::npos && AddressRange::parse(host).has_value()
            : !host.empty() && std::all_of(host.begin(), host.end(), is_host_character);
    if (!good_host) return std::nullopt;
    if (!port.empty() && (port[0] != ':' || read_port(port.substr(1)).value_or(0) == 0)) {
        return std::nullopt;
    }
    if (port == default_port) origin.resize(origin.size() - port.size());
    return origin;
}

}  // namespace

std::optional<std::string> read_listen(Config& config, std::string_view text) {
    std::vector<ListenAddress> addresses;
    const bool good = each_item(text, [&](std::string_view item) {
        const auto address = parse_listen_address(item);
        if (!address) return false;
        // The same port twice could not be bound; port 0 means another one each time.
        if (address->port != 0 &&
            std::find(addresses.begin(), addresses.end(), *address) != addresses.end()) {
            return false;
        }
        addresses.push_back(*address);
        return true;
    });
    if (!good) {
        return "a comma list of distinct address:port, like :8080 (every address), "
               "127.0.0.1:8080 or [::1]:8080";
    }
    config.listen = std::move(addresses);
    return std::nullopt;
}

std::optional<std::string> read_web_root(Config& config, std::string_view text) {
    std::error_code problem;
    if (!std::filesystem::is_directory(text, problem)) return "a folder that exists";
    config.web_root = text;
    return std::nullopt;
}

std::optional<std::string> read_cinema_name(Config& config, std::string_view text) {
    const std::string_view name = trim_blanks(text);
    const auto characters = domain::count_characters(name).value_or(0);
    if (characters < 1 || characters > kCinemaNameCharactersMax || !domain::is_plain_text(name)) {
        return fmt::format("1 to {} characters of text", kCinemaNameCharactersMax);
    }
    config.cinema_name = name;
    return std::nullopt;
}

std::optional<std::string> read_time_zone(Config& config, std::string_view text) {
    if (!env::is_time_zone(text)) {
        return "a time zone of this system by its IANA name, like Asia/Bangkok or UTC; if that is "
               "one, install tzdata";
    }
    config.time_zone = text;
    return std::nullopt;
}

std::optional<std::string> read_demo_catalogue(Config& config, std::string_view text) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(text, problem)) return "a file that exists";
    config.demo_catalogue = text;
    return std::nullopt;
}

std::optional<std::string> read_jwt_secret(Config& config, std::string_view text) {
    // RFC 7518 3.2: a key at least as long as the hash.
    if (text.size() < kJwtSecretBytesMin) {
        return fmt::format(
            "at least {} bytes long (it has {}); make one with: openssl rand -hex 32",
            kJwtSecretBytesMin, text.size());
    }
    config.jwt_secret = text;
    return std::nullopt;
}

std::optional<std::string> read_allowed_origins(Config& config, std::string_view text) {
    std::vector<std::string> origins;
    const bool good = each_item(text, [&](std::string_view item) {
        auto origin = parse_origin(item);
        if (origin) origins.push_back(std::move(*origin));
        return origin.has_value();
    });
    if (!good) {
        return "a comma list of origins like https://cinema.example or http://localhost:3000, "
               "without a path";
    }
    config.allowed_origins = std::move(origins);
    return std::nullopt;
}

std::optional<std::string> read_trusted_proxies(Config& config, std::string_view text) {
    std::vector<AddressRange> ranges;
    const bool good = each_item(text, [&](std::string_view item) {
        const auto range = AddressRange::parse(item);
        if (range) ranges.push_back(*range);
        return range.has_value();
    });
    if (!good) return "a comma list of IP addresses or CIDR blocks like 10.0.0.0/8 or fd00::/8";
    config.trusted_proxies = std::move(ranges);
    return std::nullopt;
}

std::optional<std::string> read_log_level(Config& config, std::string_view text) {
    using telemetry::LogLevel;
    static constexpr std::array<std::pair<std::string_view, LogLevel>, 5> kLevels{
        {{"debug", LogLevel::debug},
         {"info", LogLevel::info},
         {"warn", LogLevel::warn},
         {"error", LogLevel::error},
         {"off", LogLevel::off}}};
    for (const auto& [name, level] : kLevels) {
        if (text == name) {
            config.log_level = level;
            return std::nullopt;
        }
    }
    return "debug, info, warn, error or off";
}

}  // namespace cinema::config
