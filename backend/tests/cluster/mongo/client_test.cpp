#include "cluster/mongo/client.hpp"

#include "mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

class Client : public MongoTest {
  protected:
    void insert_numbers(int count) {
        Document command = Mongo::command("insert", "numbers");
        command.array("documents", [&](ArrayWriter& list) {
            for (int i = 0; i < count; ++i) {
                list.object([&](Writer& one) { one.add("_id", i); });
            }
        });
        const auto written = mongo.write(operation, command);
        ASSERT_TRUE(written);
        ASSERT_EQ(written->count, count);
    }

    static Document find_numbers() {
        Document find = Mongo::command("find", "numbers");
        find.object("filter", [](Writer&) {});
        find.object("sort", [](Writer& sort) { sort.add("_id", 1); });
        return find;
    }

    Operation operation = mongo.operation("test");
};

TEST_F(Client, NamesTheDatabaseOfItsUri) {
    EXPECT_EQ(mongo.database(), database.name());
}

TEST_F(Client, ALimitedFindComesInOneBatchHoweverLong) {
    insert_numbers(300);
    Document find = find_numbers();
    limit_to(find, 250);
    const double before = calls("test");
    const auto reply = mongo.read(operation, find);
    ASSERT_TRUE(reply);
    std::int64_t next = 0;
    each_in(*reply, "numbers", [&](Fields& one) { EXPECT_EQ(one.integer("_id"), next++); });
    EXPECT_EQ(next, 250);
    EXPECT_EQ(calls("test"), before + 1);
}

TEST_F(Client, AFindWithoutALimitIsReadInBatches) {
    insert_numbers(250);
    Document find = find_numbers();
    find.add("batchSize", 100);
    const double before = calls("test");
    std::int64_t next = 0;
    const auto done = mongo.each(operation, "numbers", find,
                                 [&](Fields& one) { EXPECT_EQ(one.integer("_id"), next++); });
    ASSERT_TRUE(done);
    EXPECT_EQ(next, 250);
    EXPECT_EQ(calls("test"), before + 2);
}

TEST_F(Client, AReaderThatThrowsLeavesNoCursorBehind) {
    insert_numbers(250);
    Document find = find_numbers();
    find.add("batchSize", 100);
    const auto throwing = [](Fields& one) { one.text("_id"); };
    EXPECT_THROW(std::ignore = mongo.each(operation, "numbers", find, throwing),
                 std::runtime_error);
    EXPECT_EQ(calls("cursors.kill"), 1);
}

TEST_F(Client, DuplicatesAreValuesThatNameStatementAndIndex) {
    insert("users", [](Writer& user) { user.add("_id", 1).add("email", "a@x"); });
    Document command = Mongo::command("insert", "users");
    command.array("documents", [](ArrayWriter& list) {
        list.object([](Writer& user) { user.add("_id", 2).add("email", "b@x"); });
        list.object([](Writer& user) { user.add("_id", 1).add("email", "c@x"); });
        list.object([](Writer& user) { user.add("_id", 4).add("email", "a@x"); });
    });
    command.add("ordered", false);
    const auto written = mongo.write(operation, command);
    ASSERT_TRUE(written);
    ASSERT_EQ(written->duplicates.size(), 2U);
    EXPECT_EQ(written->duplicates[0].statement, 1U);
    EXPECT_EQ(written->duplicates[0].index_name, "_id_");
    EXPECT_EQ(written->duplicates[1].statement, 2U);
    EXPECT_EQ(written->duplicates[1].index_name, "email");
}

TEST_F(Client, FindAndModifyTellsOfAUniqueIndexAndOfNothingFound) {
    insert("users", [](Writer& user) { user.add("_id", 1).add("email", "a@x"); });
    const auto modify = [&](int id, const char* email, bool upsert) {
        Document command = Mongo::command("findAndModify", "users");
        command.object("query", [&](Writer& query) { query.add("_id", id); });
        command.object("update", [&](Writer& update) {
            update.object("$set", [&](Writer& set) { set.add("email", email); });
        });
        command.add("new", true).add("upsert", upsert);
        return mongo.find_and_modify(operation, command);
    };
    const auto changed = modify(1, "b@x", false);
    ASSERT_TRUE(changed && *changed);
    EXPECT_EQ(value_of(**changed, "users")->text("email"), "b@x");
    const auto nothing = modify(2, "c@x", false);
    ASSERT_TRUE(nothing && *nothing);
    EXPECT_FALSE(value_of(**nothing, "users"));
    const auto refused = modify(2, "b@x", true);
    ASSERT_TRUE(refused);
    EXPECT_FALSE(*refused);
}

TEST_F(Client, ARefusedCommandThrowsWithoutContentsOfDocuments) {
    Document unknown;
    unknown.add("noSuchCommand", "secret");
    try {
        std::ignore = mongo.run(operation, unknown);
        FAIL() << "must throw";
    } catch (const Refused& refused) {
        EXPECT_EQ(refused.code(), 59U);
        EXPECT_TRUE(std::string(refused.what()).starts_with("MongoDB refused test (59): "))
            << refused.what();
        EXPECT_EQ(std::string(refused.what()).find("secret"), std::string::npos);
    }
    // In a write it is one statement that is refused.
    insert("numbers", [](Writer& one) { one.add("_id", 1).add("n", "secret"); });
    Document command = Mongo::command("update", "numbers");
    command.array("updates", [](ArrayWriter& updates) {
        updates.object([](Writer& one) {
            one.object("q", [](Writer& q) { q.add("_id", 1); });
            one.object("u",
                       [](Writer& u) { u.object("$inc", [](Writer& by) { by.add("n", 1); }); });
        });
    });
    try {
        std::ignore = mongo.write(operation, command);
        FAIL() << "must throw";
    } catch (const Refused& refused) {
        EXPECT_EQ(std::string(refused.what()).find("secret"), std::string::npos) << refused.what();
    }
    EXPECT_TRUE(mongo.healthy());
}

TEST_F(Client, MoreCallsThanConnectionsWaitAndThenFail) {
    Mongo narrow(database.uri("waitQueueTimeoutMS=100"), 1, logger, metrics);
    Document ping;
    ping.add("ping", 1);
    const Operation test = narrow.operation("test");
    {
        const Lease held = narrow.lease();
        ASSERT_TRUE(held);
        const auto refused = narrow.run(test, ping);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Errc::unavailable);
        EXPECT_EQ(refused.error().retry_after_seconds, 1);
        EXPECT_TRUE(narrow.healthy()) << "the server is well";
    }
    EXPECT_TRUE(narrow.run(test, ping));
}

TEST_F(Client, ManyThreadsShareTheConnections) {
    insert("numbers", [](Writer& one) { one.add("_id", 0).add("n", 0); });
    Mongo narrow(database.uri(), 3, logger, metrics);
    const Operation test = narrow.operation("test");
    std::atomic<int> failed{0};
    at_once(8, [&](int) {
        for (int i = 0; i < 50; ++i) {
            Document command = Mongo::command("update", "numbers");
            command.array("updates", [](ArrayWriter& updates) {
                updates.object([](Writer& one) {
                    one.object("q", [](Writer& q) { q.add("_id", 0); });
                    one.object("u", [](Writer& u) {
                        u.object("$inc", [](Writer& by) { by.add("n", 1); });
                    });
                });
            });
            const auto written = narrow.write(test, command);
            if (!written || written->count != 1) ++failed;
        }
    });
    EXPECT_EQ(failed, 0);
    each("numbers", [](Fields& one) { EXPECT_EQ(one.integer("n"), 400); });
}

}  // namespace
}  // namespace cinema::cluster::mongo
