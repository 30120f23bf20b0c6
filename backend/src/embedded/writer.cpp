#include "embedded/writer.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cinema::embedded {

namespace {

const Sql kBegin{"BEGIN IMMEDIATE"};
const Sql kCommitBatch{"COMMIT"};
const Sql kProbeDisk{"UPDATE disk_probe SET writes = writes + 1 WHERE id = 1"};

/// How long the log's restart may wait for readers that are still in its old part.
constexpr int kRestartWaitMs = 5;

/// What the caller of a command that threw is told: the disk's failures are expected ones.
void reject_with_current_exception(Command<WriteContext>& command, telemetry::Logger& logger) {
    try {
        throw;
    } catch (const SqliteError& error) {
        if (!error.is_environmental()) {
            command.reject(std::current_exception());
            return;
        }
        logger.error("write_command_failed", telemetry::LogField("error", error.what()));
        command.reject(unavailable_error());
    } catch (...) {
        command.reject(std::current_exception());
    }
}

}  // namespace

domain::Error overloaded_error() {
    return {.code = domain::Errc::overloaded,
            .detail =
                "The box office has more requests than it can take; nothing was done. Try "
                "again in a moment.",
            .retry_after_seconds = 1};
}

domain::Error unavailable_error() {
    return {.code = domain::Errc::unavailable,
            .detail =
                "The booking store does not answer; nothing was acknowledged. Try again "
                "shortly.",
            .retry_after_seconds = 2};
}

Writer::Writer(std::filesystem::path file, WriterLimits limits, WriterObserver observer,
               const env::Clock& clock, telemetry::Metrics& metrics, telemetry::Logger& logger,
               Workers workers)
    : file_(std::move(file)),
      limits_(limits),
      observer_(std::move(observer)),
      clock_(clock),
      metrics_(metrics),
      logger_(logger),
      workers_(workers) {
    open();
    if (workers_ == Workers::threads) thread_ = std::thread([this] { loop(); });
}

Writer::~Writer() {
    stop();
}

void Writer::open() {
    connection_ = std::make_unique<Connection>(
        file_, ConnectionOptions{.busy_timeout_ms = limits_.busy_timeout_ms,
                                 .cache_kib = limits_.cache_kib});
    sqlite3_wal_hook(
        connection_->handle(),
        [](void* self, sqlite3*, const char*, int frames) {
            const auto& observer = static_cast<Writer*>(self)->observer_;
            if (observer.log_grew) observer.log_grew(frames);
            return SQLITE_OK;
        },
        this);
}

void Writer::submit(CommandPtr<WriteContext> command) {
    std::unique_lock lock(mutex_);
    const bool stopping = stopping_;
    if (!stopping && queue_.size() < limits_.write_queue_commands_max) {
        queue_.push_back(std::move(command));
        const bool wake = idle_;
        lock.unlock();
        if (wake) wake_.notify_one();
        return;
    }
    lock.unlock();
    if (!stopping) metrics_.overload_refusals.Increment();
    command->reject(stopping ? unavailable_error() : overloaded_error());
    Batch refused;
    refused.push_back(std::move(command));
    complete_all(refused);
}

void Writer::loop() {
    do {
        std::unique_lock lock(mutex_);
        idle_ = true;
        wake_.wait(lock, [this] {
            return !queue_.empty() || stopping_ || checkpoints_asked_ > checkpoints_finished_;
        });
        idle_ = false;
    } while (work_once());
}

bool Writer::work_once() {
    Batch batch;
    bool checkpoint = false;
    {
        std::lock_guard lock(mutex_);
        checkpoint = checkpoints_asked_ > checkpoints_finished_;
        if (queue_.empty() && !checkpoint) return false;
        const std::size_t count = std::min(queue_.size(), limits_.batch_commands_max);
        batch.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            batch.push_back(std::move(queue_.front()));
            queue_.pop_front();
        }
        metrics_.write_queue_depth.Set(static_cast<double>(queue_.size()));
    }
    if (!batch.empty()) run_batch(batch);
    if (checkpoint) checkpoint_log();
    return true;
}

void Writer::run_batch(Batch& batch) {
    BatchEffects effects;
    if (commit_batch(batch, effects)) {
        count(effects.tally);
        if (observer_.committed) observer_.committed(effects);
    }
    complete_all(batch);
}

bool Writer::commit_batch(Batch& batch, BatchEffects& effects) {
    try {
        if (!connection_) open();
        const auto changes_before = sqlite3_total_changes64(connection_->handle());
        if (!execute_together(*connection_, batch, effects)) {
            execute_apart(*connection_, batch, effects);
        }
        // The worker's batches mostly change nothing, and would call a full disk healthy.
        if (!healthy_.load(std::memory_order_relaxed)) connection_->execute(kProbeDisk);
        const bool wrote = sqlite3_total_changes64(connection_->handle()) != changes_before;
        const auto started = std::chrono::steady_clock::now();
        connection_->execute(kCommitBatch);
        if (!wrote) return true;
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
        metrics_.commit_seconds.Observe(took.count());
        metrics_.write_batch_size.Observe(static_cast<double>(batch.size()));
        healthy_.store(true, std::memory_order_relaxed);
        return true;
    } catch (const std::exception& error) {
        // Nothing of the batch is known to be on disk, so nothing of it is acknowledged.
        logger_.error("write_batch_failed", telemetry::LogField("error", error.what()),
                      telemetry::LogField("commands", batch.size()));
        metrics_.dependency_errors("sqlite").Increment();
        healthy_.store(false, std::memory_order_relaxed);
        if (connection_) connection_->roll_back();
        // A fresh connection looks at the files again instead of trusting what it remembers.
        connection_.reset();
        for (auto& command : batch) command->reject(unavailable_error());
        return false;
    }
}

/// The usual case: all commands straight into one transaction. False, and everything undone, when
/// one throws. Savepoints make SQLite copy every page before each command changes it, a third of
/// the writer's time, so they are left to the repetition, which is as good as never needed.
bool Writer::execute_together(Connection& db, Batch& batch, BatchEffects& effects) {
    db.execute(kBegin);
    for (auto& command : batch) {
        WriteContext context{db, clock_.now(), effects};
        try {
            command->execute(context);
        } catch (const std::exception&) {
            // It will throw again in its savepoint, where it is answered.
            db.roll_back();
            effects = {};
            return false;
        }
    }
    return true;
}

/// The batch once more, each command in a savepoint, so that one that throws is undone alone.
void Writer::execute_apart(Connection& db, Batch& batch, BatchEffects& effects) {
    db.execute(kBegin);
    for (auto& command : batch) {
        BatchEffects own;
        WriteContext context{db, clock_.now(), own};
        try {
            Savepoint savepoint(db);
            command->execute(context);
            savepoint.keep();
        } catch (const std::exception&) {
            // After some disk errors SQLite has undone the whole transaction: then so do we.
            if (!db.in_transaction()) throw;
            reject_with_current_exception(*command, logger_);
            continue;
        }
        effects.seat_events.insert(effects.seat_events.end(), own.seat_events.begin(),
                                   own.seat_events.end());
        effects.tally += own.tally;
    }
}

void Writer::count(const Tally& tally) {
    const auto add = [](prometheus::Counter& counter, int amount) {
        if (amount > 0) counter.Increment(amount);
    };
    add(metrics_.holds, tally.holds);
    add(metrics_.hold_conflicts, tally.hold_conflicts);
    add(metrics_.payments, tally.payments);
    add(metrics_.confirmations, tally.confirmations);
    add(metrics_.cancellations, tally.cancellations);
    add(metrics_.expiries, tally.expiries);
    add(metrics_.refunds, tally.refunds);
    add(metrics_.events_relayed, tally.events_relayed);
}

std::optional<CheckpointResult> Writer::finish_checkpoint() {
    std::unique_lock lock(mutex_);
    if (stopping_) return std::nullopt;
    const int mine = ++checkpoints_asked_;
    if (workers_ == Workers::by_hand) return std::nullopt;
    wake_.notify_one();
    checkpoint_done_.wait(lock, [&] { return checkpoints_finished_ >= mine; });
    return checkpoint_result_;
}

bool Writer::checkpoint_pending() {
    std::lock_guard lock(mutex_);
    return checkpoints_asked_ > checkpoints_finished_;
}

void Writer::checkpoint_log() {
    int asked = 0;
    {
        std::lock_guard lock(mutex_);
        asked = checkpoints_asked_;
    }
    std::optional<CheckpointResult> result;
    if (connection_ && !checkpoints_given_up()) {
        CheckpointResult counts;
        sqlite3* handle = connection_->handle();
        sqlite3_busy_timeout(handle, kRestartWaitMs);
        // RESTART only adds to PASSIVE that it waits, here for a moment, until no reader is left
        // in the old part of the log, so that the next commit writes from the log's beginning.
        const int code = sqlite3_wal_checkpoint_v2(handle, "main", SQLITE_CHECKPOINT_RESTART,
                                                   &counts.log_frames, &counts.done_frames);
        sqlite3_busy_timeout(handle, limits_.busy_timeout_ms);
        if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) {
            result = counts;
        } else {
            if (code == SQLITE_IOERR_FSYNC) give_up_checkpoints();
            logger_.error("checkpoint_failed",
                          telemetry::LogField("error", sqlite3_errmsg(handle)));
            metrics_.dependency_errors("sqlite").Increment();
        }
    }
    {
        std::lock_guard lock(mutex_);
        checkpoint_result_ = result;
        checkpoints_finished_ = asked;
    }
    checkpoint_done_.notify_all();
}

void Writer::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
    if (workers_ == Workers::threads || std::exchange(stopped_, true)) return;
    while (work_once()) {
    }
}

}  // namespace cinema::embedded
