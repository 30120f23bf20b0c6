#include "cluster/mongo/known_users.hpp"

#include "mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

class Users : public MongoTest {
  protected:
    bool exists(domain::UserId user) { return value_of_call(known.exists(user)); }
    domain::UserId account(const char* email) {
        const auto id = ids.next<domain::UserId>();
        insert("users", [&](Writer& user) { user.add("_id", id).add("email", email); });
        return id;
    }

    MongoKnownUsers known{mongo, clock};
};

TEST_F(Users, ThatExistAreAskedForOnce) {
    const auto user = account("a@x");
    EXPECT_TRUE(exists(user));
    EXPECT_TRUE(exists(user));
    EXPECT_EQ(calls("users.exists"), 1);
}

TEST_F(Users, ThatDoNotExistAreAskedForEachTime) {
    const auto nobody = ids.next<domain::UserId>();
    EXPECT_FALSE(exists(nobody));
    EXPECT_FALSE(exists(nobody));
    EXPECT_EQ(calls("users.exists"), 2);
}

TEST_F(Users, ThatWereToldOfAreNotAskedFor) {
    const auto user = ids.next<domain::UserId>();
    known.remember(user);
    EXPECT_TRUE(exists(user));
    EXPECT_EQ(calls("users.exists"), 0);
}

TEST_F(Users, AreForgottenWithinTenMinutes) {
    const auto user = ids.next<domain::UserId>();
    clock.advance(std::chrono::minutes{4});
    known.remember(user);
    clock.advance(std::chrono::minutes{5});
    EXPECT_TRUE(exists(user)) << "five minutes are sure";
    clock.advance(std::chrono::minutes{5});
    EXPECT_FALSE(exists(user));

    known.remember(user);
    clock.advance(std::chrono::hours{5});
    EXPECT_FALSE(exists(user));
}

TEST_F(Users, AreRememberedUpToABound) {
    const auto first = ids.next<domain::UserId>();
    known.remember(first);
    for (std::size_t i = 0; i < MongoKnownUsers::kRememberedMax; ++i) {
        known.remember(ids.next<domain::UserId>());
    }
    EXPECT_TRUE(exists(first)) << "in the older half";
    for (std::size_t i = 0; i < MongoKnownUsers::kRememberedMax; ++i) {
        known.remember(ids.next<domain::UserId>());
    }
    EXPECT_FALSE(exists(first));
}

}  // namespace
}  // namespace cinema::cluster::mongo
