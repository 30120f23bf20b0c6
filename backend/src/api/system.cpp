#include "api/respond.hpp"
#include "assets.hpp"

/// Health, metrics and the contract.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Response;

struct StatusView {
    std::string_view status;
};
BOOST_DESCRIBE_STRUCT(StatusView, (), (status))

/// `missing` is what bookings can go on without; only "degraded" has it.
struct ReadinessView {
    std::string_view status;
    std::optional<std::vector<std::string>> missing;
};
BOOST_DESCRIBE_STRUCT(ReadinessView, (), (status, missing))

http::SharedContent contract() {
    for (const auto& file : embedded_assets()) {
        if (file.name == "openapi.yaml") {
            return std::make_shared<const http::Content>(
                "application/yaml", std::string(file.content), true, "Cache-Control: no-cache\r\n");
        }
    }
    return nullptr;
}

}  // namespace

awaitable<Response> show_liveness(Context&) {
    co_return done_json(200, StatusView{.status = "alive"});
}

awaitable<Response> show_readiness(Context& context) {
    ReadinessView view{.status = "ready", .missing = {}};
    for (const engine::Missing& missing : context.app.missing()) {
        if (missing.needed) {
            co_return context.problem({.code = domain::Errc::unavailable,
                                       .detail = missing.detail,
                                       .retry_after_seconds = 1});
        }
        view.status = "degraded";
        if (!view.missing) view.missing.emplace();
        view.missing->push_back(missing.name);
    }
    co_return done_json(200, view);
}

awaitable<Response> show_metrics(Context& context) {
    Response response;
    response.content = std::make_shared<const http::Content>(
        "text/plain; version=0.0.4; charset=utf-8", context.app.metrics.expose(), false, kNoStore);
    co_return response;
}

awaitable<Response> show_contract(Context& context) {
    static const http::SharedContent kContract = contract();
    co_return ok(context, kContract);
}

}  // namespace cinema::api
