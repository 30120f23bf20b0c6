#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cinema::domain {

/// The UUID (RFC 9562, of any version) in its normal form, lower case, as events keep it: the same
/// id in another case is the same event. nullopt unless the text is 8-4-4-4-12 hex digits.
std::optional<std::string> normal_uuid(std::string_view text);

}  // namespace cinema::domain
