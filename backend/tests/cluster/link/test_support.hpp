#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <thread>

#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::cluster {

/// Whether it becomes true within the time.
inline bool soon(const std::function<bool()>& holds,
                 std::chrono::milliseconds limit = std::chrono::seconds{10}) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

class Stopwatch {
  public:
    std::chrono::milliseconds elapsed() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - start_);
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// For names that no other test uses.
inline std::string random_word() {
    std::random_device random;
    std::string word;
    for (int i = 0; i < 12; ++i) word += static_cast<char>('a' + random() % 26);
    return word;
}

/// Metrics, and a log that can be read again.
class Observed {
  public:
    Observed() : logger_(kLevel, file_.descriptor) {}

    telemetry::Metrics& metrics() { return metrics_; }
    telemetry::Logger& logger() { return logger_; }

    std::string log() {
        logger_.flush();
        std::string text(static_cast<std::size_t>(::lseek(file_.descriptor, 0, SEEK_END)), '\0');
        const auto size = ::pread(file_.descriptor, text.data(), text.size(), 0);
        text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return text;
    }
    int lines_with(std::string_view word) {
        const std::string text = log();
        int lines = 0;
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find('\n', at), text.size());
            if (text.substr(at, end - at).find(word) != std::string::npos) ++lines;
            at = end + 1;
        }
        return lines;
    }
    double calls(std::string_view dependency, std::string_view operation) {
        return metrics_.dependency_calls(dependency, operation).Value();
    }
    double errors(std::string_view dependency) {
        return metrics_.dependency_errors(dependency).Value();
    }

  private:
    static constexpr telemetry::LogLevel kLevel = telemetry::LogLevel::debug;
    /// Closed after the logger, whose thread writes to it, has ended.
    struct File {
        File() : descriptor(::memfd_create("log", MFD_CLOEXEC)) {}
        ~File() { ::close(descriptor); }
        File(const File&) = delete;
        File& operator=(const File&) = delete;
        const int descriptor;
    };

    File file_;
    telemetry::Metrics metrics_;
    telemetry::Logger logger_;
};

}  // namespace cinema::cluster
