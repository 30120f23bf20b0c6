#include "accounts/password.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <chrono>

namespace cinema::accounts {

namespace {

class Password : public ::testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(initialize_crypto()); }
};

TEST_F(Password, IsHashedWithArgon2idAndSalt) {
    const auto hash = hash_password("a long enough password");
    const auto again = hash_password("a long enough password");
    ASSERT_TRUE(hash && again);
    EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *hash;
    EXPECT_NE(*hash, *again) << "each hash has its own salt";
    EXPECT_TRUE(verify_password(*hash, "a long enough password"));
    EXPECT_TRUE(verify_password(*again, "a long enough password"));
}

TEST_F(Password, IsComparedWhole) {
    using namespace std::string_view_literals;
    const std::string_view password = "correct\0horse สวัสดี"sv;
    const auto hash = hash_password(password);
    ASSERT_TRUE(hash);
    EXPECT_TRUE(verify_password(*hash, password));
    for (const std::string_view wrong : {"correct"sv, "correct\0horse"sv, "Correct\0horse สวัสดี"sv,
                                         "correct\0horse สวัสดี "sv, ""sv}) {
        EXPECT_FALSE(verify_password(*hash, wrong));
    }
    EXPECT_FALSE(verify_password(*hash, std::string(100'000, 'x')));
    EXPECT_FALSE(verify_password(*hash, {}));
    EXPECT_FALSE(verify_against_nothing({}));
    EXPECT_FALSE(verify_password("", password));
    EXPECT_FALSE(verify_password("not a hash", password));
}

TEST_F(Password, OfTheLongestKindIsNotCut) {
    std::string longest;
    for (std::size_t i = 0; i < kPasswordCharactersMax; ++i) longest += "\xF0\x9F\x8E\xAC";
    const auto hash = hash_password(longest);
    ASSERT_TRUE(hash);
    EXPECT_TRUE(verify_password(*hash, longest));
    longest.back() = '\xAD';
    EXPECT_FALSE(verify_password(*hash, longest));
}

TEST_F(Password, TakesAsLongForNobody) {
    using SteadyClock = std::chrono::steady_clock;
    const auto hash = hash_password("a long enough password");
    ASSERT_TRUE(hash);
    auto best_real = SteadyClock::duration::max();
    auto best_nothing = SteadyClock::duration::max();
    // The best of several: the machine may be busy with other things.
    for (int i = 0; i < 7; ++i) {
        const auto start = SteadyClock::now();
        EXPECT_FALSE(verify_password(*hash, "another password"));
        const auto middle = SteadyClock::now();
        EXPECT_FALSE(verify_against_nothing("another password"));
        best_real = std::min(best_real, middle - start);
        best_nothing = std::min(best_nothing, SteadyClock::now() - middle);
    }
    EXPECT_LT(best_real, 2 * best_nothing);
    EXPECT_LT(best_nothing, 2 * best_real);
}

TEST_F(Password, HashesOfOtherParametersAreOutdated) {
    const auto current = hash_password("a long enough password");
    ASSERT_TRUE(current);
    EXPECT_FALSE(is_outdated_hash(*current));
    std::array<char, crypto_pwhash_STRBYTES> older{};
    ASSERT_EQ(::crypto_pwhash_str(older.data(), "secret", 6, 1, 8 * 1024 * 1024), 0);
    EXPECT_TRUE(is_outdated_hash(older.data()));
    EXPECT_TRUE(is_outdated_hash("not a hash"));
}

TEST(PasswordPolicy, TakesAnyCharactersOfTheRightNumber) {
    const auto problem = [](std::string_view password) {
        return password_problem(password, "ada@example.org", "Ada Lovelace");
    };
    EXPECT_EQ(problem("all small letters"), std::nullopt);
    EXPECT_EQ(problem("1029384756 02"), std::nullopt);
    EXPECT_EQ(problem("รหัสผ่านยาวพอ"), std::nullopt);
    EXPECT_EQ(problem("twelve chars"), std::nullopt);
    EXPECT_EQ(problem("eleven char"), "The password must have 12 to 128 characters; it has 11.");
    EXPECT_EQ(problem(""), "The password must have 12 to 128 characters; it has 0.");
    std::string longest;
    for (int i = 0; i < 64; ++i) longest += "กข";
    EXPECT_EQ(problem(longest), std::nullopt);
    EXPECT_EQ(problem(longest + "ก"), "The password must have 12 to 128 characters; it has 129.");
}

TEST(PasswordPolicy, RefusesWhatIsGuessedFirst) {
    const auto refused = [](std::string_view password) {
        return password_problem(password, "ada.lovelace@example.org", "Countess Ada").has_value();
    };
    for (const char* password :
         {"123456789012", "password1234", "PassWord1234", "QWERTYuiop12", "administrator",
          "aaaaaaaaaaaaaaaa", "AAAAaaaaAAAAaaaa", "ada.lovelace@example.org", "Ada.Lovelace",
          "countess ada", "not utf-8 at all \xFF"}) {
        EXPECT_TRUE(refused(password)) << password;
    }
    EXPECT_FALSE(refused("ada.lovelace's password"));
}

}  // namespace

}  // namespace cinema::accounts
