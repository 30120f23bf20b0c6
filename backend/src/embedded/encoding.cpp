#include "embedded/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "domain/ensure.hpp"

namespace cinema::embedded {

namespace {

constexpr std::size_t kArenaBytes = 2'048;  // most lists fit; longer ones go to the heap

int uuid_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/// The smallest id made in the given second; seconds outside an id's range are cut to it.
domain::ObjectId first_id_of_second(std::int64_t seconds) {
    const auto clamped =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, 0xffffffff));
    domain::ObjectId id;
    for (int i = 0; i < 4; ++i) {
        id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(clamped >> (24 - 8 * i));
    }
    return id;
}

std::int64_t whole_seconds(domain::UtcTime time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

}  // namespace

void throw_damaged_value(std::string_view what) {
    throw SqliteError(SQLITE_CORRUPT, fmt::format("the database is damaged: a column holds \"{}\"",
                                                  what.substr(0, 100)));
}

std::string list_to_json(std::span<const std::string> list) {
    unsigned char arena[kArenaBytes];
    boost::json::monotonic_resource growing(arena);
    boost::json::array array(&growing);
    array.reserve(list.size());
    for (const std::string& text : list) array.emplace_back(text);
    return boost::json::serialize(array);
}

std::vector<std::string> list_from_json(std::string_view json) {
    unsigned char arena[kArenaBytes];
    boost::json::monotonic_resource memory(arena);
    boost::json::error_code error;
    const auto value = boost::json::parse(boost::json::string_view(json), error, &memory);
    if (error || !value.is_array()) throw_damaged_value(json);
    std::vector<std::string> list;
    list.reserve(value.get_array().size());
    for (const auto& item : value.get_array()) {
        if (!item.is_string()) throw_damaged_value(json);
        list.emplace_back(item.get_string());
    }
    return list;
}

Uuid uuid_from_text(std::string_view text) {
    Uuid uuid{};
    std::size_t digits = 0;
    bool good = text.size() == 36;
    for (std::size_t i = 0; good && i < text.size(); ++i) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            good = text[i] == '-';
            continue;
        }
        const int digit = uuid_digit(text[i]);
        good = digit >= 0;
        uuid[digits / 2] = static_cast<std::uint8_t>(uuid[digits / 2] * 16 + digit);
        ++digits;
    }
    domain::ensure(good, "an event id is a UUID in lower case");
    return uuid;
}

std::string uuid_to_text(const Uuid& uuid) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < uuid.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
        text.push_back(kDigits[uuid[i] >> 4]);
        text.push_back(kDigits[uuid[i] & 0x0f]);
    }
    return text;
}

domain::ObjectId first_id_from(domain::UtcTime time) {
    return first_id_of_second(whole_seconds(time) - 2);
}

domain::ObjectId first_id_after(domain::UtcTime time) {
    return first_id_of_second(whole_seconds(time) + 3);
}

}  // namespace cinema::embedded
