#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "sockets.hpp"

namespace bench {

// One watcher of a showtime: a WebSocket (RFC 6455) client that asks for nothing, answers pings
// and counts what it is told. Understands what the server sends: unfragmented, unmasked frames.
class Viewer {
  public:
    // The key of every handshake; the accept value for it is therefore always the same.
    static constexpr std::string_view kHandshakeKey = "Y2luZW1hLWJlbmNoLWtleQ==";

    Viewer(const sockaddr_in& target, std::uint32_t source) : socket_(connect_to(target, source)) {}

    int fd() const { return socket_.fd(); }
    bool opened() const { return opened_; }
    int snapshots() const { return snapshots_; }  // SYNC_SNAPSHOT: first at opening, then resyncs
    int locks() const { return locks_; }          // SEAT_LOCKED
    int seen_change = 0;                          // the caller's mark: last change counted

    void send_handshake(const std::string& host, const std::string& showtime) {
        const std::string request = "GET /ws/showtimes/" + showtime + " HTTP/1.1\r\nHost: " + host +
                                    "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
                                    std::string(kHandshakeKey) + "\r\n\r\n";
        if (::send(fd(), request.data(), request.size(), MSG_NOSIGNAL) < 0)
            fail("handshake: %s", std::strerror(errno));
    }

    // Takes what has arrived. A closed connection or a malformed frame ends the program: a
    // measurement with fewer viewers than it claims would be wrong.
    void on_readable() {
        while (true) {
            const std::size_t room = skip_ > 0 ? skip_ : buffer_.size() - filled_;
            char* const to = skip_ > 0 ? nullptr : buffer_.data() + filled_;
            // MSG_TRUNC drops the bytes in the kernel: a snapshot's contents do not matter here.
            const ssize_t got = ::recv(fd(), to, room, skip_ > 0 ? MSG_TRUNC : 0);
            if (got < 0 && errno == EAGAIN) return;
            if (got <= 0) fail("the server ended a viewer's connection");
            if (skip_ > 0) {
                skip_ -= static_cast<std::size_t>(got);
                if (skip_ == 0) ++snapshots_;
            } else {
                filled_ += static_cast<std::size_t>(got);
                consume();
            }
            if (static_cast<std::size_t>(got) < room) return;
        }
    }

  private:
    enum Opcode : unsigned { kText = 1, kClose = 8, kPing = 9, kPong = 10 };

    void consume() {
        std::size_t at = 0;
        if (!opened_ && !consume_handshake(at)) return;
        while (at < filled_ && consume_frame(at)) {
        }
        if (at > filled_) at = filled_;
        std::memmove(buffer_.data(), buffer_.data() + at, filled_ - at);
        filled_ -= at;
    }

    bool consume_handshake(std::size_t& at) {
        const std::string_view bytes(buffer_.data(), filled_);
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos) {
            if (filled_ == buffer_.size()) fail("the handshake's answer is too large");
            return false;
        }
        if (!bytes.starts_with("HTTP/1.1 101 "))
            fail("no WebSocket: %.*s", static_cast<int>(bytes.find('\r')), bytes.data());
        opened_ = true;
        at = end + 4;
        return true;
    }

    // Moves `at` behind the next frame; false when more bytes are needed first.
    bool consume_frame(std::size_t& at) {
        const std::size_t have = filled_ - at;
        if (have < 2) return false;
        const auto* bytes = reinterpret_cast<const unsigned char*>(buffer_.data() + at);
        std::size_t length = bytes[1] & 0x7fU;
        const std::size_t wide = length == 127 ? 8 : length == 126 ? 2 : 0;
        const std::size_t head = 2 + wide;
        if (have < head) return false;
        if (wide > 0) length = 0;
        for (std::size_t i = 0; i < wide; ++i) length = length << 8 | bytes[2 + i];
        if ((bytes[0] & 0xf0U) != 0x80 || (bytes[1] & 0x80U) != 0)
            fail("an unexpected kind of frame: 0x%02x 0x%02x", bytes[0], bytes[1]);
        if (head + length > buffer_.size()) {
            if ((bytes[0] & 0x0fU) != kText) fail("a large frame that is no text");
            skip_ = head + length - have;
            at = filled_;
            return false;
        }
        if (have < head + length) return false;
        take({buffer_.data() + at + head, length}, bytes[0] & 0x0fU);
        at += head + length;
        return true;
    }

    void take(std::string_view payload, unsigned opcode) {
        if (opcode == kPing) {
            send_pong(payload);
        } else if (opcode == kClose) {
            fail("the server closed a viewer's socket");
        } else if (opcode == kText) {
            if (payload.find("\"SEAT_LOCKED\"") != std::string_view::npos) ++locks_;
            if (payload.find("\"SYNC_SNAPSHOT\"") != std::string_view::npos) ++snapshots_;
        }
    }

    // Control frames are at most 125 bytes long; a client masks, and a mask of zeros is one.
    void send_pong(std::string_view payload) {
        char frame[6 + 125] = {static_cast<char>(0x80 | kPong),
                               static_cast<char>(0x80 | payload.size())};
        payload.copy(frame + 6, 125);
        if (::send(fd(), frame, 6 + payload.size(), MSG_NOSIGNAL) < 0)
            fail("pong: %s", std::strerror(errno));
    }

    Handle socket_;
    std::array<char, 1024> buffer_;
    std::size_t filled_ = 0;
    std::size_t skip_ = 0;  // bytes of a large frame that are still to come
    int snapshots_ = 0;
    int locks_ = 0;
    bool opened_ = false;
};

}  // namespace bench
