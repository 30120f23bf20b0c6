#include "http/server.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "http/worker.hpp"

namespace cinema::http {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::seconds kComplaintInterval{10};

/// Sent to connections beyond the limit; the request is not even read.
std::string too_many_connections() {
    static constexpr std::string_view kBody =
        R"({"type":"urn:cinema:problem:overloaded","title":"Overloaded","status":503,)"
        R"("detail":"Too many connections are open; try again shortly."})";
    return fmt::format(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
        "Retry-After: 5\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
        kBody.size(), kBody);
}

std::string address_text(const tcp::endpoint& endpoint) {
    const bool v6 = endpoint.address().is_v6();
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", endpoint.address().to_string(), v6 ? "]" : "",
                       endpoint.port());
}

}  // namespace

Server::Server(ServerLimits limits, std::size_t workers, TrustsProxy trusts_proxy,
               telemetry::Logger& logger, telemetry::Metrics& metrics)
    : logger_(logger), metrics_(metrics), limits_(limits), trusts_proxy_(std::move(trusts_proxy)) {
    for (std::size_t i = 0; i < workers; ++i) {
        workers_.push_back(
            std::make_unique<Worker>(i, limits_, trusts_proxy_, logger_, metrics_, connections_));
    }
}

Server::~Server() {
    stop_now();
}

std::vector<std::string> Server::listen(const std::vector<Endpoint>& endpoints) {
    std::vector<std::string> addresses;
    for (const Endpoint& wanted : endpoints) {
        auto acceptor = std::make_unique<tcp::acceptor>(workers_[0]->context);
        boost::system::error_code ec;
        tcp::endpoint endpoint(tcp::v6(), wanted.port);
        if (!wanted.host.empty()) {
            tcp::resolver resolver(workers_[0]->context);
            const auto found = resolver.resolve(wanted.host, std::to_string(wanted.port),
                                                tcp::resolver::passive, ec);
            if (!ec && !found.empty()) endpoint = found.begin()->endpoint();
        }
        if (!ec) acceptor->open(endpoint.protocol(), ec);
        if (ec && wanted.host.empty()) {  // a machine without IPv6
            endpoint = tcp::endpoint(tcp::v4(), wanted.port);
            ec = {};
            acceptor->open(endpoint.protocol(), ec);
        }
        if (!ec) acceptor->set_option(tcp::acceptor::reuse_address(true), ec);
        if (!ec && endpoint.protocol() == tcp::v6() && wanted.host.empty()) {
            acceptor->set_option(asio::ip::v6_only(false), ec);  // IPv4 as well
        }
        if (!ec) acceptor->bind(endpoint, ec);
        if (!ec) acceptor->listen(4096, ec);
        if (!ec) acceptor->non_blocking(true, ec);
        if (ec) {
            throw std::runtime_error(fmt::format(
                "cannot listen on {}:{}: {}. Is another server running there? Choose other "
                "addresses with LISTEN.",
                wanted.host.empty() ? "*" : wanted.host, wanted.port, ec.message()));
        }
        addresses.push_back(address_text(acceptor->local_endpoint()));
        acceptors_.push_back(std::move(acceptor));
    }
    return addresses;
}

std::vector<asio::any_io_executor> Server::executors() const {
    std::vector<asio::any_io_executor> executors;
    executors.reserve(workers_.size());
    for (const auto& worker : workers_) executors.emplace_back(worker->context.get_executor());
    return executors;
}

void Server::start(RequestHandler& handler) {
    for (const auto& worker : workers_) worker->handler = &handler;
    for (const auto& acceptor : acceptors_) {
        asio::co_spawn(workers_[0]->context, accept_loop(*acceptor), asio::detached);
    }
    for (const auto& worker : workers_) {
        threads_.emplace_back([&context = worker->context] {
            const auto keep_running = asio::make_work_guard(context);
            context.run();
        });
    }
}

asio::awaitable<void> Server::accept_loop(tcp::acceptor& acceptor) {
    asio::steady_timer pause(workers_[0]->context);
    std::chrono::steady_clock::time_point complain_at{};
    while (!stopping_) {
        Worker& worker = *workers_[next_worker_++ % workers_.size()];
        boost::system::error_code ec;
        tcp::socket socket(worker.context);
        co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, ec));
        if (ec == asio::error::operation_aborted || ec == asio::error::bad_descriptor) co_return;
        if (ec) {
            // Out of descriptors or memory: those that are open go on, new ones wait.
            metrics_.accept_failures.Increment();
            if (const auto now = std::chrono::steady_clock::now(); now >= complain_at) {
                logger_.warn("accept_failed", telemetry::LogField("what", ec.message()));
                complain_at = now + kComplaintInterval;
            }
            pause.expires_after(std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
            continue;
        }
        const bool too_many = connections_.fetch_add(1) >= limits_.connections_max;
        if (too_many || socket.native_handle() >= limits_.descriptor_limit) {
            connections_.fetch_sub(1);
            metrics_.overload_refusals.Increment();
            socket.non_blocking(true, ec);
            socket.write_some(asio::buffer(too_many_connections()), ec);
            continue;
        }
        worker.adopt(std::move(socket));
    }
}

void Server::begin_stop() {
    stopping_ = true;
    asio::post(workers_[0]->context, [this] {
        boost::system::error_code ec;
        for (const auto& acceptor : acceptors_) acceptor->close(ec);
    });
    for (const auto& worker : workers_) worker->begin_stop();
}

bool Server::wait_drained(std::chrono::seconds grace) {
    const auto end = std::chrono::steady_clock::now() + grace;
    while (connections_ != 0) {
        if (std::chrono::steady_clock::now() >= end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

void Server::stop_now() {
    for (const auto& worker : workers_) worker->context.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

}  // namespace cinema::http
