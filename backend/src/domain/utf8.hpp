#pragma once

#include <boost/locale/utf.hpp>
#include <cstddef>
#include <optional>
#include <string_view>

/// The one walk over text that comes from outside.
namespace cinema::domain {

/// Calls `use` for each code point; false when it answers false, or when the text is not
/// well-formed UTF-8 (Unicode, table 3-7): no overlong forms, no surrogates, nothing beyond
/// U+10FFFF, nothing cut off.
template <class Use>
bool each_code_point(std::string_view text, Use use) {
    namespace utf = boost::locale::utf;
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        const utf::code_point point = utf::utf_traits<char>::decode(at, end);
        if (point == utf::illegal || point == utf::incomplete) return false;
        if (!use(static_cast<char32_t>(point))) return false;
    }
    return true;
}

/// C0, DEL and C1.
constexpr bool is_control(char32_t point) {
    return point < 0x20 || (point >= 0x7f && point <= 0x9f);
}

/// Well-formed UTF-8 without control characters.
inline bool is_plain_text(std::string_view text) {
    return each_code_point(text, [](char32_t point) { return !is_control(point); });
}

/// The number of characters (code points); nullopt for what is not UTF-8.
inline std::optional<std::size_t> count_characters(std::string_view text) {
    std::size_t characters = 0;
    const bool good = each_code_point(text, [&](char32_t) {
        ++characters;
        return true;
    });
    return good ? std::optional(characters) : std::nullopt;
}

}  // namespace cinema::domain
