#include "accounts/login.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <string>
#include <vector>

#include "accounts/login_fixture.hpp"

namespace cinema::accounts {

namespace {

using domain::Errc;
using domain::Role;
using testing::kEmail;
using testing::kPassword;
using testing::with_password;
using testing::without_password;
using testing::wrong_field;

class Login : public testing::LoginTest {};

TEST_F(Login, ByPasswordGivesATokenForTheAccount) {
    const auto answer = login(strict_, with_password(" ADA@Example.org ", kPassword));
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->user.email, kEmail);
    EXPECT_EQ(answer->user.name, "Ada");
    EXPECT_EQ(answer->user.role, Role::ADMIN);
    EXPECT_EQ(answer->user.password_hash, "") << "the hash stays here";
    EXPECT_FALSE(answer->password_outdated);
    const auto claims = tokens_.verify(answer->token);
    ASSERT_TRUE(claims);
    EXPECT_EQ(claims->user_id, answer->user.id);
    EXPECT_EQ(claims->role, Role::ADMIN);
    EXPECT_EQ(claims->expires_at, answer->expires_at);
}

TEST_F(Login, FailsInTheSameWayForEveryReason) {
    users_.set({.id = ids_.next<domain::UserId>(), .email = "demo@example.org", .name = "Demo"});
    const auto wrong_password = login(strict_, with_password(kEmail, "another password"));
    const auto no_account = login(strict_, with_password("nobody@example.org", kPassword));
    const auto no_password = login(strict_, with_password("demo@example.org", kPassword));
    const auto too_long = login(strict_, with_password(kEmail, std::string(10'000, 'x')));
    for (const auto& answer : {wrong_password, no_account, no_password, too_long}) {
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::wrong_credentials);
        EXPECT_EQ(answer.error().detail, "The e-mail or the password is wrong.");
    }
    EXPECT_EQ(users_.size(), 2u) << "nobody is created";
}

TEST_F(Login, NamesTheFieldThatIsMissingOrWrong) {
    EXPECT_EQ(wrong_field(login(strict_, without_password(kEmail))), "password");
    EXPECT_EQ(wrong_field(login(strict_, with_password(kEmail, ""))), "password");
    EXPECT_EQ(wrong_field(login(strict_, without_password("nobody@example.org"))), "password");
    EXPECT_EQ(wrong_field(login(strict_, with_password("no address", kPassword))), "email");
    EXPECT_EQ(wrong_field(login(demo_, without_password(""))), "email");
    EXPECT_EQ(wrong_field(login(demo_, without_password("new@example.org", "a\nb"))), "name");
    EXPECT_EQ(users_.calls, 1) << "only the last got as far as the store";
}

TEST_F(Login, WithoutDemoModeNeverNeedsNoPassword) {
    for (const auto email : {LoginService::kDemoUserEmail, LoginService::kDemoAdminEmail}) {
        EXPECT_EQ(wrong_field(login(strict_, without_password(std::string(email)))), "password");
        const auto answer = login(strict_, with_password(std::string(email), kPassword));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, Errc::wrong_credentials);
    }
    EXPECT_EQ(users_.size(), 1u);
}

TEST_F(Login, WithoutDemoModeDoesNotOpenAccountsThatDemoModeMade) {
    ASSERT_TRUE(login(demo_, without_password("admin@cinema.local")));
    const auto answer = login(strict_, with_password("admin@cinema.local", "any password at all"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::wrong_credentials);
}

TEST_F(Login, InDemoModeKnowsTwoAccounts) {
    const auto user = login(demo_, without_password("User@cinema.local", "Someone Else"));
    ASSERT_TRUE(user) << user.error().detail;
    EXPECT_EQ(user->user.name, "Demo User");
    EXPECT_EQ(user->user.role, Role::USER);
    const auto admin = login(demo_, without_password("admin@cinema.local"));
    ASSERT_TRUE(admin);
    EXPECT_EQ(admin->user.name, "Demo Admin");
    EXPECT_EQ(admin->user.role, Role::ADMIN);
    EXPECT_EQ(tokens_.verify(admin->token)->role, Role::ADMIN);
    EXPECT_EQ(login(demo_, without_password("admin@cinema.local"))->user.id, admin->user.id);
}

TEST_F(Login, InDemoModeMakesAnyOtherEMailAPlainUser) {
    const auto named = login(demo_, without_password("grace@example.org", " Grace Hopper "));
    ASSERT_TRUE(named);
    EXPECT_EQ(named->user.name, "Grace Hopper");
    EXPECT_EQ(named->user.role, Role::USER);
    EXPECT_EQ(named->user.created_at, clock_.now());
    EXPECT_FALSE(named->user.id.is_nil());
    const auto unnamed = login(demo_, without_password("admin@example.org", ""));
    ASSERT_TRUE(unnamed);
    EXPECT_EQ(unnamed->user.name, "admin");
    EXPECT_EQ(unnamed->user.role, Role::USER);

    const auto again = login(demo_, without_password("grace@example.org", "Another Name"));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->user.id, named->user.id);
    EXPECT_EQ(again->user.name, "Grace Hopper") << "the name of an account stays";
    EXPECT_TRUE(login(demo_, with_password("grace@example.org", "what forms send")))
        << "a password is not asked for, and does no harm";
}

TEST_F(Login, InDemoModeStillNeedsThePasswordOfAnAccountThatHasOne) {
    EXPECT_EQ(wrong_field(login(demo_, without_password(kEmail))), "password");
    const auto wrong = login(demo_, with_password(kEmail, "another password"));
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Errc::wrong_credentials);
    EXPECT_TRUE(login(demo_, with_password(kEmail, kPassword)));

    users_.set({.id = ids_.next<domain::UserId>(),
                .email = "admin@cinema.local",
                .name = "Real Admin",
                .role = Role::ADMIN,
                .password_hash = users_.get(kEmail)->password_hash});
    EXPECT_EQ(wrong_field(login(demo_, without_password("admin@cinema.local"))), "password");
}

TEST_F(Login, InDemoModeMakesOneAccountForManyLoginsAtOnce) {
    const auto answers =
        run(demo_, std::vector<LoginRequest>(20, without_password("new@example.org")));
    for (const auto& answer : answers) {
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->user.id, answers[0]->user.id);
    }
    EXPECT_EQ(users_.size(), 2u);
}

TEST_F(Login, PassesTheStoresErrorsOnAndCountsThemAgainstNobody) {
    users_.broken = domain::Error{.code = Errc::unavailable, .detail = "down"};
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(login(strict_, with_password(kEmail, kPassword)).error().code, Errc::unavailable);
        EXPECT_EQ(login(demo_, without_password("x@y")).error().code, Errc::unavailable);
    }
    users_.broken.reset();
    EXPECT_TRUE(login(strict_, with_password(kEmail, kPassword)));
}

TEST_F(Login, TellsOfAnOutdatedHash) {
    auto user = *users_.get(kEmail);
    // Argon2id of "old password here" with 8 MiB and one pass, made by libsodium at run time.
    std::array<char, 128> hash{};
    ASSERT_EQ(::crypto_pwhash_str(hash.data(), "old password here", 17, 1, 8 * 1024 * 1024), 0);
    user.password_hash = hash.data();
    users_.set(user);
    const auto answer = login(strict_, with_password(kEmail, "old password here"));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->password_outdated);
}

}  // namespace

}  // namespace cinema::accounts
