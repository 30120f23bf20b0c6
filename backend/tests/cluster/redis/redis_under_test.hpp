#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "cluster/link/tcp_proxy.hpp"
#include "cluster/link/test_servers.hpp"
#include "cluster/link/test_support.hpp"
#include "cluster/redis/client.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"

namespace cinema::cluster {

/// The server that every test may use, but must neither empty nor hurt.
inline RedisAddress shared_redis() {
    const auto address = parse_redis_address(test_server("TEST_REDIS_ADDR"));
    if (!address) throw std::runtime_error("TEST_REDIS_ADDR: " + address.error());
    return *address;
}

/// A redis-server of the test's own, without persistence.
class RedisServer {
  public:
    explicit RedisServer(std::vector<std::string> options = {}) : options_(std::move(options)) {
        port_ = free_port();
        start();
    }
    ~RedisServer() { kill_it(); }
    RedisServer(const RedisServer&) = delete;
    RedisServer& operator=(const RedisServer&) = delete;

    std::uint16_t port() const { return port_; }
    RedisAddress address() const { return {.host = "127.0.0.1", .port = port_}; }

    void start() {
        std::vector<std::string> words{
            "redis-server", "--port", std::to_string(port_), "--save", "",     "--appendonly",
            "no",           "--bind", "127.0.0.1",           "--dir",  "/tmp", "--loglevel",
            "warning"};
        words.insert(words.end(), options_.begin(), options_.end());
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        process_ = ::fork();
        if (process_ == 0) {
            const int nowhere = ::open("/dev/null", O_RDWR);
            ::dup2(nowhere, 0);
            ::dup2(nowhere, 1);
            ::dup2(nowhere, 2);
            ::execvp(arguments[0], arguments.data());
            ::_exit(127);
        }
        if (!soon([&] { return accepts(); }))
            throw std::runtime_error("redis-server did not start");
    }
    void kill_it() {
        if (process_ <= 0) return;
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
        process_ = -1;
    }
    /// Stops answering, without hanging up.
    void freeze() const { ::kill(process_, SIGSTOP); }
    void thaw() const { ::kill(process_, SIGCONT); }

  private:
    bool accepts() const {
        const auto connection =
            RedisConnection::open(address(), "127.0.0.1", std::chrono::milliseconds{100}, nullptr);
        return connection.has_value();
    }

    std::vector<std::string> options_;
    std::uint16_t port_ = 0;
    pid_t process_ = -1;
};

/// Asks the server behind the client's back.
class RedisObserver {
  public:
    explicit RedisObserver(const RedisAddress& address) : connection_(open(address)) {}

    RedisReply ask(std::initializer_list<std::string_view> words) {
        auto reply = connection_.call(redis_command(words));
        if (!reply) throw std::runtime_error(reply.error());
        return std::move(*reply);
    }
    std::string text(std::initializer_list<std::string_view> words) {
        return std::string(text_of(*ask(words)));
    }
    long long number(std::initializer_list<std::string_view> words) { return ask(words)->integer; }

  private:
    static RedisConnection open(const RedisAddress& address) {
        auto connection =
            RedisConnection::open(address, address.host == "localhost" ? "127.0.0.1" : address.host,
                                  std::chrono::milliseconds{2000}, nullptr);
        if (!connection) throw std::runtime_error(connection.error());
        return std::move(*connection);
    }
    RedisConnection connection_;
};

inline env::IdSource& test_ids() {
    static const env::SystemClock clock;
    static env::SystemIds ids(clock);
    return ids;
}

}  // namespace cinema::cluster
