#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cinema::accounts {

/// Readies libsodium; everything below needs it. Call once from main before any thread; calling
/// again is harmless. False when the system gives no randomness: the process must not go on.
[[nodiscard]] bool initialize_crypto();

inline constexpr std::size_t kPasswordCharactersMin = 12;
inline constexpr std::size_t kPasswordCharactersMax = 128;

/// Why a new password may not be chosen, as a sentence; nullopt when it may. Any characters are
/// allowed, none are asked for (OWASP ASVS 5.0, 6.2): it must be UTF-8 of `kPasswordCharactersMin`
/// to `kPasswordCharactersMax` characters, not one of the most common ones, not one character over
/// and over, and not the account's own e-mail or name.
std::optional<std::string> password_problem(std::string_view password, std::string_view email,
                                            std::string_view name);

/// The password's Argon2id PHC string, with the parameters of OWASP's password storage advice:
/// 19 MiB, 2 passes. Takes tens of milliseconds of CPU; not for an I/O thread. nullopt when the
/// memory is not to be had.
std::optional<std::string> hash_password(std::string_view password);

/// Whether the password is the one the hash was made of. As slow as hash_password.
bool verify_password(const std::string& hash, std::string_view password);

/// Takes as long as verify_password and answers false: for accounts that do not exist, so that
/// the time of an answer does not tell who has an account.
bool verify_against_nothing(std::string_view password);

/// Whether the hash was made with other parameters than hash_password uses now.
bool is_outdated_hash(const std::string& hash);

}  // namespace cinema::accounts
