#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

namespace cinema::telemetry::testing {

/// A pipe to log into. The write end is blocking, as a terminal's or a service manager's is.
class Pipe {
  public:
    Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
    ~Pipe() {
        close_read_end();
        close_write_end();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int write_end() const { return ends_[1]; }
    void close_read_end() { close_end(ends_[0]); }
    void close_write_end() { close_end(ends_[1]); }

    /// What can be read within `milliseconds` of silence.
    std::string read_available(int milliseconds) {
        std::string all;
        std::array<char, 65536> buffer{};
        pollfd watched{.fd = ends_[0], .events = POLLIN, .revents = 0};
        while (::poll(&watched, 1, milliseconds) > 0) {
            const ssize_t length = ::read(ends_[0], buffer.data(), buffer.size());
            if (length <= 0) break;
            all.append(buffer.data(), static_cast<std::size_t>(length));
        }
        return all;
    }

  private:
    static void close_end(int& end) {
        if (end >= 0) ::close(end);
        end = -1;
    }
    std::array<int, 2> ends_{-1, -1};
};

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    if (start < text.size()) lines.push_back(text.substr(start));
    return lines;
}

}  // namespace cinema::telemetry::testing
