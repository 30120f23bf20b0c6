#include "env/time_zone.hpp"

#include <atomic>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "domain/ensure.hpp"

namespace cinema::env {

namespace {

constexpr const char* kUtc = "UTC";

/// Where glibc looks.
std::filesystem::path zone_folder() {
    const char* folder = std::getenv("TZDIR");
    return folder && *folder ? folder : "/usr/share/zoneinfo";
}

/// The form of the IANA names ("America/Port-au-Prince", "Etc/GMT+7"). They begin with a capital,
/// unlike the folders "posix" and "right" and other files beside them.
bool is_zone_name(std::string_view name) {
    constexpr std::size_t kBytesMax = 64;
    if (name.empty() || name.size() > kBytesMax || name.front() < 'A' || name.front() > 'Z') {
        return false;
    }
    char before = '/';
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool fits = letter || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '_';
        if (!fits && (c != '/' || before == '/')) return false;
        before = c;
    }
    return before != '/';
}

std::atomic<bool> in_use = false;

}  // namespace

bool is_time_zone(std::string_view name) {
    if (name == kUtc) return true;
    if (!is_zone_name(name)) return false;
    const auto file = zone_folder() / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return false;
    char magic[4] = {};
    std::ifstream(file, std::ios::binary).read(magic, sizeof magic);
    return std::string_view(magic, sizeof magic) == "TZif";  // RFC 8536
}

TimeZone::TimeZone(std::string name) : name_(std::move(name)) {
    domain::ensure(is_time_zone(name_), "a time zone's name has been checked");
    domain::ensure(!in_use.exchange(true), "a process has one time zone at a time");
    // The colon makes glibc take it for a file's name and nothing else. Without a database it
    // then reckons in UTC.
    ::setenv("TZ", (":" + name_).c_str(), 1);
    ::tzset();
}

TimeZone::~TimeZone() {
    in_use = false;
}

std::chrono::local_days TimeZone::day_of(domain::UtcTime instant) const {
    const std::time_t seconds =
        std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
    std::tm there{};
    domain::ensure(::localtime_r(&seconds, &there) != nullptr, "the year fits");
    return std::chrono::local_days{std::chrono::year{there.tm_year + 1900} /
                                   std::chrono::month{static_cast<unsigned>(there.tm_mon + 1)} /
                                   std::chrono::day{static_cast<unsigned>(there.tm_mday)}};
}

domain::UtcTime TimeZone::start_of(std::chrono::local_days day) const {
    // Clocks are between 26 hours apart at most (UTC+14, UTC-12): somewhere in there the day
    // begins, to the second.
    const std::chrono::sys_seconds midnight{day.time_since_epoch()};
    auto before = midnight - std::chrono::hours{26};
    auto begun = midnight + std::chrono::hours{26};
    while (begun - before > std::chrono::seconds{1}) {
        const auto middle = before + (begun - before) / 2;
        (day_of(middle) >= day ? begun : before) = middle;
    }
    return begun;
}

}  // namespace cinema::env
