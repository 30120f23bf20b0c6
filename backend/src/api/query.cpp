#include "api/query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "domain/hex.hpp"
#include "domain/utf8.hpp"

namespace cinema::api {

namespace {

constexpr std::size_t kParametersMax = 32;

/// As forms encode (WHATWG URL, application/x-www-form-urlencoded): %XX is a byte, a plus sign is a
/// space. Boost.URL's first release, Debian 12's 1.81, reads past the end of some queries (found by
/// fuzzing), hence our own.
std::optional<std::string> decode(std::string_view encoded) {
    std::string text;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        if (encoded[i] == '+') {
            text += ' ';
        } else if (encoded[i] != '%') {
            text += encoded[i];
        } else {
            if (i + 2 >= encoded.size()) return std::nullopt;
            const int high = domain::hex_digit_value(encoded[i + 1]);
            const int low = domain::hex_digit_value(encoded[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            text += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return text;
}

/// Everything but letters, digits and -._~ is escaped: a plus sign above all.
std::string encode(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            encoded += c;
        } else {
            fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

}  // namespace

Query::Query(std::string_view encoded) {
    while (!encoded.empty()) {
        const auto end = encoded.find('&');
        const std::string_view parameter = encoded.substr(0, end);
        encoded.remove_prefix(end == std::string_view::npos ? encoded.size() : end + 1);
        if (parameter.empty()) continue;
        if (parameters_.size() == kParametersMax) {
            wrong("query", fmt::format("At most {} parameters are read.", kParametersMax));
            return;
        }
        const auto sign = parameter.find('=');
        auto key = decode(parameter.substr(0, sign));
        auto value = decode(sign == std::string_view::npos ? "" : parameter.substr(sign + 1));
        if (!key || !value) {
            wrong("query", "The query string is not well encoded (RFC 3986).");
            return;
        }
        parameters_.emplace_back(std::move(*key), std::move(*value));
    }
}

std::optional<std::string> Query::text(std::string_view name, std::size_t bytes_max) {
    asked_for_.emplace_back(name);
    const std::string* found = nullptr;
    for (const auto& [key, value] : parameters_) {
        if (key != name) continue;
        if (found) {
            wrong(name, "Give this parameter once.");
            return std::nullopt;
        }
        found = &value;
    }
    if (!found || found->empty()) return std::nullopt;
    if (found->size() > bytes_max) {
        wrong(name, fmt::format("Must be at most {} bytes long.", bytes_max));
        return std::nullopt;
    }
    if (!domain::is_plain_text(*found)) {
        wrong(name, "Must be UTF-8 text without control characters.");
        return std::nullopt;
    }
    return *found;
}

std::optional<domain::UtcTime> Query::time(std::string_view name, Day meant) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    if (const auto day = domain::parse_date(*given)) {
        return domain::UtcTime{meant == Day::its_end ? *day + std::chrono::days{1} : *day};
    }
    const auto time = domain::parse_rfc3339(*given);
    if (!time) wrong(name, "Must be a time like 2026-11-24T19:30:00Z, or a date like 2026-11-24.");
    return time;
}

std::optional<std::chrono::sys_days> Query::date(std::string_view name) {
    const auto given = text(name);
    if (!given) return std::nullopt;
    const auto day = domain::parse_date(*given);
    if (!day) wrong(name, "Must be a date like 2026-11-24.");
    return day;
}

std::size_t Query::number(std::string_view name, std::size_t fallback, std::size_t max) {
    const auto given = text(name);
    if (!given) return fallback;
    std::size_t value = 0;
    const auto [end, ec] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (ec != std::errc() || end != given->data() + given->size() || value < 1 || value > max) {
        wrong(name, fmt::format("Must be a number from 1 to {}.", max));
        return fallback;
    }
    return value;
}

void Query::wrong(std::string_view name, std::string message) {
    errors_.push_back({std::string(name), std::move(message)});
}

domain::Error Query::error() const {
    return {.code = domain::Errc::validation,
            .detail = "A query parameter is not as it should be; see errors.",
            .errors = errors_};
}

booking::PageRequest Query::page(std::size_t fallback, std::size_t max) {
    booking::PageRequest page{.limit = number("limit", fallback, max), .before = std::nullopt};
    if (const auto cursor = text("cursor")) {
        page.before = domain::ObjectId::parse(*cursor);
        if (!page.before) wrong("cursor", "Use the cursor of the Link header as it was given.");
    }
    return page;
}

std::string Query::next_link(std::string_view path, std::string_view cursor) const {
    std::string link = fmt::format("<{}?", path);
    for (const auto& [key, value] : parameters_) {
        const bool asked_for =
            std::find(asked_for_.begin(), asked_for_.end(), key) != asked_for_.end();
        if (asked_for && key != "cursor") link += fmt::format("{}={}&", encode(key), encode(value));
    }
    return link + fmt::format("cursor={}>; rel=\"next\"", encode(cursor));
}

}  // namespace cinema::api
