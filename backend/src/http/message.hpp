#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

/// HTTP/1.1 messages as the server hands them around. Knows nothing of cinemas.
namespace cinema::http {

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

std::string_view method_name(Method method);

/// The request headers that anything here looks at; the others are skipped while parsing.
enum class Header : std::uint8_t {
    accept_encoding,
    access_control_request_method,
    authorization,
    connection,
    content_type,
    expect,
    host,
    idempotency_key,
    if_none_match,
    origin,
    sec_websocket_key,
    sec_websocket_version,
    upgrade,
    x_forwarded_for,
    count_,
};

/// One request. The views point into the connection's buffer and live until the response is
/// written; a handler that outlives its answer copies what it needs.
struct Request {
    Method method = Method::other;
    bool keep_alive = true;
    std::string_view target;  ///< as sent
    std::string_view path;    ///< percent-encoded, without the query, begins with '/'
    std::string_view query;   ///< percent-encoded, without '?'
    std::string_view body;
    std::array<std::string_view, static_cast<std::size_t>(Header::count_)> headers{};
    std::string_view client_address;  ///< behind a trusted proxy, the one that the proxy names
    std::string_view id;              ///< unique; answered as X-Request-Id and logged
    std::size_t worker = 0;           ///< the I/O thread that serves it

    /// What the handler notes about the request for RequestHandler::answered.
    struct Notes {
        int route = -1;
        std::string principal;  ///< who asked, as the log may name them
    };
    mutable Notes notes;

    std::string_view header(Header name) const { return headers[static_cast<std::size_t>(name)]; }
    bool has(Header name) const { return header(name).data() != nullptr; }
};

/// Bytes with the headers that describe them: immutable and shared, so that a cached answer is
/// made once and sent many times without copying.
class Content {
  public:
    /// With `etag`, an entity tag is made from the bytes (SHA-256, cut to 128 bits).
    Content(std::string_view content_type, std::string bytes, bool with_etag,
            std::string_view extra_headers = {});

    const std::string& bytes() const { return bytes_; }
    const std::string& head() const { return head_; }  ///< header lines, each with its CRLF
    const std::string& etag() const { return etag_; }  ///< quoted; empty when there is none

    /// Does an If-None-Match header name this content (RFC 9110 section 13.1.2)?
    bool matches(std::string_view if_none_match) const;

  private:
    std::string bytes_;
    std::string etag_;
    std::string head_;
    std::string validators_;  ///< the head of a 304

  public:
    const std::string& validators() const { return validators_; }
};

using SharedContent = std::shared_ptr<const Content>;

/// A socket that has left HTTP after a 101, with what the client had already sent beyond it.
struct Upgraded {
    boost::asio::ip::tcp::socket socket;
    std::string leftover;
};

struct Response {
    int status = 200;
    SharedContent content;  ///< may be null: no body
    std::string headers;    ///< further header lines, each with its CRLF
    bool close = false;
    std::function<void(Upgraded)> upgrade;  ///< for 101: takes the socket over

    /// Values must not hold CR or LF; anything from a client is checked before.
    void add_header(std::string_view name, std::string_view value);
};

std::string_view reason_phrase(int status);

}  // namespace cinema::http
