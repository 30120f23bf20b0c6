#include "api/problem.hpp"

#include <algorithm>
#include <boost/describe/class.hpp>
#include <optional>

#include "json/write.hpp"

namespace cinema::api {

namespace {

struct ProblemBody {
    std::string type;
    std::string_view title;
    int status = 0;
    std::string_view detail;
    std::string_view request_id;
    std::optional<std::vector<std::string>> conflicts;
    std::optional<std::vector<domain::FieldError>> errors;
};
BOOST_DESCRIBE_STRUCT(ProblemBody, (), (type, title, status, detail, request_id, conflicts, errors))

const Problem& problem_for(domain::Errc code) {
    using domain::Errc;
    switch (code) {
        case Errc::not_found:
            return problems::kNotFound;
        case Errc::validation:
            return problems::kValidation;
        case Errc::seats_taken:
            return problems::kSeatsTaken;
        case Errc::showtime_started:
            return problems::kShowtimeStarted;
        case Errc::booking_not_locked:
            return problems::kBookingNotLocked;
        case Errc::hold_expired:
            return problems::kHoldExpired;
        case Errc::payment_required:
            return problems::kPaymentRequired;
        case Errc::idempotency_mismatch:
            return problems::kIdempotencyMismatch;
        case Errc::wrong_credentials:
            return problems::kWrongCredentials;
        case Errc::account_gone:
            return problems::kAccountGone;
        case Errc::too_many_requests:
            return problems::kTooManyRequests;
        case Errc::overloaded:
            return problems::kOverloaded;
        case Errc::unavailable:
            return problems::kUnavailable;
    }
    return problems::kInternal;
}

}  // namespace

http::Response problem_response(const Problem& problem, const ProblemDetails& details) {
    ProblemBody body{.type = "urn:cinema:problem:" + std::string(problem.slug),
                     .title = problem.title,
                     .status = problem.status,
                     .detail = details.detail,
                     .request_id = details.request_id,
                     .conflicts = std::nullopt,
                     .errors = std::nullopt};
    // A conflict always lists its seats, also to a client that does not look at the type.
    if (!details.conflicts.empty()) body.conflicts = details.conflicts;
    if (!details.errors.empty()) body.errors = details.errors;
    http::Response response;
    response.status = problem.status;
    response.content = std::make_shared<const http::Content>(
        "application/problem+json", json::to_json(body), false, "Cache-Control: no-store\r\n");
    if (problem.status == 401) {
        // RFC 6750 section 3: the error is named only when a token was given.
        response.add_header("WWW-Authenticate",
                            problem.slug == problems::kInvalidToken.slug ||
                                    problem.slug == problems::kAccountGone.slug
                                ? "Bearer realm=\"cinema\", error=\"invalid_token\""
                                : "Bearer realm=\"cinema\"");
    }
    if (details.retry_after_seconds > 0) {
        response.add_header("Retry-After", std::to_string(details.retry_after_seconds));
    }
    return response;
}

http::Response problem_response(const domain::Error& error, std::string_view request_id) {
    const Problem& problem = problem_for(error.code);
    // A 503 always says when to come back, also where the error does not.
    const int retry_after_seconds =
        std::max(error.retry_after_seconds, problem.status == 503 ? 1 : 0);
    return problem_response(problem, {.detail = error.detail,
                                      .request_id = request_id,
                                      .conflicts = error.conflicts,
                                      .errors = error.errors,
                                      .retry_after_seconds = retry_after_seconds});
}

const Problem& problem_for_status(int status) {
    static constexpr const Problem* kByStatus[] = {
        &problems::kBadRequest,      &problems::kForbidden,
        &problems::kNotFound,        &problems::kMethodNotAllowed,
        &problems::kRequestTimeout,  &problems::kBodyTooLarge,
        &problems::kUriTooLong,      &problems::kUnsupportedMediaType,
        &problems::kUpgradeRequired, &problems::kHeadersTooLarge,
        &problems::kNotImplemented,  &problems::kUnavailable,
        &problems::kHttpVersion,
    };
    const auto* const* found =
        std::find_if(std::begin(kByStatus), std::end(kByStatus),
                     [status](const Problem* problem) { return problem->status == status; });
    return found == std::end(kByStatus) ? problems::kInternal : **found;
}

}  // namespace cinema::api
