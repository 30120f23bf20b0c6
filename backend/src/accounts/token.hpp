#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "domain/user.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"

typedef struct evp_mac_ctx_st EVP_MAC_CTX;

namespace cinema::accounts {

/// Who a token speaks for, and until when.
struct Claims {
    domain::UserId user_id;
    domain::Role role = domain::Role::USER;
    domain::UtcTime issued_at;
    domain::UtcTime expires_at;
};

/// Why a token is refused.
enum class TokenProblem {
    malformed,  ///< not three base64url segments of JSON, or over 4 KiB
    algorithm,  ///< anything but HS256, or extensions that must be understood
    signature,  ///< not signed with our key
    expired,
    not_yet_valid,  ///< from the future
    wrong_claims,   ///< signed by us, but for someone else or incomplete
};

/// A sentence for the person who holds the token.
std::string_view describe(TokenProblem problem);

struct IssuedToken {
    std::string token;
    domain::UtcTime expires_at;  ///< whole seconds, as in the token
};

/// JSON Web Tokens (RFC 7519, RFC 8725), signed with HMAC-SHA256 and nothing else. The claims are
/// sub, role, iss, aud, iat, exp and jti; the role is the one at login and lasts as long as the
/// token. Any thread.
class Tokens {
  public:
    static constexpr std::string_view kIssuer = "cinema";
    static constexpr std::string_view kAudience = "cinema-api";
    static constexpr std::size_t kTokenBytesMax = 4096;
    /// How far the clocks of two instances may differ.
    static constexpr int kClockSkewSeconds = 60;

    /// The key must have at least 32 bytes (RFC 7518 3.2); less is a broken invariant.
    Tokens(std::string_view key, const env::Clock& clock, env::IdSource& ids, int ttl_seconds);
    ~Tokens();
    Tokens(const Tokens&) = delete;
    Tokens& operator=(const Tokens&) = delete;

    IssuedToken issue(const domain::User& user) const;

    std::expected<Claims, TokenProblem> verify(std::string_view token) const;

  private:
    struct MacDeleter {
        void operator()(EVP_MAC_CTX* context) const;
    };
    using MacPointer = std::unique_ptr<EVP_MAC_CTX, MacDeleter>;
    struct ThreadMac;
    struct Verified;

    std::expected<Claims, TokenProblem> verify_anew(std::string_view token) const;

    /// HMAC-SHA256 of the text into 32 bytes.
    void sign(std::string_view text, unsigned char* signature) const;

    MacPointer keyed_;              ///< holds the key; threads work on copies
    const std::uint64_t instance_;  ///< tells the copies of one object from those of another
    const env::Clock& clock_;
    env::IdSource& ids_;
    const int ttl_seconds_;
};

}  // namespace cinema::accounts
