#pragma once

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>

namespace cinema::cluster::mongo {

/// A TCP proxy before a server that does wrong what networks do wrong. Any thread.
class FaultyProxy {
  public:
    enum class Mode {
        pass,
        swallow_answers,  ///< requests reach the server, answers are lost
        stall,            ///< nothing passes, connections stay open
        refuse,           ///< connections are closed at once
    };

    /// Called with the bytes of a request before they go on to the server, on the proxy's thread.
    using OnRequest = std::function<void(std::string_view)>;

    /// `server` is host:port.
    explicit FaultyProxy(const std::string& server, OnRequest on_request = {})
        : on_request_(std::move(on_request)), acceptor_(context_, {kLoopback, 0}) {
        const auto colon = server.rfind(':');
        tcp::resolver resolver(context_);
        server_ = *resolver.resolve(server.substr(0, colon), server.substr(colon + 1)).begin();
        boost::asio::co_spawn(context_, accept(), boost::asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }
    ~FaultyProxy() {
        context_.stop();
        thread_.join();
    }
    FaultyProxy(const FaultyProxy&) = delete;
    FaultyProxy& operator=(const FaultyProxy&) = delete;

    std::string address() const {
        return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

    /// Leaving a mode that lost bytes closes the connections: they would never make sense again.
    void set(Mode mode) {
        const Mode before = mode_.exchange(mode);
        if (mode == Mode::refuse || before != Mode::pass) {
            boost::asio::post(context_, [this] {
                for (const auto& link : links_) {
                    boost::system::error_code ignored;
                    link->client.close(ignored);
                    link->server.close(ignored);
                }
            });
        }
    }

  private:
    using tcp = boost::asio::ip::tcp;
    static inline const auto kLoopback = boost::asio::ip::address_v4::loopback();

    struct Link {
        tcp::socket client;
        tcp::socket server;
    };

    boost::asio::awaitable<void> accept() {
        while (true) {
            tcp::socket client = co_await acceptor_.async_accept(boost::asio::use_awaitable);
            if (mode_ == Mode::refuse) continue;  // closes it
            auto link = std::make_shared<Link>(std::move(client), tcp::socket(context_));
            boost::system::error_code failed;
            link->server.connect(server_, failed);
            if (failed) continue;
            link->client.set_option(tcp::no_delay(true));
            link->server.set_option(tcp::no_delay(true));
            links_.insert(link);
            boost::asio::co_spawn(context_, pump(link, true), boost::asio::detached);
            boost::asio::co_spawn(context_, pump(link, false), boost::asio::detached);
        }
    }

    boost::asio::awaitable<void> pump(std::shared_ptr<Link> link, bool to_server) {
        tcp::socket& from = to_server ? link->client : link->server;
        tcp::socket& to = to_server ? link->server : link->client;
        char bytes[16 * 1024];
        try {
            while (true) {
                const std::size_t count = co_await from.async_read_some(boost::asio::buffer(bytes),
                                                                        boost::asio::use_awaitable);
                if (to_server && on_request_) on_request_({bytes, count});
                const Mode mode = mode_;
                if (mode == Mode::stall || (mode == Mode::swallow_answers && !to_server)) continue;
                co_await boost::asio::async_write(to, boost::asio::buffer(bytes, count),
                                                  boost::asio::use_awaitable);
            }
        } catch (const boost::system::system_error&) {
            boost::system::error_code ignored;
            link->client.close(ignored);
            link->server.close(ignored);
            links_.erase(link);
        }
    }

    const OnRequest on_request_;
    boost::asio::io_context context_{1};
    tcp::acceptor acceptor_;
    tcp::endpoint server_;
    std::atomic<Mode> mode_{Mode::pass};
    std::set<std::shared_ptr<Link>> links_;  // the context's thread
    std::thread thread_;
};

}  // namespace cinema::cluster::mongo
