#include "json/read.hpp"

#include <algorithm>
#include <boost/json/stream_parser.hpp>
#include <cmath>

namespace cinema::json {

namespace {

/// Boost.JSON reads a number beyond what a double holds as infinity, which no JSON can tell again.
bool all_finite(const boost::json::value& value) {
    if (const auto* number = value.if_double()) return std::isfinite(*number);
    if (const auto* array = value.if_array()) return std::ranges::all_of(*array, all_finite);
    if (const auto* object = value.if_object()) {
        return std::ranges::all_of(*object,
                                   [](const auto& member) { return all_finite(member.value()); });
    }
    return true;
}

}  // namespace

std::expected<boost::json::value, SyntaxError> parse(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = kParseDepthMax;
    // Small bodies are parsed without touching the heap for the parser's own stack.
    unsigned char scratch[4096];
    boost::json::stream_parser parser(boost::json::storage_ptr(), options, scratch, sizeof scratch);
    boost::json::error_code ec;
    const std::size_t consumed = parser.write_some(text.data(), text.size(), ec);
    if (!ec && consumed < text.size()) ec = boost::json::error::extra_data;
    if (!ec) parser.finish(ec);
    if (ec) {
        return std::unexpected(SyntaxError{
            fmt::format("The text is not JSON: {} near byte {}.", ec.message(), consumed)});
    }
    auto value = parser.release();
    if (!all_finite(value)) {
        return std::unexpected(SyntaxError{"The text has a number that is too large."});
    }
    return value;
}

namespace detail {

bool read_value(const boost::json::value& from, std::string& to, const std::string& field,
                std::vector<domain::FieldError>& errors) {
    const auto* text = from.if_string();
    if (!text) {
        errors.push_back({field, "Must be a string."});
        return false;
    }
    to.assign(text->data(), text->size());
    return true;
}

bool read_value(const boost::json::value& from, bool& to, const std::string& field,
                std::vector<domain::FieldError>& errors) {
    const auto* flag = from.if_bool();
    if (!flag) {
        errors.push_back({field, "Must be true or false."});
        return false;
    }
    to = *flag;
    return true;
}

}  // namespace detail

}  // namespace cinema::json
