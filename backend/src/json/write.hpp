#pragma once

#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/id.hpp"
#include "domain/time.hpp"
#include "domain/words.hpp"

/// JSON out of described structs, straight into a string: members in their order, snake_case names
/// as camelCase, an empty optional left out, ids as hex, times as RFC 3339, enums as their word.
/// Boost.JSON's value_from would build a tree first and write null for an empty optional.
namespace cinema::json {

/// JSON text that is already serialized and is copied as it is.
struct Raw {
    std::string text;
};

/// Members written in a given order, as {"name": value}.
template <class T>
using Members = std::vector<std::pair<std::string, T>>;

/// Appends a JSON string with its quotes. The text must be UTF-8.
void write_string(std::string& out, std::string_view text);

/// "lock_expires_at" → "lockExpiresAt".
std::string camel_case(std::string_view snake_case);

template <class T>
void write(std::string& out, const T& value);

namespace detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsMembers : std::false_type {};
template <class T>
struct IsMembers<std::vector<std::pair<std::string, T>>> : std::true_type {};

template <class T>
using DescribedMembers = boost::describe::describe_members<T, boost::describe::mod_public |
                                                                  boost::describe::mod_inherited>;

/// `"memberName":` for each member, made once per type.
template <class T>
const auto& member_keys() {
    static const auto keys = [] {
        std::array<std::string, boost::mp11::mp_size<DescribedMembers<T>>::value> made;
        std::size_t i = 0;
        boost::mp11::mp_for_each<DescribedMembers<T>>(
            [&](auto member) { made[i++] = '"' + camel_case(member.name) + "\":"; });
        return made;
    }();
    return keys;
}

template <class T>
void write_object(std::string& out, const T& value) {
    out += '{';
    std::size_t i = 0;
    const std::size_t start = out.size();
    boost::mp11::mp_for_each<DescribedMembers<T>>([&](auto member) {
        const auto& field = value.*member.pointer;
        const std::string& key = member_keys<T>()[i++];
        if constexpr (IsOptional<std::remove_cvref_t<decltype(field)>>::value) {
            if (!field) return;
            if (out.size() != start) out += ',';
            out += key;
            write(out, *field);
        } else {
            if (out.size() != start) out += ',';
            out += key;
            write(out, field);
        }
    });
    out += '}';
}

}  // namespace detail

template <class T>
void write(std::string& out, const T& value) {
    if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::integral<T>) {
        fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), value);
    } else if constexpr (std::same_as<T, domain::UtcTime>) {
        out += '"';
        domain::append_rfc3339(out, value);
        out += '"';
    } else if constexpr (std::same_as<T, Raw>) {
        out += value.text;
    } else if constexpr (std::is_enum_v<T>) {
        out += '"';
        out += domain::word(value);
        out += '"';
    } else if constexpr (requires { value.to_hex(); }) {
        out += '"';
        out += value.to_hex();
        out += '"';
    } else if constexpr (std::convertible_to<T, std::string_view>) {
        write_string(out, value);
    } else if constexpr (detail::IsMembers<T>::value) {
        out += '{';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i != 0) out += ',';
            write_string(out, value[i].first);
            out += ':';
            write(out, value[i].second);
        }
        out += '}';
    } else if constexpr (detail::IsVector<T>::value) {
        out += '[';
        for (std::size_t i = 0; i < value.size(); ++i) {
            if (i != 0) out += ',';
            write(out, value[i]);
        }
        out += ']';
    } else {
        detail::write_object(out, value);
    }
}

template <class T>
std::string to_json(const T& value) {
    std::string out;
    write(out, value);
    return out;
}

}  // namespace cinema::json
