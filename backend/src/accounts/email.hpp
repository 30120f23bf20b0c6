#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cinema::accounts {

/// The e-mail address as accounts are kept by it: without blanks around it, ASCII lower case.
/// nullopt for what is no address of the usual kind: at most 254 bytes (RFC 5321 4.5.3.1), visible
/// ASCII, one '@', a dot-atom of at most 64 bytes before it and a host name behind it. Quoted local
/// parts and address literals are not taken.
std::optional<std::string> normalize_email(std::string_view text);

/// The name to show for a person, without blanks around it. nullopt unless it is UTF-8 of 1 to 100
/// characters, none of which is a control character, a line separator or changes the direction of
/// the text around it.
std::optional<std::string> normalize_display_name(std::string_view text);

}  // namespace cinema::accounts
