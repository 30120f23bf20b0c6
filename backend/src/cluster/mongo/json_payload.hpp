#pragma once

#include <string>
#include <string_view>

#include "cluster/mongo/bson.hpp"

/// JSON as a subdocument that can be read and searched, and back. What is true for both is kept:
/// the order of members, integers of 64 bits, other numbers as double.
namespace cinema::cluster::mongo {

/// Appends the JSON object under this name. Throws std::runtime_error when the text is none.
void add_json(Writer& out, std::string_view name, std::string_view text);

/// The document as compact JSON, as json::write spells it. Throws std::runtime_error for a type
/// that JSON has not.
std::string to_json_text(const bson_t& document);

}  // namespace cinema::cluster::mongo
