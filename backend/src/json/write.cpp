#include "json/write.hpp"

namespace cinema::json {

void write_string(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte >= 0x20) {
            out += c;
        } else {
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 0x0f];
        }
    }
    out += '"';
}

std::string camel_case(std::string_view snake_case) {
    std::string camel;
    bool upper = false;
    for (const char c : snake_case) {
        if (c == '_') {
            upper = true;
        } else {
            camel += upper ? static_cast<char>(c - 'a' + 'A') : c;
            upper = false;
        }
    }
    return camel;
}

}  // namespace cinema::json
