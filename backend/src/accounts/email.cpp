#include "accounts/email.hpp"

#include <algorithm>

#include "domain/utf8.hpp"

namespace cinema::accounts {

namespace {

constexpr std::size_t kEmailBytesMax = 254;
constexpr std::size_t kLocalPartBytesMax = 64;
constexpr std::size_t kHostLabelBytesMax = 63;
constexpr std::size_t kNameCharactersMax = 100;

std::string_view trim_white_space(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool is_lower_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// RFC 5321 4.1.2 atext, lower case.
bool is_atom_text(char c) {
    return is_lower_or_digit(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Calls `good` for each part between dots; false when one part is not.
template <class Good>
bool all_parts(std::string_view text, Good good) {
    while (true) {
        const auto dot = text.find('.');
        if (!good(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_local_part(std::string_view text) {
    return text.size() <= kLocalPartBytesMax && all_parts(text, [](std::string_view atom) {
               return !atom.empty() && std::all_of(atom.begin(), atom.end(), is_atom_text);
           });
}

bool is_host_name(std::string_view text) {
    return all_parts(text, [](std::string_view label) {
        const auto fits = [](char c) { return is_lower_or_digit(c) || c == '-'; };
        return !label.empty() && label.size() <= kHostLabelBytesMax && label.front() != '-' &&
               label.back() != '-' && std::all_of(label.begin(), label.end(), fits);
    });
}

bool may_stand_in_a_name(char32_t point) {
    const auto between = [point](char32_t low, char32_t high) {
        return point >= low && point <= high;
    };
    return !domain::is_control(point) && !between(0x2028, 0x202e)  // line separators, overrides
           && !between(0x2066, 0x2069)                             // isolates
           && point != 0xfeff;                                     // byte order mark
}

}  // namespace

std::optional<std::string> normalize_email(std::string_view text) {
    text = trim_white_space(text);
    if (text.size() > kEmailBytesMax) return std::nullopt;
    std::string email(text);
    for (char& c : email) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const auto at = email.find('@');
    if (at == std::string::npos) return std::nullopt;
    const std::string_view whole = email;
    // A second '@' is refused by is_host_name.
    if (!is_local_part(whole.substr(0, at)) || !is_host_name(whole.substr(at + 1))) {
        return std::nullopt;
    }
    return email;
}

std::optional<std::string> normalize_display_name(std::string_view text) {
    text = trim_white_space(text);
    std::size_t characters = 0;
    const bool good = domain::each_code_point(text, [&](char32_t point) {
        ++characters;
        return may_stand_in_a_name(point) && characters <= kNameCharactersMax;
    });
    if (!good || characters == 0) return std::nullopt;
    return std::string(text);
}

}  // namespace cinema::accounts
