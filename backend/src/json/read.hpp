#pragma once

#include <fmt/format.h>

#include <boost/describe/members.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/error.hpp"
#include "json/write.hpp"

/// Described structs out of JSON. Unknown members are ignored (older clients send some), a missing
/// optional stays empty, everything else that does not fit is named. Boost.JSON's value_to (1.81)
/// rejects both a missing optional and an extra member.
namespace cinema::json {

inline constexpr std::size_t kParseDepthMax = 16;

/// Why a text is not JSON: a sentence with the place.
struct SyntaxError {
    std::string message;
};

/// Strict RFC 8259: UTF-8, no comments, no trailing text, at most kParseDepthMax levels, no number
/// beyond what a double holds.
std::expected<boost::json::value, SyntaxError> parse(std::string_view text);

namespace detail {

bool read_value(const boost::json::value& from, std::string& to, const std::string& field,
                std::vector<domain::FieldError>& errors);
bool read_value(const boost::json::value& from, bool& to, const std::string& field,
                std::vector<domain::FieldError>& errors);

template <class T>
bool read_value(const boost::json::value& from, std::vector<T>& to, const std::string& field,
                std::vector<domain::FieldError>& errors) {
    const auto* array = from.if_array();
    if (!array) {
        errors.push_back({field, "Must be an array."});
        return false;
    }
    bool good = true;
    to.reserve(array->size());
    for (std::size_t i = 0; i < array->size() && errors.size() < 20; ++i) {
        T item{};
        good = read_value((*array)[i], item, fmt::format("{}[{}]", field, i), errors) && good;
        to.push_back(std::move(item));
    }
    return good;
}

template <class T>
bool read_value(const boost::json::value& from, std::optional<T>& to, const std::string& field,
                std::vector<domain::FieldError>& errors) {
    if (from.is_null()) return true;  // null means absent
    T item{};
    if (!read_value(from, item, field, errors)) return false;
    to = std::move(item);
    return true;
}

}  // namespace detail

/// Fills a described struct. Errors: validation with every wrong field named.
template <class T>
domain::Result<T> read(const boost::json::value& from) {
    domain::Error invalid{.code = domain::Errc::validation,
                          .detail = "The request is not as it should be; see errors."};
    const auto* object = from.if_object();
    if (!object) {
        invalid.errors.push_back({"", "The body must be a JSON object."});
        return std::unexpected(std::move(invalid));
    }
    T to{};
    boost::mp11::mp_for_each<detail::DescribedMembers<T>>([&](auto member) {
        auto& target = to.*member.pointer;
        const std::string field = camel_case(member.name);
        const auto* found = object->if_contains(field);
        if (found) {
            detail::read_value(*found, target, field, invalid.errors);
        } else if constexpr (!detail::IsOptional<std::remove_cvref_t<decltype(target)>>::value) {
            invalid.errors.push_back({field, "This member is required."});
        }
    });
    if (!invalid.errors.empty()) return std::unexpected(std::move(invalid));
    return to;
}

}  // namespace cinema::json
