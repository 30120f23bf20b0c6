#include "http/worker.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <ctime>
#include <random>

namespace cinema::http {

Worker::Worker(std::size_t worker_index, const ServerLimits& server_limits,
               const TrustsProxy& trusts_proxy, telemetry::Logger& worker_logger,
               telemetry::Metrics& metrics, std::atomic<std::size_t>& connections)
    : index(worker_index),
      limits(server_limits),
      logger(worker_logger),
      trusts(trusts_proxy),
      metrics_(metrics),
      connection_count_(connections),
      tick_timer_(context) {
    std::random_device random;
    id_prefix_ = fmt::format("{:08x}{:x}-", random(), index);
    tick();
}

void Worker::adopt(boost::asio::ip::tcp::socket socket) {
    boost::asio::post(context, [this, socket = std::move(socket)]() mutable {
        if (stopping_) {
            connection_count_.fetch_sub(1);
            return;
        }
        const auto connection = std::make_shared<Connection>(std::move(socket), *this);
        boost::asio::co_spawn(
            context, connection->run(), [this, connection](std::exception_ptr failure) {
                if (!failure) return;
                try {
                    std::rethrow_exception(failure);
                } catch (const std::exception& e) {
                    logger.error("connection_failed", telemetry::LogField("what", e.what()));
                }
            });
    });
}

void Worker::attach(Connection& connection) {
    connections_.push_back(connection);
    metrics_.connections.Increment();
}

void Worker::detach(Connection& connection) {
    connections_.erase(connections_.iterator_to(connection));
    metrics_.connections.Decrement();
    connection_count_.fetch_sub(1);
}

void Worker::begin_stop() {
    boost::asio::post(context, [this] {
        stopping_ = true;
        for (Connection& connection : connections_) connection.stop();
    });
}

void Worker::next_request_id(std::string& out) {
    out = id_prefix_;
    fmt::format_to(std::back_inserter(out), "{:x}", ++id_count_);
}

void Worker::tick() {
    ticked_at_ = Connection::Clock::now();
    date_line_ =
        fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(std::time(nullptr)));
    for (Connection& connection : connections_) connection.check_deadline(ticked_at_);
    tick_timer_.expires_after(Connection::kTick);
    tick_timer_.async_wait([this](boost::system::error_code ec) {
        if (!ec) tick();
    });
}

}  // namespace cinema::http
