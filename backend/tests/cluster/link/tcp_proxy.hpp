#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace cinema::cluster {

/// A listening socket on a free port of the loopback address.
inline int listen_on_loopback(std::uint16_t& port) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener, 64) != 0 ||
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no listening socket");
    }
    port = ntohs(address.sin_port);
    return listener;
}

inline std::uint16_t free_port() {
    std::uint16_t port = 0;
    ::close(listen_on_loopback(port));
    return port;
}

/// Stands between a client and a server on the loopback address, to go wrong on request.
class TcpProxy {
  public:
    explicit TcpProxy(std::uint16_t target) : target_(target) {
        listener_ = listen_on_loopback(port_);
        thread_ = std::thread([this] { run(); });
    }
    ~TcpProxy() {
        stopping_ = true;
        thread_.join();
        ::close(listener_);
        close_pairs();
    }
    TcpProxy(const TcpProxy&) = delete;
    TcpProxy& operator=(const TcpProxy&) = delete;

    std::uint16_t port() const { return port_; }

    /// Nothing goes through, and nobody is told; new connections are accepted and stay silent.
    void stall(bool on) { stalled_ = on; }
    /// Nothing comes back from the server.
    void swallow_answers(bool on) { swallow_ = on; }
    /// New connections are closed at once.
    void refuse(bool on) { refused_ = on; }
    /// Closes what is open.
    void cut() { cut_ = true; }
    int accepted() const { return accepted_; }

  private:
    struct Pair {
        int client;
        int server;
    };

    void run() {
        while (!stopping_) {
            if (cut_.exchange(false)) close_pairs();
            std::vector<pollfd> waited{{listener_, POLLIN, 0}};
            if (!stalled_) {
                for (const Pair& pair : pairs_) {
                    waited.push_back({pair.client, POLLIN, 0});
                    waited.push_back({pair.server, POLLIN, 0});
                }
            }
            if (::poll(waited.data(), waited.size(), 5) <= 0) continue;
            if (stalled_ || cut_) continue;
            std::vector<Pair> open;
            for (std::size_t i = 0; i * 2 + 2 < waited.size(); ++i) {
                const Pair pair = pairs_[i];
                const bool alive =
                    (waited[2 * i + 1].revents == 0 || carry(pair.client, pair.server, false)) &&
                    (waited[2 * i + 2].revents == 0 || carry(pair.server, pair.client, swallow_));
                if (alive) {
                    open.push_back(pair);
                } else {
                    ::close(pair.client);
                    ::close(pair.server);
                }
            }
            pairs_ = open;
            if (waited[0].revents != 0) accept_one();
        }
    }
    void accept_one() {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) return;
        ++accepted_;
        const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(target_);
        if (refused_ ||
            ::connect(server, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            ::close(client);
            ::close(server);
            return;
        }
        pairs_.push_back({client, server});
    }
    static bool carry(int from, int to, bool swallow) {
        std::array<char, 65'536> buffer{};
        const auto size = ::recv(from, buffer.data(), buffer.size(), 0);
        if (size <= 0) return false;
        if (swallow) return true;
        return ::send(to, buffer.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) == size;
    }
    void close_pairs() {
        for (const Pair& pair : pairs_) {
            ::close(pair.client);
            ::close(pair.server);
        }
        pairs_.clear();
    }

    std::uint16_t target_;
    std::uint16_t port_ = 0;
    int listener_ = -1;
    std::vector<Pair> pairs_;
    std::atomic<bool> stalled_{false}, swallow_{false}, refused_{false}, cut_{false},
        stopping_{false};
    std::atomic<int> accepted_{0};
    std::thread thread_;
};

}  // namespace cinema::cluster
