#include "catalog/json_fields.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cinema::catalog {

namespace {

using domain::ObjectId;

void wrong_kind(const JsonValue& value, std::string_view wanted, FileErrors& errors) {
    errors.add(value.place(), fmt::format("Must be {}, not {}.", wanted, value.kind()));
}

/// The string, or nullptr with the error added.
const std::string* string_of(const JsonValue* value, FileErrors& errors) {
    if (!value) return nullptr;
    const auto* text = value->get_if<std::string>();
    if (!text) wrong_kind(*value, "a string", errors);
    return text;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

bool has_control(std::string_view text, bool lines) {
    return std::any_of(text.begin(), text.end(), [lines](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && !(lines && c == '\n')) || c == 0x7f;
    });
}

/// Reads "HH:MM" at the start of `text`; -1 when it is not so. Hours are not limited.
int clock_minutes(std::string_view text) {
    const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() != 5 || !digit(0) || !digit(1) || text[2] != ':' || !digit(3) || !digit(4)) {
        return -1;
    }
    const int hours = (text[0] - '0') * 10 + (text[1] - '0');
    const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
    return minutes > 59 ? -1 : hours * 60 + minutes;
}

/// Characters that RFC 3986 allows in a URL, '%' included.
bool is_url_text(std::string_view text) {
    constexpr std::string_view kPunctuation = "-._~:/?#[]@!$&'()*+,;=%";
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kPunctuation.find(c) != kPunctuation.npos;
    });
}

}  // namespace

ObjectReader::ObjectReader(const JsonValue& value, FileErrors& errors)
    : value_(value), errors_(errors), errors_before_(errors.count()) {
    if (!value.get_if<JsonValue::Object>()) wrong_kind(value, "an object", errors);
}

const JsonValue* ObjectReader::optional(std::string_view name) {
    known_.push_back(name);
    return value_.find(name);
}

const JsonValue* ObjectReader::required(std::string_view name) {
    const JsonValue* found = optional(name);
    if (!found && value_.get_if<JsonValue::Object>()) {
        errors_.add(place_of(name), fmt::format("\"{}\" is missing here: add it.", name));
    }
    return found;
}

void ObjectReader::reject_unknown() {
    const auto* object = value_.get_if<JsonValue::Object>();
    if (!object) return;
    for (const JsonValue* member : object->members) {
        if (std::find(known_.begin(), known_.end(), member->name) == known_.end()) {
            errors_.add(member->place(),
                        fmt::format("{} means nothing here; what can stand here is: {}.",
                                    in_quotes(member->name), fmt::join(known_, ", ")));
        }
    }
}

Place ObjectReader::place_of(std::string_view name) const {
    if (const JsonValue* member = value_.find(name)) return member->place();
    Place place = value_.place();
    if (!place.field.empty()) place.field += '.';
    place.field += name;
    return place;
}

std::optional<Located<std::string>> read_text(const JsonValue* value, TextRule rule,
                                              FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    const std::size_t length = characters(*text);
    if (length < rule.length_min || length > rule.length_max) {
        errors.add(value->place(), fmt::format("Must have {} to {} characters, not {}.",
                                               rule.length_min, rule.length_max, length));
    } else if (has_control(*text, rule.lines)) {
        errors.add(value->place(), rule.lines ? "Remove the control characters (but \\n may stay)."
                                              : "Remove the control characters.");
    } else if (!text->empty() && (text->front() == ' ' || text->back() == ' ')) {
        errors.add(value->place(), "Remove the space at its start or end.");
    } else {
        return Located<std::string>{*text, value->place()};
    }
    return std::nullopt;
}

std::optional<Located<std::int64_t>> read_integer(const JsonValue* value, std::int64_t min,
                                                  std::int64_t max, FileErrors& errors) {
    if (!value) return std::nullopt;
    const auto* number = value->get_if<std::int64_t>();
    if (!number) {
        wrong_kind(*value, fmt::format("a whole number from {} to {}", min, max), errors);
    } else if (*number < min || *number > max) {
        errors.add(value->place(),
                   fmt::format("Must be from {} to {}, not {}.", min, max, *number));
    } else {
        return Located<std::int64_t>{*number, value->place()};
    }
    return std::nullopt;
}

std::optional<Located<bool>> read_bool(const JsonValue* value, FileErrors& errors) {
    if (!value) return std::nullopt;
    const auto* flag = value->get_if<bool>();
    if (!flag) {
        wrong_kind(*value, "true or false", errors);
        return std::nullopt;
    }
    return Located<bool>{*flag, value->place()};
}

const std::vector<const JsonValue*>* read_array(const JsonValue* value, std::size_t size_min,
                                                std::size_t size_max, FileErrors& errors) {
    if (!value) return nullptr;
    const auto* array = value->get_if<JsonValue::Array>();
    if (!array) {
        wrong_kind(*value, "an array", errors);
        return nullptr;
    }
    if (array->items.size() < size_min || array->items.size() > size_max) {
        errors.add(value->place(), fmt::format("Must have {} to {} entries, not {}.", size_min,
                                               size_max, array->items.size()));
        return nullptr;
    }
    return &array->items;
}

std::optional<Located<std::string>> read_key(const JsonValue* value, FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    const bool good =
        !text->empty() && text->size() <= 64 && std::all_of(text->begin(), text->end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
    if (!good) {
        errors.add(value->place(),
                   fmt::format("A key is 1 to 64 of a-z, 0-9 and '-', not {}.", in_quotes(*text)));
    }
    return Located<std::string>{*text, value->place()};
}

std::optional<Located<ObjectId>> read_object_id(const JsonValue* value, FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    const auto id = ObjectId::parse(*text);
    if (!id || id->is_nil()) {
        errors.add(value->place(),
                   "An id is 24 hex digits as the export writes it; leave it out "
                   "of what is new.");
        return std::nullopt;
    }
    return Located<ObjectId>{*id, value->place()};
}

std::optional<Located<domain::UtcTime>> read_instant(const JsonValue* value, FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    const auto instant = domain::parse_rfc3339(*text);
    // The year 9999 is left for what follows a start: the end of a showtime must be a time too.
    constexpr domain::UtcTime kEnd = std::chrono::sys_days{std::chrono::year{9999} / 1 / 1};
    if (!instant || *instant >= kEnd) {
        errors.add(value->place(), fmt::format("Must be a date and time with its offset, such as "
                                               "\"2026-11-24T19:30:00+07:00\", not {}.",
                                               in_quotes(*text)));
        return std::nullopt;
    }
    return Located<domain::UtcTime>{*instant, value->place()};
}

std::optional<Located<std::string>> read_date(const JsonValue* value, FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    if (!domain::parse_date(*text)) {
        errors.add(value->place(), fmt::format("Must be a date of the calendar, YYYY-MM-DD, from "
                                               "the year 1900 on, not {}.",
                                               in_quotes(*text)));
        return std::nullopt;
    }
    return Located<std::string>{*text, value->place()};
}

std::optional<Located<std::string>> read_currency(const JsonValue* value, FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    if (text->size() != 3 ||
        !std::all_of(text->begin(), text->end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
        errors.add(value->place(), fmt::format("Must be an ISO 4217 code of three capitals such as "
                                               "\"THB\", not {}.",
                                               in_quotes(*text)));
        return std::nullopt;
    }
    return Located<std::string>{*text, value->place()};
}

std::optional<Located<std::chrono::minutes>> read_clock_time(const JsonValue* value,
                                                             FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    const int minutes = clock_minutes(*text);
    if (minutes < 0 || minutes >= 24 * 60) {
        errors.add(value->place(), fmt::format("Must be a time of the day from \"00:00\" to "
                                               "\"23:59\", not {}.",
                                               in_quotes(*text)));
        return std::nullopt;
    }
    return Located<std::chrono::minutes>{std::chrono::minutes{minutes}, value->place()};
}

std::optional<std::chrono::minutes> read_utc_offset(const JsonValue* value, FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    const bool has_sign = !text->empty() && (text->front() == '+' || text->front() == '-');
    const int minutes = has_sign ? clock_minutes(std::string_view(*text).substr(1)) : -1;
    if (minutes < 0 || minutes > 14 * 60) {
        errors.add(value->place(), fmt::format("Must be the offset of local time from UTC such as "
                                               "\"+07:00\", at most 14 hours, not {}.",
                                               in_quotes(*text)));
        return std::nullopt;
    }
    return std::chrono::minutes{text->front() == '-' ? -minutes : minutes};
}

std::optional<Located<std::string>> read_link(const JsonValue* value, FileErrors& errors) {
    const std::string* text = string_of(value, errors);
    if (!text) return std::nullopt;
    constexpr std::string_view kHttps = "https://";
    // "//host" is no path: a browser takes it for another site.
    const bool path = text->starts_with('/') && !text->starts_with("//");
    const bool url = text->starts_with(kHttps) && text->size() > kHttps.size() &&
                     std::string_view("/?#:@").find((*text)[kHttps.size()]) == std::string::npos;
    if ((!path && !url) || text->size() > 2000 || !is_url_text(*text)) {
        errors.add(value->place(),
                   fmt::format("Must be an https:// URL or a path of this site that begins with "
                               "one '/', without spaces, not {}.",
                               in_quotes(*text)));
        return std::nullopt;
    }
    return Located<std::string>{*text, value->place()};
}

}  // namespace cinema::catalog
