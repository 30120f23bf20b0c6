#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cinema::telemetry {

/// Appends `text` as a JSON string with its quotes. Control characters are escaped, bytes that are
/// not UTF-8 become U+FFFD, and text longer than `kTextBytesMax` is cut and ends in "…".
inline constexpr std::size_t kTextBytesMax = 8192;
void append_json_text(std::string& out, std::string_view text);

/// Appends a JSON number; JSON has no word for infinities and NaN, which become null.
void append_json_number(std::string& out, double value);
void append_json_number(std::string& out, std::int64_t value);

/// Appends `{"time":"…","level":"…","event":"…"` with the current time.
void begin_json_line(std::string& out, std::string_view level, std::string_view event);

}  // namespace cinema::telemetry
