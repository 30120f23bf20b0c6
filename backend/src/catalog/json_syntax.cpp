#include "catalog/json_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/positioned_json.hpp"

namespace cinema::catalog {

namespace {

constexpr const char* kHalfCharacter =
    "The \\u escape is half a character: write the character itself.";

bool is_json_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// The last character before `at` that is not white space; '\0' when there is none.
char significant_before(std::string_view text, std::size_t at) {
    while (at > 0 && is_json_space(text[at - 1])) --at;
    return at > 0 ? text[at - 1] : '\0';
}

/// Does the escape of a high surrogate (D800 to DBFF) end just before `at`?
bool after_half_escape(std::string_view text, std::size_t at) {
    if (at < 6) return false;
    const std::string_view escape = text.substr(at - 6, 4);
    return (escape.starts_with("\\ud") || escape.starts_with("\\uD")) &&
           std::string_view("89abAB").find(escape[3]) != std::string_view::npos;
}

std::string shown(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\r') return "the end of the line";
    if (byte > 0x20 && byte < 0x7f) return fmt::format("'{}'", c);
    return fmt::format("the byte 0x{:02X}", byte);
}

std::string remedy_at_end(const SyntaxStop& stop) {
    if (stop.open_line == 0) {
        return stop.text.empty() ? "The file is empty: it must hold one JSON object."
                                 : "The file ends before its value does.";
    }
    return fmt::format("The file ends, but the '{}' of line {} is not closed: add the '{}'.",
                       stop.open_is_object ? '{' : '[', stop.open_line,
                       stop.open_is_object ? '}' : ']');
}

std::string remedy_at(const SyntaxStop& stop) {
    const char here = stop.text[stop.at];
    const char before = significant_before(stop.text, stop.at);
    const auto byte = static_cast<unsigned char>(here);
    if (byte >= 0x80) {
        return "It is not valid UTF-8, or text outside of quotes: save the file as UTF-8.";
    }
    if (after_half_escape(stop.text, stop.at)) return kHalfCharacter;
    if ((here == '}' || here == ']') && before == ',') {
        return "Remove the comma before it: nothing follows.";
    }
    if (here == '/' || here == '#') return "JSON has no comments: remove it.";
    if (here == '\'') return "Strings are in double quotes.";
    if (byte < 0x20) {
        return "A string ends on the line where it begins, with a double quote; a line break "
               "within it is written \\n.";
    }
    const bool value_starts =
        here == '"' || here == '{' || here == '[' || here == '-' || (here >= '0' && here <= '9');
    const bool value_ended = before == '"' || before == '}' || before == ']' || before == 'e' ||
                             before == 'l' || (before >= '0' && before <= '9');
    if (value_starts && value_ended) return "Is there a ',' (or a ':') missing before it?";
    return stop.open_is_object ? "Within '{ }' stand \"name\": value pairs with commas between."
                               : "Is a quote, a comma or a bracket missing before it?";
}

std::string remedy(const SyntaxStop& stop, const boost::json::error_code& ec) {
    using boost::json::error;
    if (ec == error::incomplete) return remedy_at_end(stop);
    if (ec == error::too_deep) {
        return fmt::format("More than {} levels of '[' and '{{': a catalogue needs far fewer.",
                           kJsonDepthMax);
    }
    if (ec == error::object_too_large) {
        return fmt::format("An object has at most {} members.", kJsonMembersMax);
    }
    if (ec == error::array_too_large) {
        return fmt::format("A file has at most {} values: split it.", kJsonValuesMax);
    }
    if (ec == error::string_too_large) {
        return fmt::format("A string has at most {} bytes: is a closing quote missing?",
                           kJsonStringBytesMax);
    }
    if (ec == error::key_too_large) {
        return fmt::format("A name has at most {} bytes: is a closing quote missing?",
                           kJsonNameBytesMax);
    }
    if (ec == error::illegal_leading_surrogate || ec == error::illegal_trailing_surrogate ||
        ec == error::expected_utf16_escape) {
        return kHalfCharacter;
    }
    if (ec == error::expected_hex_digit) return "After \\u come four hex digits.";
    if (ec == error::exponent_overflow) return "This number is too large.";
    if (ec == error::extra_data) return "The file's one value ends before this: remove the rest.";
    return remedy_at(stop);
}

}  // namespace

FileError explain_syntax_error(const SyntaxStop& stop, const boost::json::error_code& ec) {
    const std::string_view before = stop.text.substr(stop.line_start, stop.at - stop.line_start);
    const auto column = 1 + std::count_if(before.begin(), before.end(), [](char c) {
                            return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                        });
    const std::string found =
        stop.at < stop.text.size() ? shown(stop.text[stop.at]) : "the end of the file";
    return {stop.line, "",
            fmt::format("Column {}: {} does not fit here. {}", column, found, remedy(stop, ec))};
}

}  // namespace cinema::catalog
