#pragma once

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "config/config.hpp"

/// Text to typed members of Config. Each function stores the value, or answers what is allowed.
namespace cinema::config {

template <auto kMember, int kLow, int kHigh>
std::optional<std::string> read_integer(Config& config, std::string_view text) {
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || value < kLow ||
        value > kHigh) {
        return fmt::format("a whole number from {} to {}", kLow, kHigh);
    }
    config.*kMember = static_cast<std::remove_reference_t<decltype(config.*kMember)>>(value);
    return std::nullopt;
}

template <auto kMember>
std::optional<std::string> read_on_off(Config& config, std::string_view text) {
    const bool on = text == "true" || text == "1";
    if (!on && text != "false" && text != "0") return "true or false";
    config.*kMember = on;
    return std::nullopt;
}

template <auto kMember>
std::optional<std::string> read_text(Config& config, std::string_view text) {
    config.*kMember = std::string(text);
    return std::nullopt;
}

std::optional<std::string> read_listen(Config& config, std::string_view text);
std::optional<std::string> read_web_root(Config& config, std::string_view text);
std::optional<std::string> read_cinema_name(Config& config, std::string_view text);
std::optional<std::string> read_time_zone(Config& config, std::string_view text);
std::optional<std::string> read_demo_catalogue(Config& config, std::string_view text);
std::optional<std::string> read_jwt_secret(Config& config, std::string_view text);
std::optional<std::string> read_allowed_origins(Config& config, std::string_view text);
std::optional<std::string> read_trusted_proxies(Config& config, std::string_view text);
std::optional<std::string> read_log_level(Config& config, std::string_view text);

}  // namespace cinema::config
