#include "api/query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/encode.hpp>
#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

namespace cinema::api {

namespace {

constexpr std::size_t kParametersMax = 32;

/// As forms encode: a plus sign is a space, and a plus sign that is meant is escaped.
boost::urls::encoding_opts form_encoding() {
    boost::urls::encoding_opts options;
    options.space_as_plus = true;
    return options;
}

/// Valid UTF-8 without control characters: what may be searched for and echoed in a link.
bool is_plain_text(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x20 || lead == 0x7f) return false;
        const int more = lead < 0x80                   ? 0
                         : lead >= 0xc2 && lead < 0xe0 ? 1
                         : lead >= 0xe0 && lead < 0xf0 ? 2
                         : lead >= 0xf0 && lead < 0xf5 ? 3
                                                       : -1;
        if (more < 0 || i + static_cast<std::size_t>(more) >= text.size()) return false;
        for (int k = 1; k <= more; ++k) {
            if ((static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0xc0) !=
                0x80) {
                return false;
            }
        }
        i += static_cast<std::size_t>(more) + 1;
    }
    return true;
}

}  // namespace

Query::Query(std::string_view encoded) {
    if (encoded.empty()) return;
    // As a reference of its own: on a view into a longer text, Boost.URL 1.81 miscounts the last
    // parameter.
    const std::string reference = "?" + std::string(encoded);
    const auto parsed = boost::urls::parse_relative_ref(reference);
    if (parsed.has_error()) {
        wrong("query", "The query string is not well encoded (RFC 3986).");
        return;
    }
    const boost::urls::params_encoded_view parameters = parsed->encoded_params();
    if (parameters.size() > kParametersMax) {
        wrong("query", fmt::format("At most {} parameters are read.", kParametersMax));
        return;
    }
    for (const auto parameter : parameters) {
        parameters_.emplace_back(std::string(parameter.key.decode(form_encoding())),
                                 std::string(parameter.value.decode(form_encoding())));
    }
}

std::optional<std::string> Query::text(std::string_view name, std::size_t bytes_max) {
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
    if (!is_plain_text(*found)) {
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

std::size_t Query::limit(std::size_t fallback, std::size_t max) {
    const auto given = text("limit");
    if (!given) return fallback;
    std::size_t value = 0;
    const auto [end, ec] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (ec != std::errc() || end != given->data() + given->size() || value < 1 || value > max) {
        wrong("limit", fmt::format("Must be a number from 1 to {}.", max));
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
    booking::PageRequest page{.limit = limit(fallback, max), .before = std::nullopt};
    if (const auto cursor = text("cursor")) {
        page.before = domain::ObjectId::parse(*cursor);
        if (!page.before) wrong("cursor", "Use the cursor of the Link header as it was given.");
    }
    return page;
}

std::string Query::next_link(std::string_view path, std::string_view cursor) const {
    // Everything but letters, digits and -._~ is escaped: a plus sign above all, which forms read
    // as a space.
    const auto escaped = [](const std::string& text) {
        return boost::urls::encode(text, boost::urls::unreserved_chars);
    };
    std::string link = fmt::format("<{}?", path);
    for (const auto& [key, value] : parameters_) {
        if (key != "cursor") link += fmt::format("{}={}&", escaped(key), escaped(value));
    }
    return link + fmt::format("cursor={}>; rel=\"next\"", escaped(std::string(cursor)));
}

}  // namespace cinema::api
