#include "api/router.hpp"

#include <fmt/format.h>

namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Header;
using http::Method;
using http::Request;
using http::Response;

constexpr std::size_t kSegmentsMax = 8;
constexpr int kStaticRoute = -2;

/// Splits "/a/b/c"; false when there are more segments than any route has.
bool split_path(std::string_view path, std::array<std::string_view, kSegmentsMax>& segments,
                std::size_t& count) {
    count = 0;
    path.remove_prefix(1);
    for (;;) {
        if (count == kSegmentsMax) return false;
        const auto slash = path.find('/');
        segments[count++] = path.substr(0, slash);
        if (slash == std::string_view::npos) return true;
        path.remove_prefix(slash + 1);
    }
}

bool is_api_path(std::string_view path) {
    return path == "/api" || path.starts_with("/api/") || path == "/ws" || path.starts_with("/ws/");
}

/// "Bearer <token>", the scheme in any case (RFC 9110 section 11.1). Empty when it is not that.
std::string_view bearer_token(std::string_view authorization) {
    static constexpr std::string_view kScheme = "bearer ";
    if (authorization.size() <= kScheme.size()) return {};
    for (std::size_t i = 0; i < kScheme.size(); ++i) {
        const char c = authorization[i];
        if ((c >= 'A' && c <= 'Z' ? char(c + 32) : c) != kScheme[i]) return {};
    }
    authorization.remove_prefix(kScheme.size());
    while (authorization.starts_with(' ')) authorization.remove_prefix(1);
    return authorization;
}

}  // namespace

Router::Router(App& app) : app_(app) {
    for (const Endpoint& endpoint : endpoints()) {
        std::array<std::string_view, kSegmentsMax> segments;
        std::size_t count = 0;
        split_path(endpoint.pattern, segments, count);
        rows_.push_back(
            {.endpoint = &endpoint,
             .segments = {segments.begin(), segments.begin() + count},
             .metrics = &app_.metrics.route(http::method_name(endpoint.method), endpoint.pattern)});
    }
    static_metrics_ = &app_.metrics.route("GET", "static");
    other_metrics_ = &app_.metrics.route("any", "none");
}

Router::Match Router::match(const Request& request) const {
    Match found;
    std::array<std::string_view, kSegmentsMax> segments;
    std::size_t count = 0;
    if (!split_path(request.path, segments, count)) return found;
    const Method method = request.method == Method::head ? Method::get : request.method;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const Row& row = rows_[i];
        if (row.segments.size() != count) continue;
        std::array<std::string_view, 2> params{};
        std::size_t param_count = 0;
        bool same = true;
        for (std::size_t k = 0; same && k < count; ++k) {
            if (row.segments[k].starts_with('{')) {
                params[param_count++] = segments[k];
            } else {
                same = row.segments[k] == segments[k];
            }
        }
        if (!same) continue;
        if (row.endpoint->method == method) {
            found.row = static_cast<int>(i);
            found.params = params;
            return found;
        }
        if (!found.allow.empty()) found.allow += ", ";
        found.allow += row.endpoint->method == Method::get
                           ? "GET, HEAD"
                           : http::method_name(row.endpoint->method);
    }
    return found;
}

awaitable<Response> Router::handle(const Request& request) {
    const Match found = match(request);
    request.notes.route = found.row;
    Response response;
    if (found.row < 0) {
        response = without_row(request, found);
    } else {
        const Row& row = rows_[static_cast<std::size_t>(found.row)];
        Context context{
            .app = app_, .request = request, .actor = std::nullopt, .params = found.params};
        if (auto refusal = authorize(row, context)) {
            response = std::move(*refusal);
        } else {
            response = co_await row.endpoint->handler(context);
        }
    }
    if (request.has(Header::origin)) add_cors(request, response);
    co_return response;
}

std::optional<Response> Router::authorize(const Row& row, Context& context) const {
    if (row.endpoint->access == Access::open) return std::nullopt;
    const std::string_view token = bearer_token(context.request.header(Header::authorization));
    if (token.empty()) {
        return context.problem(problems::kMissingToken,
                               "Log in, then send the token as Authorization: Bearer.");
    }
    const auto claims = app_.tokens.verify(token);
    if (!claims) {
        return context.problem(problems::kInvalidToken, accounts::describe(claims.error()));
    }
    context.actor = domain::Actor{.user_id = claims->user_id, .role = claims->role};
    if (app_.logger.enabled(telemetry::LogLevel::info)) {
        context.request.notes.principal = claims->user_id.to_hex();
    }
    if (row.endpoint->access == Access::admin && claims->role != domain::Role::ADMIN) {
        return context.problem(problems::kForbidden, "Only staff may do this.");
    }
    return std::nullopt;
}

Response Router::without_row(const Request& request, const Match& found) {
    const auto problem = [&](const Problem& kind, std::string_view detail) {
        return problem_response(kind, {.detail = detail, .request_id = request.id});
    };
    const bool is_options = request.method == Method::options;
    if (!found.allow.empty()) {
        Response response;
        if (is_options) {
            response.status = 204;
        } else {
            response =
                problem(problems::kMethodNotAllowed, fmt::format("Use one of: {}.", found.allow));
        }
        response.add_header("Allow", found.allow + ", OPTIONS");
        return response;
    }
    if (is_api_path(request.path)) {
        return problem(problems::kNotFound,
                       "There is nothing at this address; see "
                       "/api/openapi.yaml.");
    }
    const auto file = app_.files.find(request.path, request.header(Header::accept_encoding));
    if (!file) return problem(problems::kNotFound, "There is nothing at this address.");
    if (request.method != Method::get && request.method != Method::head) {
        Response response;
        if (is_options) {
            response.status = 204;
        } else {
            response = problem(problems::kMethodNotAllowed, "Use one of: GET, HEAD.");
        }
        response.add_header("Allow", "GET, HEAD, OPTIONS");
        return response;
    }
    request.notes.route = kStaticRoute;
    Response response;
    response.content = file;
    if (file->matches(request.header(Header::if_none_match))) response.status = 304;
    return response;
}

void Router::add_cors(const Request& request, Response& response) const {
    const std::string_view origin = request.header(Header::origin);
    if (app_.allowed_origins.empty() || response.status == 101) return;
    response.add_header("Vary", "Origin");
    if (!app_.allowed_origins.contains(std::string(origin))) return;
    response.add_header("Access-Control-Allow-Origin", origin);
    response.add_header("Access-Control-Expose-Headers",
                        "ETag, Link, Location, Retry-After, X-Request-Id");
    if (request.method == Method::options && request.has(Header::access_control_request_method)) {
        response.add_header("Access-Control-Allow-Methods", "GET, POST");
        response.add_header("Access-Control-Allow-Headers",
                            "Authorization, Content-Type, Idempotency-Key, If-None-Match");
        response.add_header("Access-Control-Max-Age", "600");
    }
}

Response Router::refuse(int status, std::string_view why, std::string_view request_id) {
    Response response =
        problem_response(problem_for_status(status), {.detail = why, .request_id = request_id});
    response.close = status != 500;
    return response;
}

void Router::answered(const Request& request, int status, std::int64_t micros) {
    const int route = request.notes.route;
    telemetry::Metrics::Route& metrics = route >= 0
                                             ? *rows_[static_cast<std::size_t>(route)].metrics
                                         : route == kStaticRoute ? *static_metrics_
                                                                 : *other_metrics_;
    metrics.by_status_class[static_cast<std::size_t>(status / 100)]->Increment();
    metrics.seconds->Observe(static_cast<double>(micros) * 1e-6);
    using telemetry::LogField;
    app_.logger.info(
        "request", LogField("requestId", request.id),
        LogField("method", http::method_name(request.method)),
        LogField("route", route >= 0 ? rows_[static_cast<std::size_t>(route)].endpoint->pattern
                          : route == kStaticRoute ? std::string_view("static")
                                                  : std::string_view("none")),
        LogField("status", status), LogField("micros", micros),
        LogField("userId", std::string_view(request.notes.principal)),
        LogField("client", request.client_address));
}

}  // namespace cinema::api
