#include "accounts/token_claims.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "accounts/token_forge.hpp"

namespace cinema::accounts {

namespace {

using testing::forge;
using testing::kHeader;
using testing::kNow;
using testing::payload_with;

class TokenClaims : public testing::TokenTest {};

TEST_F(TokenClaims, IsSignedWithHs256AndNothingElse) {
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

TEST_F(TokenClaims, IsRefusedWhenItsClaimsAreNotOurs) {
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
        {"exp", "1e400", wrong},
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

TEST_F(TokenClaims, IsRefusedWhenItsPayloadIsNoObject) {
    const std::string deep = std::string(200, '[') + std::string(200, ']');
    for (const std::string& payload :
         {std::string("null"), std::string("[]"), std::string("1"), std::string("\"text\""),
          std::string(""), std::string("{"), payload_with() + payload_with(), payload_with() + ",",
          "\xEF\xBB\xBF" + payload_with(), std::string("{\"a\":\"\xC0\xAF\"}"),
          payload_with("more", deep), std::string(1, '\0')}) {
        EXPECT_EQ(problem_of_payload(payload), TokenProblem::malformed) << payload;
    }
}

}  // namespace

}  // namespace cinema::accounts
