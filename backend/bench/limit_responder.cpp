// The limit of an HTTP server: threads that wait with epoll, look for the empty line that ends a
// request, and send fixed bytes. It parses, checks, logs and limits nothing.
//
//   bench_limit_responder --listen 127.0.0.1:22001 --response FILE [--threads 2]
//
// Runs until it is killed. Prints "ready" when it accepts connections.

#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "files.hpp"
#include "sockets.hpp"

namespace {

class LimitConnection {
  public:
    LimitConnection(bench::Handle socket, std::string_view response)
        : socket_(std::move(socket)), response_(response) {}

    int fd() const { return socket_.fd(); }

    // Answers what has arrived. False when the connection has ended.
    bool on_event(int epoll, std::uint32_t events) {
        if ((events & EPOLLOUT) != 0) return flush(epoll);
        const ssize_t got = ::recv(fd(), buffer_ + filled_, sizeof buffer_ - filled_, 0);
        if (got <= 0) return got < 0 && errno == EAGAIN;
        filled_ += static_cast<std::size_t>(got);
        const std::string_view bytes(buffer_, filled_);
        if (bytes.find("\r\n\r\n") == std::string_view::npos) return filled_ < sizeof buffer_;
        filled_ = 0;
        sent_ = 0;
        return flush(epoll);
    }

  private:
    bool flush(int epoll) {
        const std::string_view rest = response_.substr(sent_);
        const ssize_t sent = ::send(fd(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return false;
        if (sent > 0) sent_ += static_cast<std::size_t>(sent);
        const bool blocked = sent_ < response_.size();
        if (blocked != blocked_)
            bench::watch(epoll, EPOLL_CTL_MOD, fd(), blocked ? EPOLLOUT : EPOLLIN, this);
        blocked_ = blocked;
        return true;
    }

    bench::Handle socket_;
    std::string_view response_;
    std::size_t sent_ = 0;
    std::size_t filled_ = 0;
    bool blocked_ = false;
    char buffer_[4096];
};

void serve_connections(int epoll) {
    epoll_event events[64];
    while (true) {
        const int count = epoll_wait(epoll, events, 64, -1);
        for (int i = 0; i < count; ++i) {
            auto* connection = static_cast<LimitConnection*>(events[i].data.ptr);
            if (!connection->on_event(epoll, events[i].events)) delete connection;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments(argc, argv, {"--listen", "--response", "--threads"});
    const std::string response = bench::read_file(arguments.text("--response"));
    const bench::Handle listener =
        bench::listen_on(bench::parse_address(arguments.text("--listen")));

    std::vector<bench::Handle> epolls;
    std::vector<std::jthread> threads;
    for (int i = arguments.count("--threads", 2); i > 0; --i) {
        epolls.push_back(bench::make_epoll());
        threads.emplace_back(serve_connections, epolls.back().fd());
    }
    std::puts("ready");
    std::fflush(stdout);
    for (std::size_t next = 0;; ++next) {
        bench::Handle socket(accept4(listener.fd(), nullptr, nullptr, SOCK_NONBLOCK));
        if (socket.fd() < 0) continue;
        bench::set_no_delay(socket.fd());
        const int fd = socket.fd();
        // Owned by the thread that waits for it, which deletes it when the connection ends.
        auto connection = std::make_unique<LimitConnection>(std::move(socket), response);
        bench::watch(epolls[next % epolls.size()].fd(), EPOLL_CTL_ADD, fd, EPOLLIN,
                     connection.release());
    }
}
