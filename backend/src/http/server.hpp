#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "http/message.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::http {

/// Everything that is bounded about a connection. Times are checked once a second.
struct ServerLimits {
    std::size_t connections_max = 20000;
    /// Connections whose descriptor would be this or higher are refused as well, so that files and
    /// databases find some free. The kernel gives out the lowest.
    int descriptor_limit = std::numeric_limits<int>::max();
    std::chrono::seconds header_timeout{10};  ///< from a request's first byte to its last header
    std::chrono::seconds body_timeout{10};    ///< from the headers to the body's end
    std::chrono::seconds idle_timeout{75};    ///< between two requests
    std::chrono::seconds write_timeout{30};   ///< for one response
    std::chrono::seconds handle_timeout{30};  ///< in the handler; then the connection is cut
};

/// Is this peer a proxy whose X-Forwarded-For is believed?
using TrustsProxy = std::function<bool(std::string_view address)>;

/// A listening address: "host" (empty for all) and port (0 for any free one).
struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
};

/// Answers requests. Called on I/O threads; one call a connection at a time.
class RequestHandler {
  public:
    virtual ~RequestHandler() = default;

    /// The answer. An exception is a defect of ours: it is logged and answered 500.
    virtual boost::asio::awaitable<Response> handle(const Request& request) = 0;

    /// The answer to a request that never reached handle: malformed, too large, too slow.
    virtual Response refuse(int status, std::string_view why, std::string_view request_id) = 0;

    /// After each answer was handed to the socket, for logs and metrics. `micros` is the time from
    /// the complete request to there.
    virtual void answered(const Request& request, int status, std::int64_t micros) = 0;
};

class Worker;

/// Listens, accepts and spreads connections over one io_context per thread.
class Server {
  public:
    Server(ServerLimits limits, std::size_t workers, TrustsProxy trusts_proxy,
           telemetry::Logger& logger, telemetry::Metrics& metrics);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds and starts to accept; throws std::runtime_error with a message for people when an
    /// address cannot be had. Returns the addresses with their real ports.
    std::vector<std::string> listen(const std::vector<Endpoint>& endpoints);

    /// The executors of the I/O threads, by Request::worker.
    std::vector<boost::asio::any_io_executor> executors() const;

    /// Starts the I/O threads. The handler outlives them.
    void start(RequestHandler& handler);

    /// No new connections; idle ones are closed, busy ones after the answer they are working on.
    void begin_stop();

    /// Waits until all connections are gone, at most `grace`; true when they went by themselves.
    bool wait_drained(std::chrono::seconds grace);

    /// Stops and joins the I/O threads, whatever is left.
    void stop_now();

  private:
    boost::asio::awaitable<void> accept_loop(boost::asio::ip::tcp::acceptor& acceptor);

    telemetry::Logger& logger_;
    telemetry::Metrics& metrics_;
    ServerLimits limits_;
    TrustsProxy trusts_proxy_;
    std::atomic<std::size_t> connections_{0};
    std::atomic<bool> stopping_{false};
    std::vector<std::unique_ptr<Worker>> workers_;
    std::vector<std::unique_ptr<boost::asio::ip::tcp::acceptor>> acceptors_;
    std::vector<std::thread> threads_;
    std::size_t next_worker_ = 0;
};

}  // namespace cinema::http
