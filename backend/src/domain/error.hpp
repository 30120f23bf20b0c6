#pragma once

#include <boost/describe/class.hpp>
#include <expected>
#include <string>
#include <utility>
#include <vector>

namespace cinema::domain {

/// Why an operation was not done. Each one maps to exactly one problem type and HTTP status
/// (api/problem.cpp); nothing below the API knows about HTTP.
enum class Errc {
    not_found,
    validation,   ///< well-formed but wrong; `errors` names the fields
    seats_taken,  ///< `conflicts` lists the seats
    showtime_started,
    booking_not_locked,  ///< the booking is already BOOKED, CANCELLED or EXPIRED
    hold_expired,
    payment_required,      ///< confirm before a successful payment
    idempotency_mismatch,  ///< the key was used with another request
    wrong_credentials,
    account_gone,  ///< the token is good but its user no longer exists
    too_many_requests,
    overloaded,   ///< a queue is full; nothing was done
    unavailable,  ///< a dependency did not answer; nothing is acknowledged
};

/// One field that is wrong and what to do about it. `field` is a JSON path as the client wrote it
/// ("seats[2]") or a query parameter's name.
struct FieldError {
    std::string field;
    std::string message;

    bool operator==(const FieldError&) const = default;
};
BOOST_DESCRIBE_STRUCT(FieldError, (), (field, message))

struct Error {
    Errc code;
    std::string detail;  ///< a sentence a person can act on
    std::vector<std::string> conflicts = {};
    std::vector<FieldError> errors = {};
    int retry_after_seconds = 0;  ///< for too_many_requests, overloaded, unavailable
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Errc code, std::string detail) {
    return std::unexpected(Error{.code = code, .detail = std::move(detail)});
}

}  // namespace cinema::domain
