#pragma once

#include <string>
#include <vector>

#include "api/app.hpp"
#include "api/endpoint.hpp"
#include "http/server.hpp"

namespace cinema::api {

/// Takes requests from the server to their endpoints: finds the row, checks the token and the
/// role, and gives what no row matches to the web app. Logs and counts every answer.
class Router final : public http::RequestHandler {
  public:
    explicit Router(App& app);

    boost::asio::awaitable<http::Response> handle(const http::Request& request) override;
    http::Response refuse(int status, std::string_view why, std::string_view request_id) override;
    void answered(const http::Request& request, int status, std::int64_t micros) override;

  private:
    struct Row {
        const Endpoint* endpoint;
        std::vector<std::string_view> segments;  ///< of the pattern
        telemetry::Metrics::Route* metrics;
    };
    struct Match {
        int row = -1;
        std::array<std::string_view, 2> params{};
        std::string allow;  ///< for 405 and OPTIONS: the methods of rows with this path
    };

    Match match(const http::Request& request) const;
    /// Sets the context's actor; or the answer to whoever may not do this.
    std::optional<http::Response> authorize(const Row& row, Context& context) const;
    http::Response without_row(const http::Request& request, const Match& found);
    void add_cors(const http::Request& request, http::Response& response) const;

    App& app_;
    std::vector<Row> rows_;
    telemetry::Metrics::Route* static_metrics_;
    telemetry::Metrics::Route* other_metrics_;
};

}  // namespace cinema::api
