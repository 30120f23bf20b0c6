#include "cluster/mongo/user_store.hpp"

#include <set>

#include "cluster/mongo/mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

class UserStore : public MongoTest {
  protected:
    domain::User dora() {
        return {.id = ids.next<domain::UserId>(),
                .email = "dora@example.com",
                .name = "Dora \"D\" ด",
                .role = domain::Role::USER,
                .password_hash = "",
                .created_at = clock.now()};
    }
    int accounts() {
        int count = 0;
        each("users", [&](Fields&) { ++count; });
        return count;
    }

    MongoKnownUsers known{mongo, clock};
    MongoUserStore users{mongo, known};
};

TEST_F(UserStore, KeepsEveryField) {
    auto made = dora();
    made.role = domain::Role::ADMIN;
    made.password_hash = "$argon2id$v=19$hash";
    value_of_call(users.put(made));
    for (const auto& read : {value_of_call(users.find(made.id)),
                             value_of_call(users.find_by_email("dora@example.com"))}) {
        ASSERT_TRUE(read);
        EXPECT_EQ(read->id, made.id);
        EXPECT_EQ(read->email, made.email);
        EXPECT_EQ(read->name, made.name);
        EXPECT_EQ(read->role, domain::Role::ADMIN);
        EXPECT_EQ(read->password_hash, made.password_hash);
        EXPECT_EQ(read->created_at, made.created_at);
    }
    EXPECT_FALSE(value_of_call(users.find(ids.next<domain::UserId>())));
    EXPECT_FALSE(value_of_call(users.find_by_email("dora@example.co")));
}

TEST_F(UserStore, AnAccountThatIsThereIsAnsweredUnchanged) {
    const auto first = dora();
    EXPECT_EQ(value_of_call(users.find_or_create(first)).id, first.id);
    auto twin = dora();
    twin.name = "Another";
    twin.role = domain::Role::ADMIN;
    const auto found = value_of_call(users.find_or_create(twin));
    EXPECT_EQ(found.id, first.id);
    EXPECT_EQ(found.name, first.name);
    EXPECT_EQ(found.role, domain::Role::USER);
    EXPECT_EQ(accounts(), 1);
}

TEST_F(UserStore, PutChangesTheAccountWithTheEmail) {
    const auto first = value_of_call(users.find_or_create(dora()));
    auto changed = dora();
    changed.name = "Another";
    changed.password_hash = "hash";
    changed.created_at += std::chrono::hours{1};
    const auto put = value_of_call(users.put(changed));
    EXPECT_EQ(put.id, first.id);
    EXPECT_EQ(put.created_at, first.created_at);
    EXPECT_EQ(put.name, "Another");
    EXPECT_EQ(value_of_call(users.find(first.id))->password_hash, "hash");
    EXPECT_EQ(accounts(), 1);
}

TEST_F(UserStore, ARaceForOneEmailMakesOneAccount) {
    for (int round = 0; round < 20; ++round) {
        const std::string email = "race" + std::to_string(round) + "@example.com";
        std::vector<domain::UserId> answered(8);
        std::vector<domain::User> asked;
        for (int i = 0; i < 8; ++i) {
            asked.push_back(dora());
            asked.back().email = email;
        }
        at_once(8, [&](int i) {
            const auto& user = asked[static_cast<std::size_t>(i)];
            auto call = i % 2 ? users.put(user) : users.find_or_create(user);
            answered[static_cast<std::size_t>(i)] = value_of_call(std::move(call)).id;
        });
        EXPECT_EQ((std::set<domain::UserId>(answered.begin(), answered.end()).size()), 1u);
        EXPECT_EQ(accounts(), round + 1);
    }
}

TEST_F(UserStore, WhoWasReadIsKnown) {
    const auto made = value_of_call(users.find_or_create(dora()));
    const double asked = calls("users.exists");
    EXPECT_TRUE(value_of_call(known.exists(made.id)));
    EXPECT_EQ(calls("users.exists"), asked);

    MongoKnownUsers others_known(mongo, clock);  // another instance's
    MongoUserStore others(mongo, others_known);
    value_of_call(others.find_by_email(made.email));
    EXPECT_TRUE(value_of_call(others_known.exists(made.id)));
    EXPECT_EQ(calls("users.exists"), asked);
    EXPECT_FALSE(value_of_call(others_known.exists(ids.next<domain::UserId>())));
}

TEST_F(UserStore, ALoginOfAKnownAccountIsOneRoundTrip) {
    value_of_call(users.find_or_create(dora()));
    const double before = calls("users.find") + calls("users.insert");
    value_of_call(users.find_or_create(dora()));
    EXPECT_EQ(calls("users.find") + calls("users.insert"), before + 1);
}

}  // namespace
}  // namespace cinema::cluster::mongo
