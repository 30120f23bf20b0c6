#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "accounts/fakes.hpp"
#include "accounts/login.hpp"
#include "accounts/password.hpp"

namespace cinema::accounts::testing {

using Answer = domain::Result<LoginAnswer>;

inline constexpr const char* kPassword = "a long enough password";
inline constexpr const char* kEmail = "ada@example.org";

class LoginTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(initialize_crypto());
        static const std::string hash = hash_password(kPassword).value_or("");
        ASSERT_FALSE(hash.empty());
        users_.set({.id = ids_.next<domain::UserId>(),
                    .email = kEmail,
                    .name = "Ada",
                    .role = domain::Role::ADMIN,
                    .password_hash = hash,
                    .created_at = clock_.now()});
    }

    /// Runs many logins at once on one I/O thread.
    std::vector<Answer> run(LoginService& service, const std::vector<LoginRequest>& requests,
                            const std::string& address = "203.0.113.7") {
        boost::asio::io_context io;
        std::vector<Answer> answers(requests.size(),
                                    domain::fail(domain::Errc::not_found, "no answer"));
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

inline LoginRequest with_password(const std::string& email, const std::string& password) {
    return {.email = email, .password = password, .name = std::nullopt};
}

inline LoginRequest without_password(const std::string& email,
                                     std::optional<std::string> name = std::nullopt) {
    return {.email = email, .password = std::nullopt, .name = std::move(name)};
}

inline std::string wrong_field(const Answer& answer) {
    if (answer || answer.error().code != domain::Errc::validation) return "not a validation error";
    return answer.error().errors.size() == 1 ? answer.error().errors[0].field : "not one field";
}

}  // namespace cinema::accounts::testing
