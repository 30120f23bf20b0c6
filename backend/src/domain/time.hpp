#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cinema::domain {

/// Every instant in the system: UTC, whole milliseconds.
using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// "2026-11-24T19:30:00.000Z": RFC 3339, always UTC, always three decimals.
std::string format_rfc3339(UtcTime time);

/// Appends the same without allocating.
void append_rfc3339(std::string& out, UtcTime time);

/// Reads an RFC 3339 date-time with `Z` or a numeric offset; decimals beyond milliseconds are cut.
/// Years 1970 to 9999. nullopt for anything else, impossible dates included.
std::optional<UtcTime> parse_rfc3339(std::string_view text);

/// Reads "YYYY-MM-DD" (a real date, years 1900 to 9999).
std::optional<std::chrono::sys_days> parse_date(std::string_view text);

/// "YYYY-MM-DD".
std::string format_date(std::chrono::sys_days day);

}  // namespace cinema::domain
