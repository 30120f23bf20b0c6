#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <string>

#include "http/connection.hpp"
#include "http/server.hpp"

namespace cinema::http {

/// One I/O thread: its io_context, the connections it serves, and what they share. All members but
/// `context` are used on its own thread only.
class Worker {
  public:
    Worker(std::size_t index, const ServerLimits& limits, const TrustsProxy& trusts_proxy,
           telemetry::Logger& logger, telemetry::Metrics& metrics,
           std::atomic<std::size_t>& connections);

    /// Takes over an accepted socket of this worker's context. Any thread.
    void adopt(boost::asio::ip::tcp::socket socket);

    /// Any thread.
    void begin_stop();

    /// "Date: …\r\n", made once a second (RFC 9110 section 6.6.1).
    const std::string& date_line() const { return date_line_; }

    /// The time of the last tick: up to a tick old, and free.
    Connection::Clock::time_point ticked_at() const { return ticked_at_; }

    /// Unique in this process's life and, by its random prefix, beyond.
    void next_request_id(std::string& out);

  private:
    // Before the context: destroying the context destroys connections, which leave the list.
    boost::intrusive::list<Connection> connections_;

  public:
    boost::asio::io_context context{1};
    const std::size_t index;
    RequestHandler* handler = nullptr;  ///< set before the thread starts
    const ServerLimits& limits;
    telemetry::Logger& logger;
    const TrustsProxy& trusts;

    void attach(Connection& connection);
    void detach(Connection& connection);

  private:
    void tick();

    telemetry::Metrics& metrics_;
    std::atomic<std::size_t>& connection_count_;
    boost::asio::steady_timer tick_timer_;
    Connection::Clock::time_point ticked_at_;
    std::string date_line_;
    std::string id_prefix_;
    std::uint64_t id_count_ = 0;
    bool stopping_ = false;
};

}  // namespace cinema::http
