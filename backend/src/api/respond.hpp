#pragma once

#include <memory>
#include <string>
#include <vector>

#include "api/endpoint.hpp"
#include "api/query.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace cinema::api {

/// Bookings on a page, for their customers and for staff.
inline constexpr std::size_t kBookingsPageDefault = 50;
inline constexpr std::size_t kBookingsPageMax = 200;

/// Personal or changing: may be kept, but is asked for again each time (with its ETag).
inline constexpr std::string_view kRevalidate = "Cache-Control: private, no-cache\r\n";
inline constexpr std::string_view kNoStore = "Cache-Control: no-store\r\n";

/// An answer to GET: 304 when the client has it already.
inline http::Response ok(const Context& context, http::SharedContent content) {
    http::Response response;
    response.content = std::move(content);
    if (response.content->matches(context.request.header(http::Header::if_none_match))) {
        response.status = 304;
    }
    return response;
}

inline http::SharedContent json_content(std::string text) {
    return std::make_shared<const http::Content>("application/json", std::move(text), true,
                                                 kRevalidate);
}

template <class T>
http::Response ok_json(const Context& context, const T& value) {
    return ok(context, json_content(json::to_json(value)));
}

/// Lists in pages: ask for one_more() row than the page holds, and cut_to() says whether there was
/// one, which is dropped; so it is known whether a next page exists.
inline booking::PageRequest one_more(const booking::PageRequest& page) {
    return {.limit = page.limit + 1, .before = page.before};
}
template <class Row>
bool cut_to(const booking::PageRequest& page, std::vector<Row>& rows) {
    const bool more = rows.size() > page.limit;
    if (more) rows.resize(page.limit);
    return more;
}

/// A page of views that have an `id`, with a Link to the next page when there are `more`.
template <class View>
http::Response page_json(const Context& context, const Query& query, const std::vector<View>& views,
                         bool more) {
    http::Response response = ok_json(context, views);
    if (more) {
        response.add_header("Link",
                            query.next_link(context.request.path, views.back().id.to_hex()));
    }
    return response;
}

/// The result of something done: never cached.
template <class T>
http::Response done_json(int status, const T& value) {
    http::Response response;
    response.status = status;
    response.content = std::make_shared<const http::Content>("application/json",
                                                             json::to_json(value), false, kNoStore);
    return response;
}

/// Reads a JSON body into a described struct, or gives the answer: 415, 400 or 422.
template <class T>
std::expected<T, http::Response> read_body(const Context& context) {
    const std::string_view type = context.request.header(http::Header::content_type);
    const std::string_view media = type.substr(0, type.find(';'));
    static constexpr std::string_view kJson = "application/json";
    const bool is_json =
        media.size() >= kJson.size() &&
        media.substr(kJson.size()).find_first_not_of(' ') == std::string_view::npos &&
        std::equal(kJson.begin(), kJson.end(), media.begin(), [](char expected, char given) {
            return expected == (given >= 'A' && given <= 'Z' ? char(given + 32) : given);
        });
    if (!is_json) {
        return std::unexpected(
            context.problem(problems::kUnsupportedMediaType, "Send the body as application/json."));
    }
    const auto parsed = json::parse(context.request.body);
    if (!parsed) {
        return std::unexpected(context.problem(problems::kMalformedJson, parsed.error().message));
    }
    auto read = json::read<T>(*parsed);
    if (!read) return std::unexpected(context.problem(read.error()));
    return std::move(*read);
}

}  // namespace cinema::api
