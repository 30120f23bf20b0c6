// The limit of a broadcast: answers one POST, then writes the same bytes to every open socket in
// a bare loop. It speaks just enough for bench_viewers to take it for the server.
//
//   bench_limit_broadcast --listen 127.0.0.1:22002 --greeting FILE --answer FILE --message FILE
//
// FILEs hold raw bytes recorded from the server: --greeting the handshake's answer with the first
// snapshot, --answer the response to a hold, --message the frame that tells the viewers. Runs
// until it is killed. Prints "ready" when it accepts connections.

#include <algorithm>
#include <list>
#include <string_view>
#include <vector>

#include "files.hpp"
#include "sockets.hpp"

namespace {

struct BroadcastTexts {
    std::string greeting;
    std::string answer;
    std::string message;
};

struct BroadcastPeer {
    bench::Handle socket;
    std::string_view unsent;  // of the greeting, which is larger than a socket's buffer
};

class BroadcastLoop {
  public:
    BroadcastLoop(bench::Handle listener, const BroadcastTexts& texts)
        : texts_(texts), epoll_(bench::make_epoll()), listener_(std::move(listener)) {
        bench::watch(epoll_.fd(), EPOLL_CTL_ADD, listener_.fd(), EPOLLIN, nullptr);
    }

    void run() {
        epoll_event events[64];
        while (true) {
            const int count = epoll_wait(epoll_.fd(), events, 64, -1);
            for (int i = 0; i < count; ++i) {
                auto* peer = static_cast<BroadcastPeer*>(events[i].data.ptr);
                if (peer == nullptr)
                    accept_peer();
                else if ((events[i].events & EPOLLOUT) != 0)
                    send_greeting(*peer);
                else
                    read_request(*peer);
            }
        }
    }

  private:
    void accept_peer() {
        bench::Handle socket(accept4(listener_.fd(), nullptr, nullptr, SOCK_NONBLOCK));
        if (socket.fd() < 0) return;
        bench::set_no_delay(socket.fd());
        peers_.push_back({std::move(socket), {}});
        bench::watch(epoll_.fd(), EPOLL_CTL_ADD, peers_.back().socket.fd(), EPOLLIN,
                     &peers_.back());
    }

    void read_request(BroadcastPeer& peer) {
        char bytes[4096];
        const ssize_t got = ::recv(peer.socket.fd(), bytes, sizeof bytes, 0);
        if (got <= 0) {
            forget(peer);
            return;
        }
        const std::string_view request(bytes, static_cast<std::size_t>(got));
        if (request.starts_with("GET ")) {
            viewers_.push_back(peer.socket.fd());
            peer.unsent = texts_.greeting;
            send_greeting(peer);
        } else if (request.starts_with("POST ")) {
            send_whole(peer.socket.fd(), texts_.answer);
            for (const int viewer : viewers_) send_whole(viewer, texts_.message);
        }  // anything else is a pong
    }

    void send_greeting(BroadcastPeer& peer) {
        const ssize_t sent =
            ::send(peer.socket.fd(), peer.unsent.data(), peer.unsent.size(), MSG_NOSIGNAL);
        if (sent > 0) peer.unsent.remove_prefix(static_cast<std::size_t>(sent));
        bench::watch(epoll_.fd(), EPOLL_CTL_MOD, peer.socket.fd(),
                     peer.unsent.empty() ? EPOLLIN : EPOLLOUT, &peer);
    }

    static void send_whole(int fd, const std::string& bytes) {
        if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(bytes.size()))
            bench::fail("a viewer did not take a message at once");
    }

    void forget(BroadcastPeer& peer) {
        std::erase(viewers_, peer.socket.fd());
        peers_.remove_if([&](const BroadcastPeer& other) { return &other == &peer; });
    }

    const BroadcastTexts& texts_;
    bench::Handle epoll_;
    bench::Handle listener_;
    std::list<BroadcastPeer> peers_;
    std::vector<int> viewers_;
};

}  // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments(argc, argv,
                                     {"--listen", "--greeting", "--answer", "--message"});
    const BroadcastTexts texts{bench::read_file(arguments.text("--greeting")),
                               bench::read_file(arguments.text("--answer")),
                               bench::read_file(arguments.text("--message"))};
    bench::need_files(20'000);
    BroadcastLoop loop(bench::listen_on(bench::parse_address(arguments.text("--listen"))), texts);
    std::puts("ready");
    std::fflush(stdout);
    loop.run();
}
