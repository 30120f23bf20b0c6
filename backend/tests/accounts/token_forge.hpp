#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/base64url.hpp"
#include "accounts/fakes.hpp"
#include "accounts/token.hpp"

namespace cinema::accounts::testing {

inline const std::string kKey = "0123456789abcdef0123456789abcdef";
inline constexpr std::int64_t kNow = 1'800'000'000;  // FakeClock's first second

/// A token made by other means than the ones under test.
inline std::string forge(const std::string& header, const std::string& payload,
                         const std::string& key = kKey, const EVP_MD* digest = ::EVP_sha256()) {
    const std::string text = encode_base64url(header) + "." + encode_base64url(payload);
    unsigned char signature[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    ::HMAC(digest, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), signature, &size);
    return text + "." +
           encode_base64url({reinterpret_cast<const char*>(signature), std::size_t{size}});
}

inline const std::string kHeader = R"({"alg":"HS256","typ":"JWT"})";
inline constexpr const char* kSubject = "65a1b2c3d4e5f60718293a4b";

/// A good payload but for one member, whose JSON is given instead ("" leaves it out).
inline std::string payload_with(std::string_view name = "", std::string_view json = "") {
    const std::vector<std::pair<std::string, std::string>> good = {
        {"sub", fmt::format("\"{}\"", kSubject)},
        {"role", "\"USER\""},
        {"iss", "\"cinema\""},
        {"aud", "\"cinema-api\""},
        {"iat", std::to_string(kNow)},
        {"exp", std::to_string(kNow + 60)},
        {"jti", "\"some-id\""}};
    std::string payload;
    bool replaced = false;
    for (const auto& [member, value] : good) {
        const bool replace = member == name;
        replaced = replaced || replace;
        const std::string_view text = replace ? json : std::string_view(value);
        if (!text.empty()) payload += fmt::format(",\"{}\":{}", member, text);
    }
    if (!name.empty() && !replaced) payload += fmt::format(",\"{}\":{}", name, json);
    payload[0] = '{';
    return payload + "}";
}

class TokenTest : public ::testing::Test {
  protected:
    std::optional<TokenProblem> problem_of(std::string_view token) const {
        const auto claims = tokens_.verify(token);
        return claims ? std::nullopt : std::optional(claims.error());
    }
    std::optional<TokenProblem> problem_of_payload(const std::string& payload) const {
        return problem_of(forge(kHeader, payload));
    }

    FakeClock clock_;
    FakeIds ids_;
    Tokens tokens_{kKey, clock_, ids_, 3600};
    domain::User user_{.id = *domain::UserId::parse(kSubject),
                       .email = "ada@example.org",
                       .name = "Ada",
                       .role = domain::Role::ADMIN};
};

}  // namespace cinema::accounts::testing
