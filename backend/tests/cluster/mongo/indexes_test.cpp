#include "cluster/mongo/indexes.hpp"

#include <map>

#include "mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

TEST_F(MongoTest, IndexesMayBeMadeAgainAndByManyAtOnce) {
    std::atomic<int> failed{0};
    at_once(4, [&](int) {
        if (!ensure_indexes(mongo)) ++failed;
    });
    EXPECT_EQ(failed, 0);
}

TEST_F(MongoTest, UniqueIndexesAreThere) {
    struct Unique {
        const char* collection;
        std::vector<const char*> fields;
    };
    const std::vector<Unique> expected = {{"seat_reservations", {"showtime_id", "seat_code"}},
                                          {"payments", {"booking_id"}},
                                          {"audit_logs", {"event_id"}},
                                          {"users", {"email"}},
                                          {"bookings", {"hold_key"}}};
    for (const Unique& unique : expected) {
        const auto insert_same = [&] {
            Document command = Mongo::command("insert", unique.collection);
            command.array("documents", [&](ArrayWriter& list) {
                list.object([&](Writer& one) {
                    one.add("_id", ids.object_id());
                    for (const char* field : unique.fields) one.add(field, "same");
                });
            });
            return mongo.write(mongo.operation("test"), command);
        };
        EXPECT_TRUE(insert_same()->duplicates.empty()) << unique.collection;
        EXPECT_EQ(insert_same()->duplicates.size(), 1U) << unique.collection;
    }
}

TEST_F(MongoTest, BookingsWithoutAHoldKeyAreNotInItsIndex) {
    insert("bookings", [&](Writer& one) { one.add("_id", ids.object_id()); });
    insert("bookings", [&](Writer& one) { one.add("_id", ids.object_id()); });
}

TEST_F(MongoTest, EveryIndexIsListed) {
    Document command = Mongo::command("listIndexes", "bookings");
    command.object("cursor", [](Writer& cursor) { cursor.add("batchSize", 100); });
    const auto reply = mongo.run(mongo.operation("test"), command);
    ASSERT_TRUE(reply);
    std::map<std::string, bool> sparse;
    each_in(*reply, "indexes", [&](Fields& index) {
        sparse[std::string(index.text("name"))] = index.has("sparse") && index.boolean("sparse");
    });
    for (const char* name :
         {"_id_", "user_id__id", "showtime_id__id", "status_lock_expires_at", "status_updated_at",
          "code", "hold_key", "outbox_since", "unfinished_since"}) {
        EXPECT_TRUE(sparse.contains(name)) << name;
    }
    EXPECT_TRUE(sparse["hold_key"]);
}

TEST(Indexes, DuplicatesAreToldToTheOperator) {
    const TestDatabase database;
    telemetry::Logger logger(telemetry::LogLevel::off);
    telemetry::Metrics metrics;
    Mongo mongo(database.uri(), 2, logger, metrics);
    Document command = Mongo::command("insert", "users");
    command.array("documents", [](ArrayWriter& list) {
        list.object([](Writer& user) { user.add("_id", 1).add("email", "eve@example.com"); });
        list.object([](Writer& user) { user.add("_id", 2).add("email", "eve@example.com"); });
    });
    ASSERT_TRUE(mongo.write(mongo.operation("test"), command));
    try {
        std::ignore = ensure_indexes(mongo);
        FAIL() << "must throw";
    } catch (const std::runtime_error& error) {
        const std::string said = error.what();
        EXPECT_NE(said.find(database.name() + ".users"), std::string::npos) << said;
        EXPECT_NE(said.find("same email"), std::string::npos) << said;
        EXPECT_EQ(said.find("eve"), std::string::npos) << said;
    }
}

}  // namespace
}  // namespace cinema::cluster::mongo
