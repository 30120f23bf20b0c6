#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "arguments.hpp"

namespace bench {

// Owns one file descriptor.
class Handle {
  public:
    Handle() = default;
    explicit Handle(int fd) : fd_(fd) {}
    Handle(Handle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Handle& operator=(Handle&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Handle() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }

  private:
    int fd_ = -1;
};

// "127.0.0.1:8080" as a socket address; ends the program when it is none.
inline sockaddr_in parse_address(const std::string& text) {
    const auto colon = text.rfind(':');
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (colon == std::string::npos ||
        inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1)
        fail("not an IPv4 address with a port: %s", text.c_str());
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
    return address;
}

inline void set_no_delay(int fd) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// A connected, non-blocking socket. `source` (host byte order, 0 for any) is the local address to
// come from: one loopback address alone would meet the server's limit per address.
inline Handle connect_to(const sockaddr_in& target, std::uint32_t source = 0) {
    Handle socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.fd() < 0) fail("socket: %s", std::strerror(errno));
    if (source != 0) {
        const int on = 1;
        setsockopt(socket.fd(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        sockaddr_in local{};
        local.sin_family = AF_INET;
        local.sin_addr.s_addr = htonl(source);
        if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0)
            fail("bind: %s", std::strerror(errno));
    }
    // Blocking on purpose: on loopback a connect ends at once, and it cannot end half done.
    if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0)
        fail("connect: %s", std::strerror(errno));
    set_no_delay(socket.fd());
    const int on = 1;
    if (::ioctl(socket.fd(), FIONBIO, &on) != 0) fail("ioctl: %s", std::strerror(errno));
    return socket;
}

inline Handle listen_on(const sockaddr_in& address) {
    Handle socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.fd(), 4096) != 0)
        fail("listen: %s", std::strerror(errno));
    return socket;
}

inline Handle make_epoll() {
    Handle epoll(epoll_create1(EPOLL_CLOEXEC));
    if (epoll.fd() < 0) fail("epoll_create1: %s", std::strerror(errno));
    return epoll;
}

// Adds (EPOLL_CTL_ADD) or changes (EPOLL_CTL_MOD) what is waited for; `data` comes back in events.
inline void watch(int epoll, int operation, int fd, std::uint32_t events, void* data) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = data;
    if (epoll_ctl(epoll, operation, fd, &event) != 0) fail("epoll_ctl: %s", std::strerror(errno));
}

// Makes room for `wanted` open files, or ends the program saying how many there may be.
inline void need_files(rlim_t wanted) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted) return;
    limit.rlim_cur = wanted;
    if (limit.rlim_max < wanted) limit.rlim_max = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        fail("%llu open files are needed and not allowed: raise `ulimit -n`",
             static_cast<unsigned long long>(wanted));
}

}  // namespace bench
