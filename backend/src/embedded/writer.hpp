#pragma once

#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "booking/booking_engine.hpp"
#include "embedded/command.hpp"
#include "embedded/write_context.hpp"
#include "env/clock.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::embedded {

struct WriterLimits {
    std::size_t write_queue_commands_max = 4'096;
    std::size_t batch_commands_max = 256;
    int busy_timeout_ms = 10'000;  ///< waiting for another process (an import) to finish writing
    int cache_kib = 65'536;
};

/// Where the writer tells of what it has done; called on its thread, must not block or throw.
struct WriterObserver {
    /// After the commit and before any caller of the batch is answered.
    std::function<void(const BatchEffects&)> committed;
    /// After each commit: how many frames the write-ahead log holds.
    std::function<void(int frames)> log_grew;
};

/// What a checkpoint found: frames in the log, and how many of them are in the database file.
struct CheckpointResult {
    int log_frames = 0;
    int done_frames = 0;
};

/// The one thread that writes. Commands queue up (bounded); the thread takes what has gathered,
/// runs it in one transaction, commits once (one fsync for all) and then answers every caller.
/// There is no artificial delay: batches grow only while the disk is busy.
///
/// A command that returns, with a value or an error, keeps what it wrote; one that throws is
/// undone alone. A commit that fails undoes the batch: every caller is told `unavailable` and
/// nothing of it is published.
class Writer {
  public:
    /// Opens the connection (throws SqliteError) and starts the thread.
    Writer(std::filesystem::path file, WriterLimits limits, WriterObserver observer,
           const env::Clock& clock, telemetry::Metrics& metrics, telemetry::Logger& logger,
           Workers workers = Workers::threads);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Runs `work`, callable as Result<T>(WriteContext&), and resumes the coroutine when what it
    /// did is on disk. Any thread, any executor. Errors of its own: overloaded, unavailable. An
    /// exception of `work` is thrown here, unless the disk is to blame (unavailable).
    template <class T, class Work>
    booking::Awaitable<domain::Result<T>> run(Work work) {
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                           void(std::exception_ptr, domain::Result<T>)>(
            [this](auto handler, Work inner) {
                using Handler = decltype(handler);
                submit(std::make_unique<AwaitedCommand<WriteContext, T, Work, Handler>>(
                    std::move(inner), std::move(handler)));
            },
            boost::asio::use_awaitable, std::move(work));
    }

    /// The same for a thread that may block: the command line and start-up.
    template <class T, class Work>
    domain::Result<T> run_blocking(Work work) {
        auto command = std::make_unique<BlockingCommand<WriteContext, T, Work>>(std::move(work));
        auto answer = command->answer();
        submit(std::move(command));
        while (workers_ == Workers::by_hand && work_once()) {
        }
        return answer.get();
    }

    /// Puts the rest of the log into the database file between two batches, so that the log can
    /// start over in the space it has. Blocks until done; nullopt when it could not be done. By
    /// hand: asks for it only, nullopt.
    std::optional<CheckpointResult> finish_checkpoint();

    /// Whether one is asked for and not done: whoever asked is waiting, or would be if not by hand.
    bool checkpoint_pending();

    /// After a failed sync of the database file: SQLite believes that what was copied is there, and
    /// no later sync would tell that it is not (what could not be written counts as written). The
    /// log has it all, and must not start over: no more checkpoints in this process. The next start
    /// copies the whole log once more. Any thread.
    void give_up_checkpoints() { checkpoints_given_up_.store(true); }
    bool checkpoints_given_up() const { return checkpoints_given_up_.load(); }

    /// What the thread does in one turn: a batch of what has gathered, a checkpoint that was asked
    /// for. False when there was nothing to do. Only the thread itself calls it, or, by hand, one.
    bool work_once();

    /// Whether the last batch reached the disk.
    bool healthy() const { return healthy_.load(std::memory_order_relaxed); }

    /// Refuses further commands, runs those queued, and ends the thread. May be repeated.
    void stop();

  private:
    using Batch = std::vector<CommandPtr<WriteContext>>;

    void submit(CommandPtr<WriteContext> command);
    void loop();
    void run_batch(Batch& batch);
    bool commit_batch(Batch& batch, BatchEffects& effects);
    bool execute_together(Connection& db, Batch& batch, BatchEffects& effects);
    void execute_apart(Connection& db, Batch& batch, BatchEffects& effects);
    void count(const Tally& tally);
    void checkpoint_log();
    void open();

    const std::filesystem::path file_;
    const WriterLimits limits_;
    const WriterObserver observer_;
    const env::Clock& clock_;
    telemetry::Metrics& metrics_;
    telemetry::Logger& logger_;
    const Workers workers_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable checkpoint_done_;
    std::deque<CommandPtr<WriteContext>> queue_;
    bool stopping_ = false;
    bool stopped_ = false;  ///< by hand: nothing is left to be done
    bool idle_ = false;
    int checkpoints_asked_ = 0;
    int checkpoints_finished_ = 0;
    std::optional<CheckpointResult> checkpoint_result_;

    std::unique_ptr<Connection> connection_;  ///< the thread's own; null after an I/O error
    std::atomic<bool> healthy_{true};
    std::atomic<bool> checkpoints_given_up_{false};
    std::thread thread_;
};

}  // namespace cinema::embedded
