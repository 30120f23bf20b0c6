#include "accounts/token.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <atomic>
#include <cstring>
#include <string>
#include <vector>

#include "accounts/base64url.hpp"
#include "accounts/token_claims.hpp"
#include "domain/ensure.hpp"

namespace cinema::accounts {

namespace {

constexpr std::size_t kSignatureBytes = 32;
constexpr std::size_t kTokenKeyBytesMin = 32;

// {"alg":"HS256","typ":"JWT"}: what we write, and so what nearly every token begins with.
constexpr std::string_view kOwnHeader = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

std::uint64_t next_tokens_instance() {
    static std::atomic<std::uint64_t> count{0};
    return ++count;
}

std::string_view as_text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::string_view describe(TokenProblem problem) {
    switch (problem) {
        case TokenProblem::malformed:
            return "The token is not a token of this server.";
        case TokenProblem::algorithm:
            return "The token must be signed with HS256.";
        case TokenProblem::signature:
            return "The token's signature is wrong. Log in again.";
        case TokenProblem::expired:
            return "The token has expired. Log in again.";
        case TokenProblem::not_yet_valid:
            return "The token is not valid yet. Log in again.";
        case TokenProblem::wrong_claims:
            return "The token is not for this server. Log in again.";
    }
    return "The token is not valid. Log in again.";
}

void Tokens::MacDeleter::operator()(EVP_MAC_CTX* context) const {
    ::EVP_MAC_CTX_free(context);
}

/// A thread's copy of the keyed context. Setting a key up costs more than signing a token, so the
/// copy is kept; it belongs to the Tokens object it was last used for.
struct Tokens::ThreadMac {
    std::uint64_t instance = 0;
    MacPointer context;
};

/// Tokens that this thread has verified, by the end of their signature. A browser sends the same
/// token with every request, and finding it here costs a tenth of verifying it.
struct Tokens::Verified {
    static constexpr std::size_t kEntries = 256;

    struct Entry {
        std::uint64_t instance = 0;
        std::string token;
        Claims claims;
    };
    std::vector<Entry> entries;

    static Entry& at(std::string_view token) {
        static thread_local Verified own;
        if (own.entries.empty()) own.entries.resize(kEntries);
        std::uint64_t tail = 0;
        if (token.size() >= sizeof tail) {
            std::memcpy(&tail, token.data() + token.size() - sizeof tail, sizeof tail);
        }
        return own.entries[(tail * 0x9e3779b97f4a7c15ULL >> 32) % kEntries];
    }
};

Tokens::Tokens(std::string_view key, const env::Clock& clock, env::IdSource& ids, int ttl_seconds)
    : instance_(next_tokens_instance()), clock_(clock), ids_(ids), ttl_seconds_(ttl_seconds) {
    domain::ensure(key.size() >= kTokenKeyBytesMin, "a token key has at least 32 bytes");
    EVP_MAC* hmac = ::EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    keyed_.reset(::EVP_MAC_CTX_new(hmac));
    ::EVP_MAC_free(hmac);  // the context holds its own reference
    std::array<char, 7> digest{"SHA256"};
    const OSSL_PARAM parameters[] = {
        ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        ::OSSL_PARAM_construct_end()};
    const bool ready =
        keyed_ && ::EVP_MAC_init(keyed_.get(), reinterpret_cast<const unsigned char*>(key.data()),
                                 key.size(), parameters) == 1;
    domain::ensure(ready, "OpenSSL offers HMAC-SHA256");
}

Tokens::~Tokens() = default;

void Tokens::sign(std::string_view text, unsigned char* signature) const {
    static thread_local ThreadMac own;
    if (own.instance != instance_) {
        own.context.reset(::EVP_MAC_CTX_dup(keyed_.get()));
        own.instance = instance_;
    }
    std::size_t written = 0;
    // Initializing without a key starts over with the one that is there.
    const bool good =
        own.context && ::EVP_MAC_init(own.context.get(), nullptr, 0, nullptr) == 1 &&
        ::EVP_MAC_update(own.context.get(), reinterpret_cast<const unsigned char*>(text.data()),
                         text.size()) == 1 &&
        ::EVP_MAC_final(own.context.get(), signature, &written, kSignatureBytes) == 1 &&
        written == kSignatureBytes;
    if (!good) own = {};
    domain::ensure(good, "HMAC-SHA256 does not fail");
}

IssuedToken Tokens::issue(const domain::User& user) const {
    const auto issued_at = std::chrono::floor<std::chrono::seconds>(clock_.now());
    const auto expires_at = issued_at + std::chrono::seconds{ttl_seconds_};
    // Every value is hex, a word of ours or a number: nothing needs escaping.
    const std::string payload = fmt::format(
        R"({{"sub":"{}","role":"{}","iss":"{}","aud":"{}","iat":{},"exp":{},"jti":"{}"}})",
        user.id.to_hex(), domain::word(user.role), kIssuer, kAudience,
        issued_at.time_since_epoch().count(), expires_at.time_since_epoch().count(), ids_.uuid());
    std::string token = fmt::format("{}.{}", kOwnHeader, encode_base64url(payload));
    std::array<unsigned char, kSignatureBytes> signature{};
    sign(token, signature.data());
    token += '.';
    token += encode_base64url(as_text(signature.data(), signature.size()));
    return {.token = std::move(token), .expires_at = expires_at};
}

std::expected<Claims, TokenProblem> Tokens::verify(std::string_view token) const {
    if (token.size() > kTokenBytesMax) return std::unexpected(TokenProblem::malformed);
    Verified::Entry& known = Verified::at(token);
    // In constant time, as the signature is a secret to whoever guesses it.
    if (known.instance == instance_ && known.token.size() == token.size() &&
        ::CRYPTO_memcmp(known.token.data(), token.data(), token.size()) == 0) {
        if (known.claims.expires_at <= clock_.now()) {
            return std::unexpected(TokenProblem::expired);
        }
        return known.claims;
    }
    const auto claims = verify_anew(token);
    if (claims) known = {.instance = instance_, .token = std::string(token), .claims = *claims};
    return claims;
}

std::expected<Claims, TokenProblem> Tokens::verify_anew(std::string_view token) const {
    const auto first_dot = token.find('.');
    const auto last_dot = token.rfind('.');
    if (first_dot == std::string_view::npos || first_dot == last_dot) {
        return std::unexpected(TokenProblem::malformed);
    }
    // A third dot ends up within the payload, where it is no base64url.
    const std::string_view header = token.substr(0, first_dot);
    const std::string_view payload = token.substr(first_dot + 1, last_dot - first_dot - 1);
    const std::string_view signature = token.substr(last_dot + 1);
    std::array<std::uint8_t, decoded_base64url_size(kTokenBytesMax)> decoded;

    if (header != kOwnHeader) {
        const auto size = decode_base64url(header, decoded);
        if (!size) return std::unexpected(TokenProblem::malformed);
        const auto acceptable = check_header(as_text(decoded.data(), *size));
        if (!acceptable) return std::unexpected(acceptable.error());
    }
    std::array<std::uint8_t, kSignatureBytes> given;
    const auto given_size = decode_base64url(signature, given);
    const auto size = decode_base64url(payload, decoded);
    if (!given_size || !size) return std::unexpected(TokenProblem::malformed);

    // Nothing of the payload is looked at before the signature is known to be ours.
    std::array<unsigned char, kSignatureBytes> expected{};
    sign(token.substr(0, last_dot), expected.data());
    if (*given_size != kSignatureBytes ||
        ::CRYPTO_memcmp(given.data(), expected.data(), kSignatureBytes) != 0) {
        return std::unexpected(TokenProblem::signature);
    }
    return read_claims(as_text(decoded.data(), *size), clock_.now());
}

}  // namespace cinema::accounts
