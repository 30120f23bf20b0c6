#pragma once

#include <strings.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string_view>

#include "sockets.hpp"

namespace bench {

enum class ReadState { Incomplete, Complete, Broken };

// Reads one response after another from a non-blocking socket, without allocating. Understands
// exactly what the benches need: a status, Content-Length, and one response at a time.
// A body that fits the buffer behind its head is kept; a larger one is counted and thrown away
// inside the kernel (MSG_TRUNC), because copying it would cost the client, not the server.
class ResponseReader {
  public:
    ReadState read(int fd) {
        while (true) {
            const ssize_t got = receive(fd);
            if (got == 0) return ReadState::Broken;
            if (got < 0) {
                if (errno == EAGAIN) return ReadState::Incomplete;
                if (errno == EINTR) continue;
                return ReadState::Broken;
            }
            if (head_size_ != 0) {
                missing_ -= static_cast<std::size_t>(got);
            } else if (!parse_head()) {
                return ReadState::Broken;
            }
            if (head_size_ != 0 && missing_ == 0) return ReadState::Complete;
        }
    }

    int status() const { return status_; }
    std::size_t size() const { return head_size_ + content_length_; }

    // The kept body; empty when it was too large to keep.
    std::string_view body() const {
        return keeps_body() ? std::string_view(buffer_.data() + head_size_, content_length_)
                            : std::string_view();
    }

    // To be called before the next response is read.
    void reset() { filled_ = head_size_ = content_length_ = missing_ = 0; }

  private:
    bool keeps_body() const { return head_size_ + content_length_ <= buffer_.size(); }

    ssize_t receive(int fd) {
        if (head_size_ != 0 && !keeps_body()) return ::recv(fd, nullptr, missing_, MSG_TRUNC);
        const ssize_t got = ::recv(fd, buffer_.data() + filled_, buffer_.size() - filled_, 0);
        if (got > 0) filled_ += static_cast<std::size_t>(got);
        return got;
    }

    // False when the bytes are no response that can be measured.
    bool parse_head() {
        const std::string_view bytes(buffer_.data(), filled_);
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string_view::npos) return filled_ < buffer_.size();
        if (end < 12 || !bytes.starts_with("HTTP/1.1 ")) return false;
        status_ = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
        if (!find_content_length(bytes.substr(0, end + 2))) return false;
        head_size_ = end + 4;
        const std::size_t body_so_far = filled_ - head_size_;
        if (body_so_far > content_length_) return false;
        missing_ = content_length_ - body_so_far;
        return true;
    }

    bool find_content_length(std::string_view head) {
        static constexpr std::string_view kName = "content-length:";
        for (auto at = head.find('\n'); at != std::string_view::npos;
             at = head.find('\n', at + 1)) {
            const char* line = head.data() + at + 1;
            const char* const last = head.data() + head.size();
            if (static_cast<std::size_t>(last - line) < kName.size() || (*line | 0x20) != 'c' ||
                strncasecmp(line, kName.data(), kName.size()) != 0)
                continue;
            line += kName.size();
            while (line < last && *line == ' ') ++line;
            return std::from_chars(line, last, content_length_).ec == std::errc();
        }
        return status_ == 204 || status_ == 304;
    }

    std::array<char, 8192> buffer_;
    std::size_t filled_ = 0;
    std::size_t head_size_ = 0;
    std::size_t content_length_ = 0;
    std::size_t missing_ = 0;
    int status_ = 0;
};

}  // namespace bench
