#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace spdlog {
class logger;
}

namespace cinema::telemetry {

class DescriptorSink;

enum class LogLevel { debug, info, warn, error, off };

/// One named value of a log line. Text is escaped; never pass a secret.
struct LogField {
    std::string_view name;
    std::variant<std::int64_t, double, bool, std::string_view> value;

    template <class T>
    requires std::integral<T> &&(!std::same_as<T, bool>)LogField(std::string_view n, T v)
        : name(n), value(static_cast<std::int64_t>(v)) {}
    LogField(std::string_view n, double v) : name(n), value(v) {}
    LogField(std::string_view n, std::same_as<bool> auto v) : name(n), value(v) {}
    LogField(std::string_view n, std::string_view v) : name(n), value(v) {}
    LogField(std::string_view n, const char* v) : name(n), value(std::string_view(v)) {}
    LogField(std::string_view n, const std::string& v) : name(n), value(std::string_view(v)) {}
};

/// Structured log: one JSON object per line on standard output,
/// {"time":…,"level":…,"event":…,<fields>}. Any thread; never waits for the descriptor (see
/// DescriptorSink). Lines are gathered and written at least once a second, and at once after a
/// quiet second or from `warn` up.
class Logger {
  public:
    /// Writes to the file descriptor (1 = standard output), which stays the caller's.
    explicit Logger(LogLevel level, int descriptor = 1);
    ~Logger();
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;

    bool enabled(LogLevel level) const { return level >= level_; }

    template <class... Fields>
    void debug(std::string_view event, const Fields&... fields) {
        write_if(LogLevel::debug, event, fields...);
    }
    template <class... Fields>
    void info(std::string_view event, const Fields&... fields) {
        write_if(LogLevel::info, event, fields...);
    }
    template <class... Fields>
    void warn(std::string_view event, const Fields&... fields) {
        write_if(LogLevel::warn, event, fields...);
    }
    template <class... Fields>
    void error(std::string_view event, const Fields&... fields) {
        write_if(LogLevel::error, event, fields...);
    }

    /// Returns when every line so far is written, or after two seconds of a stuck descriptor.
    void flush();

    /// Lines lost because the descriptor was stuck or broken.
    std::uint64_t dropped_lines() const;

  private:
    template <class... Fields>
    void write_if(LogLevel level, std::string_view event, const Fields&... fields) {
        if (!enabled(level)) return;
        if constexpr (sizeof...(fields) == 0) {
            write(level, event, nullptr, 0);
        } else {
            const LogField list[] = {fields...};
            write(level, event, list, sizeof...(fields));
        }
    }
    void write(LogLevel level, std::string_view event, const LogField* fields, std::size_t count);

    LogLevel level_;
    std::shared_ptr<DescriptorSink> lines_;
    std::shared_ptr<spdlog::logger> sink_;
};

}  // namespace cinema::telemetry
