#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "api/app.hpp"
#include "api/problem.hpp"
#include "domain/rules.hpp"
#include "http/message.hpp"

namespace cinema::api {

enum class Access {
    open,   ///< anybody
    user,   ///< whoever has a token
    admin,  ///< a token with the role ADMIN
};

/// One request on its way through an endpoint. Lives until the answer is written.
struct Context {
    App& app;
    const http::Request& request;
    std::optional<domain::Actor> actor;        ///< set unless the endpoint is open
    std::array<std::string_view, 2> params{};  ///< what stood for the {…} of the pattern, in order

    template <class IdType>
    std::optional<IdType> id_param() const {
        return IdType::parse(params[0]);
    }

    http::Response problem(const domain::Error& error) const {
        return problem_response(error, request.id);
    }
    http::Response problem(const Problem& kind, std::string_view detail) const {
        return problem_response(kind, {.detail = detail, .request_id = request.id});
    }
};

using Handler = boost::asio::awaitable<http::Response> (*)(Context&);

/// One row of the API. `pattern` has {…} for a segment that is a parameter.
struct Endpoint {
    http::Method method;
    std::string_view pattern;
    Access access;
    Handler handler;
};

/// The whole API on one screen: endpoints.cpp.
std::span<const Endpoint> endpoints();

// Each group has a file of its own.
boost::asio::awaitable<http::Response> show_site(Context& context);

boost::asio::awaitable<http::Response> login(Context& context);
boost::asio::awaitable<http::Response> show_me(Context& context);

boost::asio::awaitable<http::Response> list_movies(Context& context);
boost::asio::awaitable<http::Response> show_movie(Context& context);
boost::asio::awaitable<http::Response> list_showtimes(Context& context);
boost::asio::awaitable<http::Response> show_showtime(Context& context);
boost::asio::awaitable<http::Response> list_seats(Context& context);

boost::asio::awaitable<http::Response> lock_seats(Context& context);
boost::asio::awaitable<http::Response> pay_booking(Context& context);
boost::asio::awaitable<http::Response> confirm_booking(Context& context);
boost::asio::awaitable<http::Response> cancel_booking(Context& context);
boost::asio::awaitable<http::Response> show_booking(Context& context);
boost::asio::awaitable<http::Response> list_my_bookings(Context& context);

boost::asio::awaitable<http::Response> show_dashboard(Context& context);
boost::asio::awaitable<http::Response> list_bookings_for_staff(Context& context);
boost::asio::awaitable<http::Response> show_booking_for_staff(Context& context);

boost::asio::awaitable<http::Response> list_audit_logs(Context& context);
boost::asio::awaitable<http::Response> export_audit_logs(Context& context);

boost::asio::awaitable<http::Response> watch_showtime(Context& context);

boost::asio::awaitable<http::Response> show_liveness(Context& context);
boost::asio::awaitable<http::Response> show_readiness(Context& context);
boost::asio::awaitable<http::Response> show_metrics(Context& context);
boost::asio::awaitable<http::Response> show_contract(Context& context);

}  // namespace cinema::api
