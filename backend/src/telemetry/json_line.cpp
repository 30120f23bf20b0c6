#include "telemetry/json_line.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/locale/utf.hpp>
#include <chrono>
#include <cmath>
#include <cstring>

namespace cinema::telemetry {

namespace {

constexpr std::uint64_t every_byte(unsigned char byte) {
    return 0x0101010101010101ULL * byte;
}

/// Whether one of eight bytes is a control character, '"', '\\' or not ASCII. Sets the top bit of
/// every such byte ("has a byte less than / equal to" of the classic bit tricks); a false alarm
/// only sends the bytes to the slow path.
bool needs_care(std::uint64_t eight) {
    const auto zero_bytes = [](std::uint64_t v) { return (v - every_byte(1)) & ~v; };
    const std::uint64_t control = (eight - every_byte(0x20)) & ~eight;
    const std::uint64_t quote = zero_bytes(eight ^ every_byte('"'));
    const std::uint64_t backslash = zero_bytes(eight ^ every_byte('\\'));
    return ((control | quote | backslash | eight) & every_byte(0x80)) != 0;
}

bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

const char* end_of_plain(const char* at, const char* end) {
    while (end - at >= 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, at, sizeof eight);
        if (needs_care(eight)) break;
        at += 8;
    }
    while (at != end && is_plain(*at)) ++at;
    return at;
}

void append_escaped_ascii(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    }
}

/// Appends the character at `at`, which is not plain, and returns where it ends.
const char* append_one(std::string& out, const char* at, const char* end) {
    namespace utf = boost::locale::utf;
    if (static_cast<unsigned char>(*at) < 0x80) {
        append_escaped_ascii(out, *at);
        return at + 1;
    }
    const char* next = at;
    const utf::code_point point = utf::utf_traits<char>::decode(next, end);
    if (point == utf::illegal || point == utf::incomplete) {
        out += "\xEF\xBF\xBD";
        return at + 1;
    }
    out.append(at, next);
    return next;
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
    bool cut = false;
    if (text.size() > kTextBytesMax) {
        cut = true;
        std::size_t length = kTextBytesMax;
        // Back to the start of the character that the limit falls into.
        while (length > kTextBytesMax - 4 && (text[length] & 0xC0) == 0x80) --length;
        text = text.substr(0, length);
    }
    out += '"';
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
        const char* const plain_end = end_of_plain(at, end);
        out.append(at, plain_end);
        if (plain_end == end) break;
        at = append_one(out, plain_end, end);
    }
    if (cut) out += "…";
    out += '"';
}

void append_json_number(std::string& out, double value) {
    if (std::isfinite(value)) {
        fmt::format_to(std::back_inserter(out), "{}", value);
    } else {
        out += "null";
    }
}

void append_json_number(std::string& out, std::int64_t value) {
    const fmt::format_int digits(value);
    out.append(digits.data(), digits.size());
}

void begin_json_line(std::string& out, std::string_view level, std::string_view event) {
    using namespace std::chrono;
    // Formatting the calendar costs more than the rest of a line, and changes once a second.
    struct CachedSecond {
        sys_seconds second{seconds::min()};
        std::array<char, 19> text{};
    };
    static thread_local CachedSecond cached;
    const auto now = floor<milliseconds>(system_clock::now());
    const auto second = floor<seconds>(now);
    if (second != cached.second) {
        const auto midnight = floor<days>(second);
        const year_month_day date{midnight};
        const hh_mm_ss clock{second - midnight};
        fmt::format_to_n(cached.text.data(), cached.text.size(),
                         "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                         clock.hours().count(), clock.minutes().count(), clock.seconds().count());
        cached.second = second;
    }
    const auto ms = static_cast<int>((now - second).count());
    const char decimals[] = {'.', static_cast<char>('0' + ms / 100),
                             static_cast<char>('0' + ms / 10 % 10),
                             static_cast<char>('0' + ms % 10)};
    out += "{\"time\":\"";
    out.append(cached.text.data(), cached.text.size());
    out.append(decimals, sizeof decimals);
    out += "Z\",\"level\":\"";
    out += level;
    out += "\",\"event\":";
    append_json_text(out, event);
}

}  // namespace cinema::telemetry
