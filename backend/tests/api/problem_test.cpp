#include "api/problem.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace cinema::api {
namespace {

TEST(Problem, HasAStatusForEveryDomainError) {
    using domain::Errc;
    const std::pair<Errc, int> table[] = {
        {Errc::not_found, 404},          {Errc::validation, 422},
        {Errc::seats_taken, 409},        {Errc::showtime_started, 409},
        {Errc::booking_not_locked, 409}, {Errc::hold_expired, 409},
        {Errc::payment_required, 409},   {Errc::idempotency_mismatch, 422},
        {Errc::wrong_credentials, 401},  {Errc::account_gone, 401},
        {Errc::too_many_requests, 429},  {Errc::overloaded, 503},
        {Errc::unavailable, 503},
    };
    for (const auto& [code, status] : table) {
        const auto response = problem_response(domain::Error{.code = code, .detail = "d"}, "r");
        EXPECT_EQ(response.status, status);
        EXPECT_EQ(response.headers.find("Retry-After: 1") != std::string::npos, status == 503);
        EXPECT_EQ(response.headers.find("WWW-Authenticate: Bearer") != std::string::npos,
                  status == 401);
    }
}

TEST(Problem, CarriesWhatHelps) {
    domain::Error error{.code = domain::Errc::seats_taken, .detail = "Taken."};
    error.conflicts = {"A2"};
    error.errors = {{"seats[0]", "no"}};
    const auto response = problem_response(error, "req-1");
    const auto body = boost::json::parse(response.content->bytes()).as_object();
    EXPECT_EQ(body.at("type"), "urn:cinema:problem:seats-taken");
    EXPECT_EQ(body.at("status"), 409);
    EXPECT_EQ(body.at("detail"), "Taken.");
    EXPECT_EQ(body.at("requestId"), "req-1");
    EXPECT_EQ(body.at("conflicts").as_array().at(0), "A2");
    EXPECT_EQ(body.at("errors").as_array().at(0).at("field"), "seats[0]");
}

TEST(Problem, TellsWhenToComeBack) {
    domain::Error error{.code = domain::Errc::too_many_requests, .detail = "Wait."};
    error.retry_after_seconds = 42;
    EXPECT_NE(problem_response(error, "r").headers.find("Retry-After: 42\r\n"), std::string::npos);
}

}  // namespace
}  // namespace cinema::api
