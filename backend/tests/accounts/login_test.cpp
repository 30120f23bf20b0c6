#include "accounts/login.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>
#include <vector>

#include "accounts/fakes.hpp"
#include "accounts/password.hpp"

namespace cinema::accounts {

namespace {

using domain::Errc;
using domain::Role;
using testing::FakeClock;
using testing::FakeIds;
using testing::MemoryUsers;
using Answer = domain::Result<LoginAnswer>;

constexpr const char* kPassword = "a long enough password";
constexpr const char* kEmail = "ada@example.org";

class Login : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(initialize_crypto());
        static const std::string hash = hash_password(kPassword).value_or("");
        ASSERT_FALSE(hash.empty());
        users_.set({.id = ids_.next<domain::UserId>(),
                    .email = kEmail,
                    .name = "Ada",
                    .role = Role::ADMIN,
                    .password_hash = hash,
                    .created_at = clock_.now()});
    }

    /// Runs many logins at once on one I/O thread.
    std::vector<Answer> run(LoginService& service, const std::vector<LoginRequest>& requests,
                            const std::string& address = "203.0.113.7") {
        boost::asio::io_context io;
        std::vector<Answer> answers(requests.size(), domain::fail(Errc::not_found, "no answer"));
        for (std::size_t i = 0; i < requests.size(); ++i) {
            boost::asio::co_spawn(io, service.login(requests[i], address),
                                  [&answers, i, thread = std::this_thread::get_id()](
                                      std::exception_ptr error, Answer answer) {
                                      EXPECT_EQ(error, nullptr);
                                      EXPECT_EQ(std::this_thread::get_id(), thread)
                                          << "not the caller's executor";
                                      answers[i] = std::move(answer);
                                  });
        }
        io.run();
        return answers;
    }
    Answer login(LoginService& service, const LoginRequest& request,
                 const std::string& address = "203.0.113.7") {
        return run(service, {request}, address)[0];
    }

    FakeClock clock_;
    FakeIds ids_;
    MemoryUsers users_;
    Tokens tokens_{"0123456789abcdef0123456789abcdef", clock_, ids_, 3600};
    LoginService strict_{users_, tokens_, clock_, ids_, {.failures_max = 3}};
    LoginService demo_{users_, tokens_, clock_, ids_, {.demo_login = true, .failures_max = 3}};
};

LoginRequest with_password(const std::string& email, const std::string& password) {
    return {.email = email, .password = password, .name = std::nullopt};
}

LoginRequest without_password(const std::string& email,
                              std::optional<std::string> name = std::nullopt) {
    return {.email = email, .password = std::nullopt, .name = std::move(name)};
}

std::string wrong_field(const Answer& answer) {
    if (answer || answer.error().code != Errc::validation) return "not a validation error";
    return answer.error().errors.size() == 1 ? answer.error().errors[0].field : "not one field";
}

TEST_F(Login, ByPasswordGivesATokenForTheAccount) {
    const auto answer = login(strict_, with_password(" ADA@Example.org ", kPassword));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->user.email, kEmail);
    EXPECT_EQ(answer->user.name, "Ada");
    EXPECT_EQ(answer->user.role, Role::ADMIN);
    EXPECT_EQ(answer->user.password_hash, "") << "the hash stays here";
    EXPECT_FALSE(answer->password_outdated);
    const auto claims = tokens_.verify(answer->token);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->user_id, answer->user.id);
    EXPECT_EQ(claims->role, Role::ADMIN);
    EXPECT_EQ(claims->expires_at, answer->expires_at);
}

TEST_F(Login, FailsInTheSameWayForEveryReason) {
    users_.set({.id = ids_.next<domain::UserId>(), .email = "demo@example.org", .name = "Demo"});
    const auto wrong_password = login(strict_, with_password(kEmail, "another password"));
    const auto no_account = login(strict_, with_password("nobody@example.org", kPassword));
    const auto no_password = login(strict_, with_password("demo@example.org", kPassword));
    const auto too_long = login(strict_, with_password(kEmail, std::string(10'000, 'x')));
    for (const auto& answer : {wrong_password, no_account, no_password, too_long}) {
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::wrong_credentials);
        EXPECT_EQ(answer.error().detail, "The e-mail or the password is wrong.");
    }
    EXPECT_EQ(users_.size(), 2u) << "nobody is created";
}

TEST_F(Login, NamesTheFieldThatIsMissingOrWrong) {
    EXPECT_EQ(wrong_field(login(strict_, without_password(kEmail))), "password");
    EXPECT_EQ(wrong_field(login(strict_, with_password(kEmail, ""))), "password");
    EXPECT_EQ(wrong_field(login(strict_, without_password("nobody@example.org"))), "password");
    EXPECT_EQ(wrong_field(login(strict_, with_password("no address", kPassword))), "email");
    EXPECT_EQ(wrong_field(login(demo_, without_password(""))), "email");
    EXPECT_EQ(wrong_field(login(demo_, without_password("new@example.org", "a\nb"))), "name");
    EXPECT_EQ(users_.calls, 1) << "only the last got as far as the store";
}

TEST_F(Login, WithoutDemoModeNeverNeedsNoPassword) {
    for (const auto email : {LoginService::kDemoUserEmail, LoginService::kDemoAdminEmail}) {
        EXPECT_EQ(wrong_field(login(strict_, without_password(std::string(email)))), "password");
        const auto answer = login(strict_, with_password(std::string(email), kPassword));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::wrong_credentials);
    }
    EXPECT_EQ(users_.size(), 1u);
}

TEST_F(Login, WithoutDemoModeDoesNotOpenAccountsThatDemoModeMade) {
    ASSERT_TRUE(login(demo_, without_password("admin@cinema.local")));
    const auto answer = login(strict_, with_password("admin@cinema.local", "any password at all"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::wrong_credentials);
}

TEST_F(Login, InDemoModeKnowsTwoAccounts) {
    const auto user = login(demo_, without_password("User@cinema.local", "Someone Else"));
    ASSERT_TRUE(user) << user.error().detail;
    EXPECT_EQ(user->user.name, "Demo User");
    EXPECT_EQ(user->user.role, Role::USER);
    const auto admin = login(demo_, without_password("admin@cinema.local"));
    ASSERT_TRUE(admin);
    EXPECT_EQ(admin->user.name, "Demo Admin");
    EXPECT_EQ(admin->user.role, Role::ADMIN);
    EXPECT_EQ(tokens_.verify(admin->token)->role, Role::ADMIN);
    EXPECT_EQ(login(demo_, without_password("admin@cinema.local"))->user.id, admin->user.id);
}

TEST_F(Login, InDemoModeMakesAnyOtherEMailAPlainUser) {
    const auto named = login(demo_, without_password("grace@example.org", " Grace Hopper "));
    ASSERT_TRUE(named);
    EXPECT_EQ(named->user.name, "Grace Hopper");
    EXPECT_EQ(named->user.role, Role::USER);
    EXPECT_EQ(named->user.created_at, clock_.now());
    EXPECT_FALSE(named->user.id.is_nil());
    const auto unnamed = login(demo_, without_password("admin@example.org", ""));
    ASSERT_TRUE(unnamed);
    EXPECT_EQ(unnamed->user.name, "admin");
    EXPECT_EQ(unnamed->user.role, Role::USER);

    const auto again = login(demo_, without_password("grace@example.org", "Another Name"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->user.id, named->user.id);
    EXPECT_EQ(again->user.name, "Grace Hopper") << "the name of an account stays";
    EXPECT_TRUE(login(demo_, with_password("grace@example.org", "what forms send")))
        << "a password is not asked for, and does no harm";
}

TEST_F(Login, InDemoModeStillNeedsThePasswordOfAnAccountThatHasOne) {
    EXPECT_EQ(wrong_field(login(demo_, without_password(kEmail))), "password");
    const auto wrong = login(demo_, with_password(kEmail, "another password"));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Errc::wrong_credentials);
    EXPECT_TRUE(login(demo_, with_password(kEmail, kPassword)));

    users_.set({.id = ids_.next<domain::UserId>(),
                .email = "admin@cinema.local",
                .name = "Real Admin",
                .role = Role::ADMIN,
                .password_hash = users_.get(kEmail)->password_hash});
    EXPECT_EQ(wrong_field(login(demo_, without_password("admin@cinema.local"))), "password");
}

TEST_F(Login, InDemoModeMakesOneAccountForManyLoginsAtOnce) {
    const auto answers =
        run(demo_, std::vector<LoginRequest>(20, without_password("new@example.org")));
    for (const auto& answer : answers) {
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->user.id, answers[0]->user.id);
    }
    EXPECT_EQ(users_.size(), 2u);
}

TEST_F(Login, WaitsAfterTooManyFailuresOfOneEMail) {
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

TEST_F(Login, WaitsAlikeForAccountsThatDoNotExist) {
    for (int i = 0; i < 3; ++i) login(strict_, with_password("nobody@example.org", "wrong"));
    const auto limited = login(strict_, with_password("Nobody@example.org", "wrong"));
    ASSERT_FALSE(limited);
    EXPECT_EQ(limited.error().code, Errc::too_many_requests);
}

TEST_F(Login, ForgetsAnEMailsFailuresWhenThePasswordIsRight) {
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 2; ++i) login(strict_, with_password(kEmail, "wrong"));
        EXPECT_TRUE(login(strict_, with_password(kEmail, kPassword))) << round;
    }
}

TEST_F(Login, WaitsAfterTooManyFailuresOfOneAddress) {
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

TEST_F(Login, DoesNotCountRightPasswordsAgainstAnAddress) {
    for (int i = 0; i < 3 * LoginService::kAddressFactor + 5; ++i) {
        ASSERT_TRUE(login(strict_, with_password(kEmail, kPassword))) << i;
    }
}

TEST_F(Login, CountsAttemptsThatAreStillUnderWay) {
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

TEST_F(Login, RefusesWhenTooManyWaitForTheirPasswordsCheck) {
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

TEST_F(Login, PassesTheStoresErrorsOnAndCountsThemAgainstNobody) {
    users_.broken = domain::Error{.code = Errc::unavailable, .detail = "down"};
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(login(strict_, with_password(kEmail, kPassword)).error().code, Errc::unavailable);
        EXPECT_EQ(login(demo_, without_password("x@y")).error().code, Errc::unavailable);
    }
    users_.broken.reset();
    EXPECT_TRUE(login(strict_, with_password(kEmail, kPassword)));
}

TEST_F(Login, TellsOfAnOutdatedHash) {
    auto user = *users_.get(kEmail);
    // Argon2id of "old password here" with 8 MiB and one pass, made by libsodium at run time.
    std::array<char, 128> hash{};
    ASSERT_EQ(::crypto_pwhash_str(hash.data(), "old password here", 17, 1, 8 * 1024 * 1024), 0);
    user.password_hash = hash.data();
    users_.set(user);
    const auto answer = login(strict_, with_password(kEmail, "old password here"));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->password_outdated);
}

TEST_F(Login, MayEndWhilePasswordsAreChecked) {
    boost::asio::io_context io;
    {
        LoginService service(users_, tokens_, clock_, ids_, {.failures_max = 100});
        for (int i = 0; i < 10; ++i) {
            boost::asio::co_spawn(io, service.login(with_password(kEmail, kPassword), "x"),
                                  [](std::exception_ptr, Answer) {});
        }
        io.run_for(std::chrono::milliseconds{20});
    }
    // Under a sanitizer, a coroutine that was resumed or freed twice would show.
    SUCCEED();
}

}  // namespace

}  // namespace cinema::accounts
