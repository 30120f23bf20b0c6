#include "embedded/writer.hpp"

#include <latch>

#include "domain/ensure.hpp"
#include "embedded/cinema_fixture.hpp"
#include "embedded/faulty_vfs.hpp"
#include "embedded/schema.hpp"

namespace cinema::embedded {
namespace {

using conformance::at_once;
using conformance::Call;
using conformance::error_of;
using domain::Errc;

const Sql kInsertNumber{"INSERT INTO numbers (n) VALUES (?1)"};
const Sql kCountNumbers{"SELECT count(*) FROM numbers"};

/// A writer on a table of numbers beside the schema, without a cinema around it.
class WriterTest : public testing::Test {
  protected:
    void open(WriterLimits limits = {}) {
        const auto opened = DataFolder::open(folder_.path(), DataFolder::Use::tool);
        ASSERT_TRUE(opened);
        file_ = opened->database();
        Connection connection(file_, ConnectionOptions{});
        ASSERT_TRUE(migrate(connection));
        connection.script("CREATE TABLE numbers (n INTEGER PRIMARY KEY)");
        writer_ = std::make_unique<Writer>(file_, limits, observer_, clock_, metrics_, logger_);
    }

    /// A command that inserts a number and answers it.
    booking::Awaitable<domain::Result<int>> insert(int n) {
        return writer_->run<int>([n](WriteContext& context) -> domain::Result<int> {
            context.db.execute(kInsertNumber, n);
            return n;
        });
    }
    /// Keeps the writer busy until `gate`, so that what is called meanwhile becomes one batch.
    std::thread block_writer(std::latch& entered, std::latch& gate) {
        return std::thread([&] {
            (void)writer_->run_blocking<int>([&](WriteContext&) -> domain::Result<int> {
                entered.count_down();
                gate.wait();
                return 0;
            });
        });
    }
    std::int64_t count() {
        Connection connection(file_, ConnectionOptions{.read_only = true});
        Query query = connection.query(kCountNumbers);
        return query.next() ? query.integer(0) : -1;
    }

    TemporaryFolder folder_;
    std::filesystem::path file_;
    WriterObserver observer_;
    env::SystemClock clock_;
    telemetry::Metrics metrics_;
    telemetry::Logger logger_{telemetry::LogLevel::off};
    std::unique_ptr<Writer> writer_;
};

TEST_F(WriterTest, RunsCommandsAndCommits) {
    open();
    EXPECT_EQ(wait_for(insert(1)), 1);
    EXPECT_EQ(count(), 1);
}

TEST_F(WriterTest, GathersWhatHasQueuedUpIntoOneCommit) {
    open();
    std::latch entered(1), gate(1);
    auto blocker = block_writer(entered, gate);
    entered.wait();
    std::thread opener([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
        gate.count_down();
    });
    std::vector<Call<domain::Result<int>>> calls;
    for (int i = 0; i < 50; ++i) calls.push_back([this, i] { return insert(i); });
    for (const auto& answer : at_once(calls)) EXPECT_TRUE(answer);
    blocker.join();
    opener.join();
    const auto batches = metrics_.write_batch_size.Collect().histogram;
    EXPECT_EQ(batches.sample_sum, 50);     // the blocker wrote nothing: its batch does not count
    EXPECT_LT(batches.sample_count, 10u);  // all that waited, in one or a few
    EXPECT_EQ(count(), 50);
}

TEST_F(WriterTest, ABatchHasALimit) {
    open({.batch_commands_max = 7});
    std::vector<Call<domain::Result<int>>> calls;
    for (int i = 0; i < 50; ++i) calls.push_back([this, i] { return insert(i); });
    for (const auto& answer : at_once(calls)) EXPECT_TRUE(answer);
    EXPECT_GE(metrics_.write_batch_size.Collect().histogram.sample_count, 8u);
}

TEST_F(WriterTest, ACommandThatThrowsIsUndoneAlone) {
    int published = 0;
    observer_.committed = [&](const BatchEffects& effects) { published += effects.tally.payments; };
    open();
    std::latch entered(1), gate(1);
    auto blocker = block_writer(entered, gate);
    entered.wait();
    std::thread opener([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
        gate.count_down();
    });
    const Call<domain::Result<int>> throwing = [this] {
        return writer_->run<int>([](WriteContext& context) -> domain::Result<int> {
            context.db.execute(kInsertNumber, 100);
            context.effects.tally.payments += 100;
            domain::ensure(false, "of this test");
            return 0;
        });
    };
    const Call<domain::Result<int>> counted = [this] {
        return writer_->run<int>([](WriteContext& context) -> domain::Result<int> {
            context.db.execute(kInsertNumber, 3);
            context.effects.tally.payments += 1;
            return 3;
        });
    };
    // The exception reaches its own caller and nobody else.
    std::atomic<int> broken{0};
    const Call<domain::Result<int>> guarded = [&]() -> booking::Awaitable<domain::Result<int>> {
        try {
            co_return co_await throwing();
        } catch (const domain::InvariantBroken&) {
            ++broken;
        }
        co_return 0;
    };
    const auto answers = at_once<domain::Result<int>>(
        {[this] { return insert(1); }, guarded, [this] { return insert(2); }, counted});
    blocker.join();
    opener.join();
    EXPECT_EQ(broken, 1);
    EXPECT_EQ(answers[0], 1);
    EXPECT_EQ(answers[2], 2);
    EXPECT_EQ(answers[3], 3);
    EXPECT_EQ(count(), 3);
    EXPECT_EQ(published, 1);
}

TEST_F(WriterTest, AnSqlErrorOfOursIsADefectAndNotUnavailable) {
    open();
    ASSERT_TRUE(wait_for(insert(1)));
    EXPECT_THROW(wait_for(insert(1)), SqliteError);  // the primary key
    EXPECT_TRUE(wait_for(insert(2)));
    EXPECT_TRUE(writer_->healthy());
}

TEST_F(WriterTest, AFullQueueRefusesWithoutDoingAnything) {
    open({.write_queue_commands_max = 2});
    std::latch entered(1), gate(1);
    auto blocker = block_writer(entered, gate);
    entered.wait();
    std::vector<Call<domain::Result<int>>> calls;
    for (int i = 0; i < 5; ++i) calls.push_back([this, i] { return insert(i); });
    std::thread opener([&] {
        for (int i = 0; i < 10'000 && metrics_.overload_refusals.Value() < 3; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        gate.count_down();
    });
    int overloaded = 0;
    for (const auto& answer : at_once(calls)) {
        if (answer) continue;
        EXPECT_EQ(answer.error().code, Errc::overloaded);
        EXPECT_EQ(answer.error().retry_after_seconds, 1);
        ++overloaded;
    }
    blocker.join();
    opener.join();
    EXPECT_EQ(overloaded, 3);
    EXPECT_EQ(count(), 2);
    EXPECT_EQ(metrics_.overload_refusals.Value(), 3);
}

TEST_F(WriterTest, StopFinishesWhatIsQueuedAndRefusesTheRest) {
    open();
    std::latch entered(1), gate(1);
    auto blocker = block_writer(entered, gate);
    entered.wait();
    boost::asio::io_context context;
    std::optional<domain::Result<int>> queued;
    boost::asio::co_spawn(context, insert(1),
                          [&](std::exception_ptr, domain::Result<int> answer) { queued = answer; });
    context.run_for(std::chrono::milliseconds{20});
    std::thread stopper([&] { writer_->stop(); });
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    gate.count_down();
    stopper.join();
    blocker.join();
    context.run();
    EXPECT_EQ(queued, 1);
    EXPECT_EQ(error_of(wait_for(insert(2))), Errc::unavailable);
    EXPECT_EQ(count(), 1);
    writer_->stop();
}

TEST_F(WriterTest, WaitsForAnotherProcessThatWrites) {
    open();
    Connection other(file_, ConnectionOptions{});
    auto theirs = std::make_unique<Transaction>(other);
    std::thread committer([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{150});
        theirs->commit();
    });
    EXPECT_EQ(wait_for(insert(1)), 1);
    committer.join();
}

TEST_F(WriterTest, IsUnavailableWhileAnotherProcessDoesNotLetGo) {
    open({.busy_timeout_ms = 30});
    Connection other(file_, ConnectionOptions{});
    {
        const Transaction theirs(other);
        EXPECT_EQ(error_of(wait_for(insert(1))), Errc::unavailable);
        EXPECT_FALSE(writer_->healthy());
    }
    EXPECT_EQ(wait_for(insert(1)), 1);
    EXPECT_TRUE(writer_->healthy());
}

TEST_F(WriterTest, ResumesTheCallerOnItsOwnExecutor) {
    open();
    boost::asio::io_context context;
    std::thread::id resumed;
    boost::asio::co_spawn(
        context,
        [&]() -> booking::Awaitable<void> {
            (void)co_await insert(1);
            resumed = std::this_thread::get_id();
        },
        [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
    context.run();  // the writer's promise counts as work: run() waits for it
    EXPECT_EQ(resumed, std::this_thread::get_id());
}

}  // namespace
}  // namespace cinema::embedded
