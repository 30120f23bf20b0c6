#include <gtest/gtest.h>

#include "accounts/token.hpp"
#include "accounts/token_forge.hpp"

namespace cinema::accounts {

namespace {

/// What a thread has verified once it remembers: these are the ways in which that could go wrong.
class TokenReuse : public testing::TokenTest {};

TEST_F(TokenReuse, ARememberedTokenStillExpires) {
    const IssuedToken issued = tokens_.issue(user_);
    ASSERT_TRUE(tokens_.verify(issued.token));
    ASSERT_TRUE(tokens_.verify(issued.token));
    clock_.advance(std::chrono::hours(2));
    const auto late = tokens_.verify(issued.token);
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error(), TokenProblem::expired);
}

TEST_F(TokenReuse, AChangedTokenIsNotTheRememberedOne) {
    const std::string token = tokens_.issue(user_).token;
    ASSERT_TRUE(tokens_.verify(token));
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(tokens_.verify(changed)) << i;
        ASSERT_TRUE(tokens_.verify(token)) << "and the true one is still good";
    }
}

TEST_F(TokenReuse, AnotherKeyDoesNotTrustIt) {
    const std::string token = tokens_.issue(user_).token;
    ASSERT_TRUE(tokens_.verify(token));
    const Tokens others("another key of more than 32 bytes, truly", clock_, ids_, 3600);
    EXPECT_FALSE(others.verify(token));
    EXPECT_TRUE(tokens_.verify(token));
}

TEST_F(TokenReuse, ManyTokensDoNotMixUp) {
    std::vector<std::pair<std::string, domain::UserId>> all;
    for (int i = 0; i < 2000; ++i) {
        domain::User user = user_;
        user.id = ids_.next<domain::UserId>();
        all.emplace_back(tokens_.issue(user).token, user.id);
    }
    for (int round = 0; round < 2; ++round) {
        for (const auto& [token, id] : all) {
            const auto claims = tokens_.verify(token);
            ASSERT_TRUE(claims);
            EXPECT_EQ(claims->user_id, id);
        }
    }
}

}  // namespace

}  // namespace cinema::accounts
