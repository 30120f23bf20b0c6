#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/error.hpp"
#include "http/message.hpp"

/// Errors as clients see them: RFC 9457 problem details with a stable `type`.
namespace cinema::api {

/// One kind of problem. The table of all kinds is in problem.cpp and in docs/protocol.md.
struct Problem {
    std::string_view slug;  ///< type is "urn:cinema:problem:" + slug
    int status;
    std::string_view title;
};

namespace problems {
inline constexpr Problem kBadRequest{"bad-request", 400, "Bad request"};
inline constexpr Problem kMalformedJson{"malformed-json", 400, "Malformed JSON"};
inline constexpr Problem kMissingToken{"missing-token", 401, "Log in first"};
inline constexpr Problem kInvalidToken{"invalid-token", 401, "Log in again"};
inline constexpr Problem kWrongCredentials{"wrong-credentials", 401, "Wrong e-mail or password"};
inline constexpr Problem kAccountGone{"account-gone", 401, "Account no longer exists"};
inline constexpr Problem kForbidden{"forbidden", 403, "Not allowed"};
inline constexpr Problem kNotFound{"not-found", 404, "Not found"};
inline constexpr Problem kMethodNotAllowed{"method-not-allowed", 405, "Method not allowed"};
inline constexpr Problem kRequestTimeout{"request-timeout", 408, "Request timeout"};
inline constexpr Problem kSeatsTaken{"seats-taken", 409, "Seats are taken"};
inline constexpr Problem kShowtimeStarted{"showtime-started", 409, "Showtime has started"};
inline constexpr Problem kBookingNotLocked{"booking-not-locked", 409, "Booking is not held"};
inline constexpr Problem kHoldExpired{"hold-expired", 409, "Hold has expired"};
inline constexpr Problem kPaymentRequired{"payment-required", 409, "Payment required"};
inline constexpr Problem kBodyTooLarge{"body-too-large", 413, "Body too large"};
inline constexpr Problem kUriTooLong{"uri-too-long", 414, "URI too long"};
inline constexpr Problem kUnsupportedMediaType{"unsupported-media-type", 415,
                                               "Unsupported media type"};
inline constexpr Problem kValidation{"validation", 422, "Request is not valid"};
inline constexpr Problem kIdempotencyMismatch{"idempotency-mismatch", 422,
                                              "Idempotency key was used for another request"};
inline constexpr Problem kUpgradeRequired{"upgrade-required", 426, "WebSocket required"};
inline constexpr Problem kTooManyRequests{"too-many-requests", 429, "Too many requests"};
inline constexpr Problem kHeadersTooLarge{"headers-too-large", 431, "Headers too large"};
inline constexpr Problem kInternal{"internal", 500, "Internal error"};
inline constexpr Problem kNotImplemented{"not-implemented", 501, "Not implemented"};
inline constexpr Problem kOverloaded{"overloaded", 503, "Overloaded"};
inline constexpr Problem kUnavailable{"unavailable", 503, "Unavailable"};
inline constexpr Problem kHttpVersion{"http-version", 505, "HTTP version not supported"};
}  // namespace problems

struct ProblemDetails {
    std::string_view detail;
    std::string_view request_id;
    std::vector<std::string> conflicts = {};
    std::vector<domain::FieldError> errors = {};
    int retry_after_seconds = 0;  ///< 0: no Retry-After header
};

http::Response problem_response(const Problem& problem, const ProblemDetails& details);

/// The one place that turns a domain error into a status.
http::Response problem_response(const domain::Error& error, std::string_view request_id);

/// For requests that HTTP itself refuses: the kind that has this status.
const Problem& problem_for_status(int status);

}  // namespace cinema::api
