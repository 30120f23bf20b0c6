#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "accounts/login_fixture.hpp"

namespace cinema::accounts {

namespace {

using domain::Errc;
using testing::kEmail;
using testing::kPassword;
using testing::with_password;

class LoginLimits : public testing::LoginTest {};

TEST_F(LoginLimits, WaitsAfterTooManyFailuresOfOneEMail) {
    for (int i = 0; i < 3; ++i) {
        const auto answer = login(strict_, with_password(kEmail, "wrong"), std::to_string(i));
        EXPECT_EQ(answer.error().code, Errc::wrong_credentials);
        clock_.advance(std::chrono::seconds{10});
    }
    const auto limited = login(strict_, with_password(kEmail, kPassword), "elsewhere");
    ASSERT_FALSE(limited) << "not even the right password";
    EXPECT_EQ(limited.error().code, Errc::too_many_requests);
    EXPECT_EQ(limited.error().retry_after_seconds, 870);
    EXPECT_EQ(limited.error().detail, "Too many failed logins. Try again in 870 seconds.");

    clock_.advance(std::chrono::seconds{870});
    EXPECT_TRUE(login(strict_, with_password(kEmail, kPassword)));
}

TEST_F(LoginLimits, WaitsAlikeForAccountsThatDoNotExist) {
    for (int i = 0; i < 3; ++i) login(strict_, with_password("nobody@example.org", "wrong"));
    const auto limited = login(strict_, with_password("Nobody@example.org", "wrong"));
    ASSERT_FALSE(limited);
    EXPECT_EQ(limited.error().code, Errc::too_many_requests);
}

TEST_F(LoginLimits, ForgetsAnEMailsFailuresWhenThePasswordIsRight) {
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 2; ++i) login(strict_, with_password(kEmail, "wrong"));
        EXPECT_TRUE(login(strict_, with_password(kEmail, kPassword))) << round;
    }
}

TEST_F(LoginLimits, WaitsAfterTooManyFailuresOfOneAddress) {
    const auto guess = [&](int i, const std::string& address) {
        return login(strict_, with_password("u" + std::to_string(i) + "@example.org", "guess"),
                     address);
    };
    for (int i = 0; i < 3 * LoginService::kAddressFactor; ++i) {
        EXPECT_EQ(guess(i, "2001:db8::" + std::to_string(i)).error().code, Errc::wrong_credentials);
    }
    const auto limited = guess(99, "2001:db8::ffff");
    EXPECT_EQ(limited.error().code, Errc::too_many_requests);
    EXPECT_EQ(guess(99, "2001:db8:0:1::1").error().code, Errc::wrong_credentials);
    // A right password does not buy more guesses.
    const auto own = login(strict_, with_password(kEmail, kPassword), "2001:db8::1");
    EXPECT_EQ(own.error().code, Errc::too_many_requests);
}

TEST_F(LoginLimits, DoesNotCountRightPasswordsAgainstAnAddress) {
    for (int i = 0; i < 3 * LoginService::kAddressFactor + 5; ++i) {
        ASSERT_TRUE(login(strict_, with_password(kEmail, kPassword))) << i;
    }
}

TEST_F(LoginLimits, CountsAttemptsThatAreStillUnderWay) {
    const auto answers = run(strict_, std::vector<LoginRequest>(20, with_password(kEmail, "no")));
    int tried = 0;
    int limited = 0;
    for (const auto& answer : answers) {
        ASSERT_FALSE(answer);
        tried += answer.error().code == Errc::wrong_credentials ? 1 : 0;
        limited += answer.error().code == Errc::too_many_requests ? 1 : 0;
    }
    EXPECT_EQ(tried, 3);
    EXPECT_EQ(limited, 17);
}

TEST_F(LoginLimits, RefusesWhenTooManyWaitForTheirPasswordsCheck) {
    LoginService patient(users_, tokens_, clock_, ids_, {.failures_max = 1000});
    constexpr int kExtra = 6;
    const auto answers =
        run(patient, std::vector<LoginRequest>(PasswordWorker::kWaitingMax + kExtra,
                                               with_password(kEmail, kPassword)));
    int good = 0;
    int overloaded = 0;
    for (const auto& answer : answers) {
        good += answer ? 1 : 0;
        overloaded += !answer && answer.error().code == Errc::overloaded &&
                              answer.error().retry_after_seconds > 0
                          ? 1
                          : 0;
    }
    // The worker may finish some while the others arrive.
    EXPECT_GE(good, PasswordWorker::kWaitingMax);
    EXPECT_EQ(good + overloaded, PasswordWorker::kWaitingMax + kExtra);
    EXPECT_GE(overloaded, 1);
    EXPECT_TRUE(login(patient, with_password(kEmail, kPassword))) << "places are given back";
}

TEST_F(LoginLimits, MayEndWhilePasswordsAreChecked) {
    boost::asio::io_context io;
    {
        LoginService service(users_, tokens_, clock_, ids_, {.failures_max = 100});
        for (int i = 0; i < 10; ++i) {
            boost::asio::co_spawn(io, service.login(with_password(kEmail, kPassword), "x"),
                                  [](std::exception_ptr, testing::Answer) {});
        }
        io.run_for(std::chrono::milliseconds{20});
    }
    // Under a sanitizer, a coroutine that was resumed or freed twice would show.
    SUCCEED();
}

}  // namespace

}  // namespace cinema::accounts
