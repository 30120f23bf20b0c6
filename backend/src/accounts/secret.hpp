#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace cinema::accounts {

inline constexpr std::size_t kTokenSecretBytesMin = 32;

/// The token secret kept in this file; made from 32 random bytes, as hex, when there is no such
/// file. Its folder must exist. Two processes that start at once get the same secret. A file that
/// is on disk when this returns is the one that is used.
/// Failure is a sentence to act on: not readable or writable, open to other users of the machine,
/// not a plain file, too short. Needs initialize_crypto().
std::expected<std::string, std::string> load_or_create_secret(const std::filesystem::path& file);

}  // namespace cinema::accounts
