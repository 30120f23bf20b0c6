#include "embedded/readers.hpp"

#include <latch>

#include "embedded/cinema_fixture.hpp"

namespace cinema::embedded {
namespace {

using conformance::at_once;
using conformance::Call;
using domain::Errc;

class ReadersTest : public testing::Test {
  protected:
    void open(ReaderLimits limits) {
        readers_ = std::make_unique<Readers>(cinema_.database(), limits, metrics_, logger_);
    }
    booking::Awaitable<domain::Result<int>> run(std::function<domain::Result<int>(Connection&)> f) {
        return readers_->run<int>(std::move(f));
    }

    EmbeddedCinema cinema_;
    telemetry::Metrics metrics_;
    telemetry::Logger logger_{telemetry::LogLevel::off};
    std::unique_ptr<Readers> readers_;
};

TEST_F(ReadersTest, AnswerManyAtOnce) {
    open({.reader_threads = 3});
    std::vector<Call<domain::Result<int>>> calls;
    for (int i = 0; i < 100; ++i) {
        calls.push_back([this, i] { return run([i](Connection&) { return i; }); });
    }
    const auto answers = at_once(calls);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(answers[static_cast<std::size_t>(i)], i);
}

TEST_F(ReadersTest, CannotWrite) {
    open({});
    EXPECT_EQ(conformance::error_of(wait_for(run([](Connection& db) -> domain::Result<int> {
                  db.script("DELETE FROM outbox");
                  return 0;
              }))),
              Errc::unavailable);
}

TEST_F(ReadersTest, AFullQueueRefuses) {
    open({.reader_threads = 1, .read_queue_commands_max = 2});
    std::latch entered(1), gate(1);
    std::thread blocker([&] {
        EXPECT_TRUE(wait_for(run([&](Connection&) {
            entered.count_down();
            gate.wait();
            return 0;
        })));
    });
    entered.wait();
    std::thread opener([&] {
        for (int i = 0; i < 10'000 && metrics_.overload_refusals.Value() < 3; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        gate.count_down();
    });
    const std::vector<Call<domain::Result<int>>> calls(
        5, [this] { return run([](Connection&) { return 1; }); });
    int overloaded = 0;
    for (const auto& answer : at_once(calls)) {
        if (!answer && answer.error().code == Errc::overloaded) ++overloaded;
    }
    blocker.join();
    opener.join();
    EXPECT_EQ(overloaded, 3);
    EXPECT_EQ(metrics_.overload_refusals.Value(), 3);
}

TEST_F(ReadersTest, AnExceptionReachesItsCallerAndTheThreadGoesOn) {
    open({.reader_threads = 1});
    EXPECT_THROW(wait_for(run([](Connection& db) -> domain::Result<int> {
                     db.script("SELECT * FROM nowhere");
                     return 0;
                 })),
                 SqliteError);
    EXPECT_EQ(wait_for(run([](Connection&) { return 7; })), 7);
}

TEST_F(ReadersTest, ReadBesideAWriterThatHoldsItsTransactionOpen) {
    open({});
    Connection writer(cinema_.database(), ConnectionOptions{});
    const Transaction transaction(writer);
    writer.script("DELETE FROM movies WHERE false; UPDATE users SET name = 'X'");
    EXPECT_EQ(wait_for(run([](Connection& db) -> domain::Result<int> {
                  Statement count = db.prepare("SELECT count(*) FROM users WHERE name = 'X'");
                  Query query = count.run();
                  return query.next() ? static_cast<int>(query.integer(0)) : -1;
              })),
              0);
}

TEST_F(ReadersTest, StopAnswersWhatIsQueuedAndRefusesTheRest) {
    open({});
    readers_->stop();
    EXPECT_EQ(conformance::error_of(wait_for(run([](Connection&) { return 1; }))),
              Errc::unavailable);
    readers_->stop();
}

}  // namespace
}  // namespace cinema::embedded
