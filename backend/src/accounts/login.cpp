#include "accounts/login.hpp"

#include <fmt/format.h>

#include "accounts/email.hpp"
#include "accounts/password.hpp"
#include "domain/ensure.hpp"
#include "domain/network.hpp"

namespace cinema::accounts {

namespace {

using domain::Errc;
using domain::Error;
using Answer = domain::Result<LoginAnswer>;

std::unexpected<Error> invalid_field(std::string field, std::string message) {
    return std::unexpected(Error{.code = Errc::validation,
                                 .detail = "The login is not as it should be; see errors.",
                                 .errors = {{std::move(field), std::move(message)}}});
}

void drop_if_empty(std::optional<std::string>& text) {
    if (text && text->empty()) text.reset();
}

}  // namespace

LoginService::LoginService(UserStore& users, const Tokens& tokens, const env::Clock& clock,
                           env::IdSource& ids, LoginOptions options)
    : users_(users),
      tokens_(tokens),
      clock_(clock),
      ids_(ids),
      options_(options),
      email_failures_(options.failures_max, options.window_seconds),
      address_failures_(options.failures_max * kAddressFactor, options.window_seconds) {
    domain::ensure(initialize_crypto(), "libsodium is ready");
}

boost::asio::awaitable<Answer> LoginService::login(LoginRequest request,
                                                   std::string client_address) {
    drop_if_empty(request.password);
    drop_if_empty(request.name);
    auto email = normalize_email(request.email);
    if (!email) co_return invalid_field("email", "Must be an e-mail address.");
    // Before looking: with demo login off, this answer is the same for every e-mail.
    if (!options_.demo_login && !request.password) {
        co_return invalid_field("password", "This member is required.");
    }
    auto found = co_await users_.find_by_email(*email);
    if (!found) co_return std::unexpected(found.error());

    // An account with a password needs it in demo mode too: someone has chosen to protect it, and
    // switching demo login on for an afternoon must not open the real staff's accounts.
    const bool has_password = *found && !(*found)->password_hash.empty();
    if (options_.demo_login && !has_password) {
        co_return co_await login_to_demo(std::move(*email), std::move(request.name));
    }
    if (!request.password) {
        co_return invalid_field("password", "This account has a password, so it is required.");
    }
    co_return co_await login_by_password(std::move(*email), std::move(*request.password),
                                         std::move(*found), std::move(client_address));
}

boost::asio::awaitable<Answer> LoginService::login_to_demo(std::string email,
                                                           std::optional<std::string> name) {
    if (name) {
        name = normalize_display_name(*name);
        if (!name) {
            co_return invalid_field("name", "Must be 1 to 100 characters, no control characters.");
        }
    }
    // The e-mail alone decides the role; nothing in a request can ask for one.
    domain::User user{.id = ids_.next<domain::UserId>(),
                      .email = email,
                      .name = name.value_or(email.substr(0, email.find('@'))),
                      .role = domain::Role::USER,
                      .password_hash = {},
                      .created_at = clock_.now()};
    if (email == kDemoUserEmail) user.name = "Demo User";
    if (email == kDemoAdminEmail) {
        user.name = "Demo Admin";
        user.role = domain::Role::ADMIN;
    }
    auto stored = co_await users_.find_or_create(std::move(user));
    if (!stored) co_return std::unexpected(stored.error());
    // `cinema user add` may have given it a password since it was looked up.
    if (!stored->password_hash.empty()) {
        co_return invalid_field("password", "This account has a password, so it is required.");
    }
    co_return answer_for(std::move(*stored));
}

boost::asio::awaitable<Answer> LoginService::login_by_password(std::string email,
                                                               std::string password,
                                                               std::optional<domain::User> user,
                                                               std::string client_address) {
    const std::string address = domain::network_of(client_address);
    if (auto refusal = begin_attempt(email, address)) co_return std::unexpected(*refusal);

    // An account that is not there or has no password takes as long as a wrong password. The hash
    // has a name because g++ 12 destroys a `?:` temporary inside a co_await expression twice.
    std::string hash = user ? user->password_hash : std::string();
    const auto correct = co_await worker_.verify(std::move(hash), std::move(password));
    if (!correct) {
        email_failures_.withdraw(email);
        address_failures_.withdraw(address);
        co_return std::unexpected(correct.error());
    }
    if (!*correct || !user) {
        co_return domain::fail(Errc::wrong_credentials, "The e-mail or the password is wrong.");
    }
    email_failures_.clear(email);
    // Only this attempt: an own account must not buy an address more guesses at others'.
    address_failures_.withdraw(address);
    co_return answer_for(std::move(*user));
}

std::optional<Error> LoginService::begin_attempt(const std::string& email,
                                                 const std::string& address) {
    const auto now = clock_.now();
    auto wait = address_failures_.attempt(address, now);
    if (!wait) {
        wait = email_failures_.attempt(email, now);
        if (wait) address_failures_.withdraw(address);
    }
    if (!wait) return std::nullopt;
    return Error{.code = Errc::too_many_requests,
                 .detail = fmt::format("Too many failed logins. Try again in {} seconds.", *wait),
                 .retry_after_seconds = *wait};
}

Answer LoginService::answer_for(domain::User user) const {
    IssuedToken issued = tokens_.issue(user);
    const bool outdated = !user.password_hash.empty() && is_outdated_hash(user.password_hash);
    user.password_hash.clear();
    return LoginAnswer{.token = std::move(issued.token),
                       .expires_at = issued.expires_at,
                       .user = std::move(user),
                       .password_outdated = outdated};
}

}  // namespace cinema::accounts
