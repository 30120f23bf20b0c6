#include "accounts/token.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "accounts/base64url.hpp"
#include "accounts/fakes.hpp"
#include "domain/ensure.hpp"

namespace cinema::accounts {

namespace {

using testing::FakeClock;
using testing::FakeIds;

const std::string kKey = "0123456789abcdef0123456789abcdef";
constexpr std::int64_t kNow = 1'800'000'000;  // FakeClock's first second

/// A token made by other means than the ones under test.
std::string forge(const std::string& header, const std::string& payload,
                  const std::string& key = kKey, const EVP_MD* digest = ::EVP_sha256()) {
    const std::string text = encode_base64url(header) + "." + encode_base64url(payload);
    unsigned char signature[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    ::HMAC(digest, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), signature, &size);
    return text + "." +
           encode_base64url({reinterpret_cast<const char*>(signature), std::size_t{size}});
}

const std::string kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr const char* kSubject = "65a1b2c3d4e5f60718293a4b";

/// A good payload but for one member, whose JSON is given instead ("" leaves it out).
std::string payload_with(std::string_view name = "", std::string_view json = "") {
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

class Token : public ::testing::Test {
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

TEST_F(Token, TellsWhoAndUntilWhen) {
    const IssuedToken issued = tokens_.issue(user_);
    const auto claims = tokens_.verify(issued.token);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->user_id, user_.id);
    EXPECT_EQ(claims->role, domain::Role::ADMIN);
    EXPECT_EQ(claims->issued_at, domain::UtcTime{std::chrono::seconds{kNow}});
    EXPECT_EQ(claims->expires_at, domain::UtcTime{std::chrono::seconds{kNow + 3600}});
    EXPECT_EQ(issued.expires_at, claims->expires_at);
}

TEST_F(Token, IsTheJwtThatOthersWouldMake) {
    EXPECT_EQ(tokens_.issue(user_).token,
              forge(kHeader, fmt::format(R"({{"sub":"{}","role":"ADMIN","iss":"cinema",)"
                                         R"("aud":"cinema-api","iat":{},"exp":{},)"
                                         R"("jti":"00000000-0000-7000-8000-000000000001"}})",
                                         kSubject, kNow, kNow + 3600)));
}

TEST_F(Token, HasAnIdOfItsOwn) {
    EXPECT_NE(tokens_.issue(user_).token, tokens_.issue(user_).token);
}

TEST_F(Token, SaysNothingPrivate) {
    const std::string token = tokens_.issue(user_).token;
    const auto first = token.find('.') + 1;
    std::array<std::uint8_t, 1024> bytes{};
    const auto size =
        decode_base64url(std::string_view(token).substr(first, token.rfind('.') - first), bytes);
    ASSERT_TRUE(size);
    const std::string payload(reinterpret_cast<const char*>(bytes.data()), *size);
    EXPECT_EQ(payload.find("ada@"), std::string::npos);
    EXPECT_EQ(payload.find("Ada"), std::string::npos);
}

TEST_F(Token, AcceptsTheExampleSignatureOfRfc7515) {
    // Appendix A.1: its claims are not ours, but its signature is what is checked before them.
    std::array<std::uint8_t, 64> key{};
    ASSERT_EQ(decode_base64url("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i"
                               "PS4hcgUuTwjAzZr1Z9CAow",
                               key),
              64u);
    const Tokens tokens({reinterpret_cast<const char*>(key.data()), key.size()}, clock_, ids_, 60);
    const std::string signed_text =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ.";
    const auto good = tokens.verify(signed_text + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    ASSERT_FALSE(good);
    EXPECT_EQ(good.error(), TokenProblem::wrong_claims);
    const auto bad = tokens.verify(signed_text + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXg");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error(), TokenProblem::signature);
}

TEST_F(Token, EndsToTheMillisecond) {
    const std::string token = tokens_.issue(user_).token;
    // The clock began at .123, the token counts from .000.
    clock_.advance(std::chrono::seconds{3600} - std::chrono::milliseconds{124});
    EXPECT_EQ(problem_of(token), std::nullopt);
    clock_.advance(std::chrono::milliseconds{1});
    EXPECT_EQ(problem_of(token), TokenProblem::expired);
}

TEST_F(Token, IsRefusedWhenOneCharacterIsChanged) {
    const std::string token = tokens_.issue(user_).token;
    constexpr std::string_view kCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \"\x80";
    for (std::size_t place = 0; place < token.size(); ++place) {
        for (const char other : kCharacters) {
            if (other == token[place]) continue;
            std::string changed = token;
            changed[place] = other;
            ASSERT_NE(problem_of(changed), std::nullopt) << place << " " << other;
        }
        ASSERT_NE(problem_of(token.substr(0, place)), std::nullopt) << "cut at " << place;
        ASSERT_NE(problem_of(token.substr(0, place) + token.substr(place + 1)), std::nullopt);
    }
    EXPECT_EQ(problem_of(token), std::nullopt);
}

TEST_F(Token, IsRefusedWhenItsFormIsWrong) {
    const std::string token = tokens_.issue(user_).token;
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    const std::string header = token.substr(0, first);
    const std::string payload = token.substr(first + 1, last - first - 1);
    const std::string signature = token.substr(last + 1);
    for (const std::string& bad :
         std::vector<std::string>{"",
                                  ".",
                                  "..",
                                  "...",
                                  "a",
                                  header,
                                  header + "." + payload,
                                  header + ".." + signature,
                                  "." + payload + "." + signature,
                                  header + "." + payload + ".",
                                  token + ".",
                                  "." + token,
                                  header + ".." + payload + "." + signature,
                                  token + "=",
                                  token + "==",
                                  header + "=." + payload + "." + signature,
                                  " " + token,
                                  token + " ",
                                  token + "\n",
                                  "Bearer " + token,
                                  token + token,
                                  header + "." + payload + "." + signature + "AA",
                                  header + "." + payload + "." + signature.substr(0, 22),
                                  std::string(Tokens::kTokenBytesMax + 1, 'a'),
                                  std::string(5000, '.'),
                                  header + "." + std::string(1 << 20, 'A') + "." + signature,
                                  token.substr(0, token.size() - 1)}) {
        const auto problem = problem_of(bad);
        EXPECT_TRUE(problem == TokenProblem::malformed || problem == TokenProblem::signature)
            << bad.substr(0, 100);
    }
    // The signature's last character carries two unused bits, which must be zero.
    std::string twin = token;
    const std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    twin.back() = alphabet[alphabet.find(token.back()) ^ 1];
    EXPECT_EQ(problem_of(twin), TokenProblem::malformed);
}

TEST_F(Token, OfTheGreatestSizeIsRead) {
    std::string longest;
    for (std::size_t filler = 2000; filler < 3200; ++filler) {
        const std::string token =
            forge(kHeader, payload_with("note", "\"" + std::string(filler, 'x') + "\""));
        if (token.size() > Tokens::kTokenBytesMax) {
            EXPECT_EQ(problem_of(token), TokenProblem::malformed);
            break;
        }
        longest = token;
    }
    EXPECT_GE(longest.size(), Tokens::kTokenBytesMax - 2);
    EXPECT_EQ(problem_of(longest), std::nullopt);
}

TEST_F(Token, IsSignedWithHs256AndNothingElse) {
    const std::string payload = payload_with();
    struct Row {
        std::string header;
        std::optional<TokenProblem> problem;
    };
    const std::vector<Row> rows = {
        {kHeader, std::nullopt},
        {R"({"typ":"JWT","alg":"HS256"})", std::nullopt},
        {R"({"alg":"HS256"})", std::nullopt},
        {R"( { "alg" : "HS256", "kid" : "1" } )", std::nullopt},
        {R"({"alg":"none","typ":"JWT"})", TokenProblem::algorithm},
        {R"({"alg":"None"})", TokenProblem::algorithm},
        {R"({"alg":"hs256"})", TokenProblem::algorithm},
        {R"({"alg":"HS384"})", TokenProblem::algorithm},
        {R"({"alg":"HS512"})", TokenProblem::algorithm},
        {R"({"alg":"RS256"})", TokenProblem::algorithm},
        {R"({"alg":"ES256"})", TokenProblem::algorithm},
        {R"({"alg":"HS256 "})", TokenProblem::algorithm},
        {R"({"alg":"HS256\u0000"})", TokenProblem::algorithm},
        {R"({"alg":""})", TokenProblem::algorithm},
        {R"({"alg":null})", TokenProblem::algorithm},
        {R"({"alg":256})", TokenProblem::algorithm},
        {R"({"alg":["HS256"]})", TokenProblem::algorithm},
        {R"({"typ":"JWT"})", TokenProblem::algorithm},
        {R"({})", TokenProblem::algorithm},
        {R"({"alg":"HS256","crit":["exp"]})", TokenProblem::algorithm},
        {R"({"alg":"HS256","crit":[]})", TokenProblem::algorithm},
        {R"({"alg":"HS256","typ":"JWE"})", TokenProblem::algorithm},
        {R"({"alg":"HS256","typ":1})", TokenProblem::algorithm},
        {R"(["HS256"])", TokenProblem::malformed},
        {R"("HS256")", TokenProblem::malformed},
        {R"(null)", TokenProblem::malformed},
        {R"({"alg":"HS256")", TokenProblem::malformed},
        {R"({"alg":"HS256"}x)", TokenProblem::malformed},
        {R"({'alg':'HS256'})", TokenProblem::malformed},
        {R"()", TokenProblem::malformed},
        {"{\"alg\":\"HS256\xff\"}", TokenProblem::malformed},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(problem_of(forge(row.header, payload)), row.problem) << row.header;
    }
}

TEST_F(Token, WithoutAGoodSignatureIsRefused) {
    const std::string payload = payload_with();
    EXPECT_EQ(problem_of(forge(kHeader, payload, "another key of at least 32 bytes")),
              TokenProblem::signature);
    EXPECT_EQ(problem_of(forge(kHeader, payload, "")), TokenProblem::signature);
    EXPECT_EQ(problem_of(forge(kHeader, payload, kKey.substr(0, 31))), TokenProblem::signature);
    // The right key, but the hash of another algorithm under a header that says HS256.
    EXPECT_EQ(problem_of(forge(kHeader, payload, kKey, ::EVP_sha512())), TokenProblem::malformed);
    EXPECT_EQ(problem_of(forge(kHeader, payload, kKey, ::EVP_sha1())), TokenProblem::signature);
    const std::string unsigned_token =
        encode_base64url(R"({"alg":"none"})") + "." + encode_base64url(payload) + ".";
    EXPECT_EQ(problem_of(unsigned_token), TokenProblem::algorithm);
    const std::string stripped = encode_base64url(kHeader) + "." + encode_base64url(payload) + ".";
    EXPECT_EQ(problem_of(stripped), TokenProblem::signature);
}

TEST_F(Token, IsRefusedWhenItsClaimsAreNotOurs) {
    struct Row {
        std::string name;
        std::string json;
        std::optional<TokenProblem> problem;
    };
    const auto wrong = TokenProblem::wrong_claims;
    const auto seconds = [](std::int64_t s) { return std::to_string(s); };
    const std::vector<Row> rows = {
        {"", "", std::nullopt},
        {"more", R"({"is":["ignored"]})", std::nullopt},
        {"sub", R"("65A1B2C3D4E5F60718293A4B")", std::nullopt},
        {"sub", "", wrong},
        {"sub", R"("65a1b2c3d4e5f60718293a4")", wrong},
        {"sub", R"("65a1b2c3d4e5f60718293a4bb")", wrong},
        {"sub", R"("65a1b2c3d4e5f60718293a4g")", wrong},
        {"sub", R"("")", wrong},
        {"sub", "1", wrong},
        {"sub", "null", wrong},
        {"role", R"("ADMIN")", std::nullopt},
        {"role", "", wrong},
        {"role", R"("admin")", wrong},
        {"role", R"("ROOT")", wrong},
        {"role", R"(["ADMIN"])", wrong},
        {"role", "true", wrong},
        {"iss", "", wrong},
        {"iss", R"("Cinema")", wrong},
        {"iss", R"("other")", wrong},
        {"iss", "null", wrong},
        {"aud", "", wrong},
        {"aud", R"("cinema")", wrong},
        {"aud", R"(["cinema-api"])", wrong},
        {"jti", "", wrong},
        {"jti", R"("")", wrong},
        {"jti", "7", wrong},
        {"jti", "\"" + std::string(129, 'x') + "\"", wrong},
        {"iat", "", wrong},
        {"iat", "\"" + seconds(kNow) + "\"", wrong},
        {"iat", seconds(kNow) + ".5", wrong},
        {"iat", "-1", wrong},
        {"iat", "null", wrong},
        {"iat", "18446744073709551615", wrong},
        {"iat", seconds(kNow + 60), std::nullopt},
        {"iat", seconds(kNow + 61), TokenProblem::not_yet_valid},
        {"iat", "0", std::nullopt},
        {"exp", "", wrong},
        {"exp", "\"" + seconds(kNow + 60) + "\"", wrong},
        {"exp", "1.8e9", wrong},
        {"exp", "9999999999999", wrong},
        {"exp", "9223372036854775807", wrong},
        {"exp", "18446744073709551615", wrong},
        {"exp", "1e400", TokenProblem::malformed},
        {"exp", "253402300799", std::nullopt},
        {"exp", "0", TokenProblem::expired},
        {"exp", seconds(kNow), TokenProblem::expired},
        {"exp", seconds(kNow + 1), std::nullopt},
        {"exp", "true", wrong},
        {"nbf", seconds(kNow), std::nullopt},
        {"nbf", seconds(kNow + 61), TokenProblem::not_yet_valid},
        {"nbf", "\"now\"", wrong},
        {"nbf", "null", wrong},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(problem_of_payload(payload_with(row.name, row.json)), row.problem)
            << row.name << " " << row.json;
    }
}

TEST_F(Token, IsRefusedWhenItsPayloadIsNoObject) {
    const std::string deep = std::string(200, '[') + std::string(200, ']');
    for (const std::string& payload :
         {std::string("null"), std::string("[]"), std::string("1"), std::string("\"text\""),
          std::string(""), std::string("{"), payload_with() + payload_with(), payload_with() + ",",
          "\xEF\xBB\xBF" + payload_with(), std::string("{\"a\":\"\xC0\xAF\"}"),
          payload_with("more", deep), std::string(1, '\0')}) {
        EXPECT_EQ(problem_of_payload(payload), TokenProblem::malformed) << payload;
    }
}

TEST_F(Token, KeysOfTwoObjectsDoNotMixInOneThread) {
    const Tokens others("fedcba9876543210fedcba9876543210", clock_, ids_, 3600);
    for (int i = 0; i < 3; ++i) {
        const std::string ours = tokens_.issue(user_).token;
        const std::string theirs = others.issue(user_).token;
        EXPECT_TRUE(tokens_.verify(ours));
        EXPECT_TRUE(others.verify(theirs));
        EXPECT_FALSE(others.verify(ours));
        EXPECT_FALSE(tokens_.verify(theirs));
    }
}

TEST_F(Token, IsCheckedByManyThreadsAtOnce) {
    const std::string good = tokens_.issue(user_).token;
    const std::string bad = forge(kHeader, payload_with(), "another key of at least 32 bytes");
    std::atomic<int> mistakes{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                if (!tokens_.verify(good) || tokens_.verify(bad)) ++mistakes;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(mistakes, 0);
}

TEST_F(Token, NeedsAKeyOf32Bytes) {
    EXPECT_THROW(Tokens(kKey.substr(0, 31), clock_, ids_, 60), domain::InvariantBroken);
}

TEST(TokenProblemText, IsASentenceForEach) {
    for (const auto problem :
         {TokenProblem::malformed, TokenProblem::algorithm, TokenProblem::signature,
          TokenProblem::expired, TokenProblem::not_yet_valid, TokenProblem::wrong_claims}) {
        EXPECT_TRUE(describe(problem).ends_with('.'));
    }
}

}  // namespace

}  // namespace cinema::accounts
