#include "telemetry/logger.hpp"

#include <spdlog/logger.h>

#include <type_traits>

#include "telemetry/descriptor_sink.hpp"
#include "telemetry/json_line.hpp"

namespace cinema::telemetry {

namespace {

struct LevelNames {
    std::string_view text;
    spdlog::level::level_enum spdlog_level;
};

LevelNames names_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return {"debug", spdlog::level::debug};
        case LogLevel::info:
            return {"info", spdlog::level::info};
        case LogLevel::warn:
            return {"warn", spdlog::level::warn};
        case LogLevel::error:
        case LogLevel::off:
            break;
    }
    return {"error", spdlog::level::err};
}

void append_field(std::string& line, const LogField& field) {
    line += ',';
    append_json_text(line, field.name);
    line += ':';
    std::visit(
        [&](const auto& value) {
            using Value = std::remove_cvref_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, bool>) {
                line += value ? "true" : "false";
            } else if constexpr (std::is_same_v<Value, std::string_view>) {
                append_json_text(line, value);
            } else {
                append_json_number(line, value);
            }
        },
        field.value);
}

}  // namespace

Logger::Logger(LogLevel level, int descriptor) : level_(level) {
    lines_ = std::make_shared<DescriptorSink>(descriptor);
    sink_ = std::make_shared<spdlog::logger>("cinema", lines_);
    sink_->set_level(spdlog::level::trace);  // enabled() has decided already
}

Logger::~Logger() = default;

void Logger::write(LogLevel level, std::string_view event, const LogField* fields,
                   std::size_t count) {
    if (level == LogLevel::off) return;
    // One buffer per thread, so that a line costs no allocation.
    static thread_local std::string line;
    line.clear();
    const LevelNames names = names_of(level);
    begin_json_line(line, names.text, event);
    for (std::size_t i = 0; i < count; ++i) append_field(line, fields[i]);
    line += "}\n";
    // The line has its own time; giving spdlog one as well saves it a look at the clock.
    sink_->log(spdlog::log_clock::time_point{}, spdlog::source_loc{}, names.spdlog_level,
               spdlog::string_view_t(line.data(), line.size()));
}

void Logger::flush() {
    lines_->flush();
}

std::uint64_t Logger::dropped_lines() const {
    return lines_->dropped_lines();
}

}  // namespace cinema::telemetry
