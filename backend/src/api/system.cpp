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
    const auto ready = context.app.ready();
    if (!ready) co_return context.problem(ready.error());
    co_return done_json(200, StatusView{.status = "ready"});
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
