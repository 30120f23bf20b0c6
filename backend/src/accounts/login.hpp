#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "accounts/failure_limiter.hpp"
#include "accounts/password_worker.hpp"
#include "accounts/token.hpp"
#include "accounts/user_store.hpp"
#include "domain/error.hpp"
#include "domain/user.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"

namespace cinema::accounts {

struct LoginRequest {
    std::string email;
    std::optional<std::string> password;  ///< empty counts as absent: forms send empty fields
    std::optional<std::string> name;      ///< for an account that demo login creates
};

struct LoginAnswer {
    std::string token;
    domain::UtcTime expires_at;
    domain::User user;               ///< without the password hash
    bool password_outdated = false;  ///< its hash has older parameters: worth a warning in the log
};

struct LoginOptions {
    bool demo_login = false;
    int failures_max = 10;  ///< of one e-mail within the window
    int window_seconds = 900;
};

/// Turns an e-mail and a password, or in demo mode an e-mail alone, into a token. Any thread.
///
/// Failed passwords are counted per e-mail and, `kAddressFactor` times as many, per client address
/// (a cinema's staff shares one). Whoever is over the limit waits, whether or not the account
/// exists.
class LoginService {
  public:
    static constexpr int kAddressFactor = 5;
    static constexpr std::string_view kDemoUserEmail = "user@cinema.local";
    static constexpr std::string_view kDemoAdminEmail = "admin@cinema.local";

    /// The references must outlive the service. When it is destroyed, no thread may run logins any
    /// more; those that wait for a password's check end with their coroutine destroyed.
    LoginService(UserStore& users, const Tokens& tokens, const env::Clock& clock,
                 env::IdSource& ids, LoginOptions options);

    /// Errors: validation (naming the field), wrong_credentials (the same for every reason),
    /// too_many_requests, overloaded, and what the UserStore answers.
    boost::asio::awaitable<domain::Result<LoginAnswer>> login(LoginRequest request,
                                                              std::string client_address);

  private:
    boost::asio::awaitable<domain::Result<LoginAnswer>> login_to_demo(
        std::string email, std::optional<std::string> name);
    boost::asio::awaitable<domain::Result<LoginAnswer>> login_by_password(
        std::string email, std::string password, std::optional<domain::User> user,
        std::string client_address);
    std::optional<domain::Error> begin_attempt(const std::string& email,
                                               const std::string& address);
    domain::Result<LoginAnswer> answer_for(domain::User user) const;

    UserStore& users_;
    const Tokens& tokens_;
    const env::Clock& clock_;
    env::IdSource& ids_;
    const LoginOptions options_;
    FailureLimiter email_failures_;
    FailureLimiter address_failures_;
    PasswordWorker worker_;
};

}  // namespace cinema::accounts
