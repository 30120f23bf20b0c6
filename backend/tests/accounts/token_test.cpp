#include "accounts/token.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "accounts/token_forge.hpp"
#include "domain/ensure.hpp"

namespace cinema::accounts {

namespace {

using testing::forge;
using testing::kHeader;
using testing::kKey;
using testing::kNow;
using testing::kSubject;
using testing::payload_with;

class Token : public testing::TokenTest {};

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
