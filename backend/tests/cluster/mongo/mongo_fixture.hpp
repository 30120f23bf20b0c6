#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "cluster/link/test_servers.hpp"
#include "cluster/mongo/client.hpp"
#include "cluster/mongo/indexes.hpp"
#include "cluster/saga/ports.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"
#include "support/wait_for.hpp"

namespace cinema::cluster::mongo {

using domain::Errc;
using domain::UtcTime;
using std::chrono::milliseconds;

/// Without TEST_MONGO_URI nothing here can be tested.
inline std::string test_uri() {
    return test_server("TEST_MONGO_URI");
}

/// A database of its own on the server, dropped at the end.
class TestDatabase {
  public:
    TestDatabase()
        : name_("cinema_test_" + std::to_string(std::random_device{}()) + "_" +
                std::to_string(std::random_device{}())) {}
    ~TestDatabase() {
        try {
            telemetry::Logger logger(telemetry::LogLevel::off);
            telemetry::Metrics metrics;
            Mongo mongo(uri(), 1, logger, metrics);
            Document drop;
            drop.add("dropDatabase", 1);
            EXPECT_TRUE(mongo.run(mongo.operation("drop"), drop));
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
    }
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    const std::string& name() const { return name_; }
    std::string uri(const std::string& options = "", const std::string& host = "") const {
        return uri_with(test_uri(), name_, options, host);
    }

  private:
    std::string name_;
};

class TestClock final : public env::Clock {
  public:
    UtcTime now() const override { return now_; }
    void advance(milliseconds by) { now_ += by; }

  private:
    UtcTime now_ = UtcTime{milliseconds{1'790'000'000'000}};
};

/// The value of a call that must succeed.
template <class T>
T value_of_call(booking::Awaitable<Result<T>> call) {
    auto answer = wait_for(std::move(call));
    if (!answer) throw std::runtime_error("the call failed: " + answer.error().detail);
    if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

/// A database with its indexes, and a client of it.
class MongoTest : public testing::Test {
  protected:
    MongoTest() {
        const auto made = ensure_indexes(mongo);
        if (!made) throw std::runtime_error(made.error().detail);
    }

    void insert(std::string_view collection, const std::function<void(Writer&)>& fields) {
        Document command = Mongo::command("insert", collection);
        command.array("documents", [&](ArrayWriter& list) { list.object(fields); });
        const auto written = mongo.write(mongo.operation("test"), command);
        ASSERT_TRUE(written) << written.error().detail;
        ASSERT_TRUE(written->duplicates.empty());
    }

    /// Calls `use(Fields&)` for each document of the collection.
    void each(std::string_view collection, const std::function<void(Fields&)>& use) {
        Document find = Mongo::command("find", collection);
        find.object("filter", [](Writer&) {});
        const auto done = mongo.each(mongo.operation("test"), collection, find, use);
        ASSERT_TRUE(done) << done.error().detail;
    }

    /// `{$set: …}` on every document of the collection.
    void set_everywhere(std::string_view collection, const std::function<void(Writer&)>& fields) {
        Document command = Mongo::command("update", collection);
        command.array("updates", [&](ArrayWriter& updates) {
            updates.object([&](Writer& one) {
                one.object("q", [](Writer&) {});
                one.object("u", [&](Writer& u) { u.object("$set", fields); });
                one.add("multi", true);
            });
        });
        ASSERT_TRUE(mongo.write(mongo.operation("test"), command));
    }

    double calls(const std::string& operation) {
        return metrics.dependency_calls("mongodb", operation).Value();
    }

    TestDatabase database;
    TestClock clock;
    env::SystemIds ids{clock};
    telemetry::Logger logger{telemetry::LogLevel::off};
    telemetry::Metrics metrics;
    Mongo mongo{database.uri(), 16, logger, metrics};
};

/// Calls `act(i)` from this many threads at the same moment.
inline void at_once(int threads, const std::function<void(int)>& act) {
    std::atomic<int> waiting{threads};
    std::vector<std::thread> running;
    for (int i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            --waiting;
            while (waiting.load() > 0) std::this_thread::yield();
            act(i);
        });
    }
    for (auto& thread : running) thread.join();
}

}  // namespace cinema::cluster::mongo
