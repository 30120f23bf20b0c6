#include "api/respond.hpp"
#include "http/websocket.hpp"

/// The WebSocket: everything that can be refused is refused before the upgrade.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Header;
using http::Response;

/// Browsers send Origin with every WebSocket; programs need not. A page of this very site is
/// always welcome, another only when it is listed (RFC 6455 section 10.2).
bool origin_allowed(const Context& context) {
    if (!context.request.has(Header::origin)) return true;
    const std::string_view origin = context.request.header(Header::origin);
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (origin.starts_with(scheme) &&
            origin.substr(scheme.size()) == context.request.header(Header::host)) {
            return true;
        }
    }
    return context.app.allowed_origins.contains(std::string(origin));
}

}  // namespace

awaitable<Response> watch_showtime(Context& context) {
    auto catalog = context.app.catalog.snapshot();
    const auto showtime = context.id_param<domain::ShowtimeId>();
    if (!showtime || !catalog->showtime(*showtime)) {
        co_return context.problem(problems::kNotFound, "There is no such showtime.");
    }
    const auto accept = http::check_websocket_handshake(context.request);
    if (!accept) {
        Response response =
            context.problem(problem_for_status(accept.error().status), accept.error().why);
        if (accept.error().status == 426) {
            response.add_header("Upgrade", "websocket");
            response.add_header("Sec-WebSocket-Version", "13");
        }
        co_return response;
    }
    if (!origin_allowed(context)) {
        co_return context.problem(problems::kForbidden,
                                  "Pages of this origin may not watch; see ALLOWED_ORIGINS.");
    }
    auto permit = context.app.hub.admit(context.request.client_address);
    if (!permit) {
        context.app.metrics.overload_refusals.Increment();
        const domain::Error full{.code = domain::Errc::overloaded,
                                 .detail = "Too many seat maps are open; try again shortly.",
                                 .retry_after_seconds = 5};
        co_return context.problem(full);
    }
    Response response;
    response.status = 101;
    response.add_header("Upgrade", "websocket");
    response.add_header("Connection", "Upgrade");
    response.add_header("Sec-WebSocket-Accept", *accept);
    response.upgrade = [&hub = context.app.hub, worker = context.request.worker,
                        catalog = std::move(catalog), id = *showtime,
                        permit = std::move(permit)](http::Upgraded upgraded) {
        hub.join(std::move(upgraded), worker, catalog, id, permit);
    };
    co_return response;
}

}  // namespace cinema::api
