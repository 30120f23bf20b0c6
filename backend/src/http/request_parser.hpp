#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace cinema::http {

inline constexpr std::size_t kHeaderBytesMax = 16 * 1024;  ///< request line and headers together
inline constexpr std::size_t kTargetBytesMax = 4 * 1024;
inline constexpr std::size_t kBodyBytesMax = 64 * 1024;

/// Why a request is refused before any handler sees it. The connection is closed after the answer,
/// as the two sides may no longer agree on where the next request begins.
struct ParseFailure {
    int status;            ///< 400, 413, 414, 431, 501 or 505
    std::string_view why;  ///< for the answer's `detail`
};

/// Parses one request out of a buffer that does not move while the request is used, on Beast's
/// `basic_parser` but without its field allocation. Stricter than Beast where leniency lets
/// requests be smuggled past a proxy (RFC 9112 sections 5.2, 6.1, 6.3; RFC 9110 section 7.2).
class RequestParser {
  public:
    enum class Status { need_more, header_done, complete, failed };

    RequestParser();
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Ready for the next request.
    void reset();

    /// Consumes from `data` and says how much in `consumed`; the bytes of the request line and the
    /// headers must stay where they are. Returns header_done once, before any of the body.
    Status put(std::string_view data, std::size_t& consumed);

    const ParseFailure& failure() const;  ///< after failed
    bool started() const;                 ///< has any of the request been seen?
    Request& request();                   ///< from header_done on; body from complete on

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace cinema::http
