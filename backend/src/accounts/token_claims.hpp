#pragma once

#include <expected>
#include <string_view>

#include "accounts/token.hpp"

namespace cinema::accounts {

/// Whether the header (decoded JSON) asks for HS256 and nothing that we would have to understand.
std::expected<void, TokenProblem> check_header(std::string_view json);

/// The claims of a payload (decoded JSON) whose signature is good, if they are for us and `now` is
/// within them.
std::expected<Claims, TokenProblem> read_claims(std::string_view json, domain::UtcTime now);

}  // namespace cinema::accounts
