#include "accounts/password.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "domain/utf8.hpp"

namespace cinema::accounts {

namespace {

// OWASP Password Storage Cheat Sheet, Argon2id: m = 19456 KiB, t = 2, p = 1.
constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemoryBytes = std::size_t{19456} * 1024;

// The longest allowed password in bytes: four to a character. Anything longer is no password of
// ours, and hashing megabytes for a stranger would be a gift.
constexpr std::size_t kPasswordBytesMax = kPasswordCharactersMax * 4;

/// Common passwords long enough to pass the length rule, lower case, from what published lists of
/// leaked passwords have at their top. Short because most of such lists is shorter than our
/// minimum.
constexpr std::array kCommonPasswords = std::to_array<std::string_view>({
    "123456789012",     "1234567890123",    "12345678901234",   "123456789012345",
    "1234567890123456", "0123456789012",    "012345678910",     "123456789123",
    "1234567891011",    "123123123123",     "121212121212",     "112233445566",
    "987654321012",     "098765432109",     "qwertyuiop12",     "qwertyuiop123",
    "qwertyuiopasdf",   "qwertyuiop[]",     "qwertyqwerty",     "qwerty123456",
    "qwerty1234567",    "qwerty12345678",   "qazwsxedcrfv",     "1qaz2wsx3edc",
    "1q2w3e4r5t6y",     "1q2w3e4r5t6y7u",   "zaq12wsxcde3",     "asdfghjkl123",
    "asdfasdfasdf",     "zxcvbnm12345",     "abcdefghijkl",     "abcdefghijklm",
    "abcd1234abcd",     "abc123abc123",     "password1234",     "password12345",
    "password123456",   "passwordpassword", "password123!",     "p@ssw0rd1234",
    "p@ssword1234",     "passw0rd1234",     "mypassword123",    "changeme1234",
    "changemechangeme", "letmeinletmein",   "letmein12345",     "welcome12345",
    "welcome123456",    "administrator",    "administrator1",   "admin1234567",
    "adminadminadmin",  "admin123admin",    "iloveyou1234",     "iloveyou12345",
    "iloveyouiloveyou", "sunshine1234",     "princess1234",     "football1234",
    "baseball1234",     "superman1234",     "trustno1trustno1", "correcthorsebatterystaple",
    "cinemacinema",     "cinema123456",     "cinemaadmin123",   "cinematicket",
});

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

/// libsodium takes no null pointer, which an empty view may hold.
const char* start_of(std::string_view text) {
    return text.empty() ? "" : text.data();
}

}  // namespace

bool initialize_crypto() {
    return ::sodium_init() >= 0;
}

std::optional<std::string> password_problem(std::string_view password, std::string_view email,
                                            std::string_view name) {
    const auto characters = domain::count_characters(password);
    if (!characters) return "The password must be UTF-8 text.";
    if (*characters < kPasswordCharactersMin || *characters > kPasswordCharactersMax) {
        return fmt::format("The password must have {} to {} characters; it has {}.",
                           kPasswordCharactersMin, kPasswordCharactersMax, *characters);
    }
    const std::string lower = lower_ascii(password);
    if (lower.find_first_not_of(lower[0]) == std::string::npos) {
        return "The password must be more than one character over and over.";
    }
    if (std::find(kCommonPasswords.begin(), kCommonPasswords.end(), lower) !=
        kCommonPasswords.end()) {
        return "The password is one of the most common ones; choose another.";
    }
    if (lower == lower_ascii(email) || lower == lower_ascii(name) ||
        lower == lower_ascii(email.substr(0, email.find('@')))) {
        return "The password must not be the account's e-mail or name.";
    }
    return std::nullopt;
}

std::optional<std::string> hash_password(std::string_view password) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (::crypto_pwhash_str(hash.data(), start_of(password), password.size(), kPasses,
                            kMemoryBytes) != 0) {
        return std::nullopt;
    }
    return std::string(hash.data());
}

bool verify_password(const std::string& hash, std::string_view password) {
    if (password.size() > kPasswordBytesMax) return verify_against_nothing(password);
    return ::crypto_pwhash_str_verify(hash.c_str(), start_of(password), password.size()) == 0;
}

bool verify_against_nothing(std::string_view password) {
    std::array<unsigned char, 32> key{};
    const std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
    const std::size_t length = std::min(password.size(), kPasswordBytesMax);
    const int ignored =
        ::crypto_pwhash(key.data(), key.size(), start_of(password), length, salt.data(), kPasses,
                        kMemoryBytes, crypto_pwhash_ALG_ARGON2ID13);
    static_cast<void>(ignored);
    return false;
}

bool is_outdated_hash(const std::string& hash) {
    return ::crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemoryBytes) != 0;
}

}  // namespace cinema::accounts
