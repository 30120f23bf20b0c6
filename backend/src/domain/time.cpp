#include "domain/time.hpp"

#include <array>
#include <charconv>

namespace cinema::domain {

namespace {

using namespace std::chrono;

/// Reads exactly `width` digits at `position`; -1 when they are not all digits.
int fixed_digits(std::string_view text, std::size_t position, std::size_t width) {
    if (position + width > text.size()) return -1;
    int value = 0;
    for (std::size_t i = position; i < position + width; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

std::optional<sys_days> date_at_start(std::string_view text) {
    const int y = fixed_digits(text, 0, 4);
    const int m = fixed_digits(text, 5, 2);
    const int d = fixed_digits(text, 8, 2);
    if (y < 1900 || m < 0 || d < 0 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)},
                              day{static_cast<unsigned>(d)}};
    return date.ok() ? std::optional<sys_days>(sys_days{date}) : std::nullopt;
}

void put_digits(char* out, int value, int width) {
    for (int i = width - 1; i >= 0; --i, value /= 10) {
        out[i] = static_cast<char>('0' + value % 10);
    }
}

}  // namespace

void append_rfc3339(std::string& out, UtcTime time) {
    const auto midnight = floor<days>(time);
    const year_month_day date{midnight};
    const hh_mm_ss<milliseconds> clock{time - midnight};
    std::array<char, 24> text{};
    put_digits(&text[0], static_cast<int>(date.year()), 4);
    text[4] = text[7] = '-';
    put_digits(&text[5], static_cast<int>(static_cast<unsigned>(date.month())), 2);
    put_digits(&text[8], static_cast<int>(static_cast<unsigned>(date.day())), 2);
    text[10] = 'T';
    put_digits(&text[11], static_cast<int>(clock.hours().count()), 2);
    text[13] = text[16] = ':';
    put_digits(&text[14], static_cast<int>(clock.minutes().count()), 2);
    put_digits(&text[17], static_cast<int>(clock.seconds().count()), 2);
    text[19] = '.';
    put_digits(&text[20], static_cast<int>(clock.subseconds().count()), 3);
    text[23] = 'Z';
    out.append(text.data(), text.size());
}

std::string format_rfc3339(UtcTime time) {
    std::string out;
    out.reserve(24);
    append_rfc3339(out, time);
    return out;
}

std::optional<UtcTime> parse_rfc3339(std::string_view text) {
    // date "T" hh:mm:ss at least; "t" and "z" are allowed by RFC 3339 section 5.6.
    if (text.size() < 20) return std::nullopt;
    const auto date = date_at_start(text);
    const int h = fixed_digits(text, 11, 2);
    const int m = fixed_digits(text, 14, 2);
    const int s = fixed_digits(text, 17, 2);
    if (!date || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':' ||
        h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) {
        return std::nullopt;
    }
    UtcTime time = *date + hours{h} + minutes{m} + seconds{s};
    std::size_t at = 19;
    if (text[at] == '.') {
        int scale = 100;
        const std::size_t first = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) {
            time += milliseconds{(text[at] - '0') * scale};
        }
        if (at == first || at == text.size()) return std::nullopt;
    }
    if (text[at] == 'Z' || text[at] == 'z') {
        if (at + 1 != text.size()) return std::nullopt;
    } else {
        const int oh = fixed_digits(text, at + 1, 2);
        const int om = fixed_digits(text, at + 4, 2);
        if (text.size() != at + 6 || (text[at] != '+' && text[at] != '-') || text[at + 3] != ':' ||
            oh < 0 || oh > 23 || om < 0 || om > 59) {
            return std::nullopt;
        }
        const auto offset = hours{oh} + minutes{om};
        time += text[at] == '+' ? -offset : offset;
    }
    if (time < UtcTime{} || time >= UtcTime{sys_days{year{10000} / 1 / 1}}) return std::nullopt;
    return time;
}

std::optional<sys_days> parse_date(std::string_view text) {
    if (text.size() != 10) return std::nullopt;
    return date_at_start(text);
}

std::string format_date(sys_days day) {
    return format_rfc3339(UtcTime{day}).substr(0, 10);
}

}  // namespace cinema::domain
