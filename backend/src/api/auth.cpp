#include "api/respond.hpp"
#include "api/views.hpp"

/// Who one is.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Response;
using telemetry::LogField;

/// Anything else in the body is ignored; a role in particular has no effect.
struct LoginBody {
    std::string email;
    std::optional<std::string> password;
    std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(LoginBody, (), (email, password, name))

}  // namespace

awaitable<Response> login(Context& context) {
    auto body = read_body<LoginBody>(context);
    if (!body) co_return std::move(body.error());
    App& app = context.app;
    const std::string client(context.request.client_address);
    accounts::LoginRequest request{.email = std::move(body->email),
                                   .password = std::move(body->password),
                                   .name = std::move(body->name)};
    const auto answer = co_await app.login.login(std::move(request), client);
    if (!answer) {
        if (answer.error().code != domain::Errc::validation) {
            app.metrics.logins_failed.Increment();
            app.logger.warn("login_failed", LogField("requestId", context.request.id),
                            LogField("client", client), LogField("why", answer.error().detail));
        }
        co_return context.problem(answer.error());
    }
    if (answer->password_outdated) {
        app.logger.warn("password_hash_outdated", LogField("userId", answer->user.id.to_hex()));
    }
    app.logger.info("login", LogField("requestId", context.request.id), LogField("client", client),
                    LogField("userId", answer->user.id.to_hex()));
    co_return done_json(200, LoginView{.token = answer->token,
                                       .expires_at = answer->expires_at,
                                       .user = view_of(answer->user)});
}

awaitable<Response> show_me(Context& context) {
    const auto user = co_await context.app.users.find(context.actor->user_id);
    if (!user) co_return context.problem(user.error());
    if (!*user) {
        const domain::Error gone{.code = domain::Errc::account_gone,
                                 .detail = "This account no longer exists; log in again."};
        co_return context.problem(gone);
    }
    co_return ok_json(context, view_of(**user));
}

}  // namespace cinema::api
