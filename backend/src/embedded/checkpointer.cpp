#include "embedded/checkpointer.hpp"

#include <chrono>

namespace cinema::embedded {

namespace {

constexpr int kBytesPerFrame = 4'096 + 24;  // a page and its header in the log

}  // namespace

Checkpointer::Checkpointer(const std::filesystem::path& file, CheckpointLimits limits,
                           telemetry::Metrics& metrics, telemetry::Logger& logger)
    : limits_(limits),
      metrics_(metrics),
      logger_(logger),
      connection_(file, ConnectionOptions{.cache_kib = 512}),
      start_at_(limits.checkpoint_frames) {}

Checkpointer::~Checkpointer() {
    stop();
}

void Checkpointer::start(Writer& writer) {
    thread_ = std::thread([this, &writer] { loop(writer); });
}

void Checkpointer::log_grew(int frames) {
    metrics_.wal_bytes.Set(static_cast<double>(frames) * kBytesPerFrame);
    bool due = false;
    {
        std::lock_guard lock(mutex_);
        // Fewer than before: the log has started over, and the usual limit holds again.
        if (frames < frames_) start_at_ = limits_.checkpoint_frames;
        due = frames_ < start_at_ && frames >= start_at_;
        frames_ = frames;
    }
    if (due) wake_.notify_one();
}

int Checkpointer::frames() {
    std::lock_guard lock(mutex_);
    return frames_;
}

bool Checkpointer::stopping() {
    std::lock_guard lock(mutex_);
    return stopping_;
}

void Checkpointer::loop(Writer& writer) {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] { return stopping_ || frames_ >= start_at_; });
            if (stopping_) return;
        }
        work_once(writer);
    }
}

bool Checkpointer::work_once(Writer& writer) {
    if (writer.checkpoint_pending()) return false;
    {
        std::lock_guard lock(mutex_);
        if (frames_ < start_at_) return false;
    }
    if (writer.checkpoints_given_up()) {
        logger_.error("checkpoints_given_up", telemetry::LogField("log_frames", frames()));
        metrics_.dependency_errors("sqlite").Increment();
    } else {
        timed_checkpoint(writer);
    }
    // Unless the log starts over now, wait for a good deal more before the next try: a long
    // reader (a backup) may hold it, and each try costs an fsync.
    std::lock_guard lock(mutex_);
    start_at_ = frames_ + limits_.checkpoint_frames / 4;
    return true;
}

void Checkpointer::timed_checkpoint(Writer& writer) {
    const auto started = std::chrono::steady_clock::now();
    try {
        if (passes()) writer.finish_checkpoint();
    } catch (const SqliteError& error) {
        if (error.extended_code() == SQLITE_IOERR_FSYNC) writer.give_up_checkpoints();
        logger_.error("checkpoint_failed", telemetry::LogField("error", error.what()));
        metrics_.dependency_errors("sqlite").Increment();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    metrics_.checkpoint_seconds.Observe(took.count());
}

/// Copies until little is left. False when stopping.
bool Checkpointer::passes() {
    for (int pass = 0; pass < limits_.checkpoint_passes_max; ++pass) {
        if (stopping()) return false;
        int log = 0;
        int done = 0;
        const int code = sqlite3_wal_checkpoint_v2(connection_.handle(), "main",
                                                   SQLITE_CHECKPOINT_PASSIVE, &log, &done);
        if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) {
            detail::throw_sqlite(connection_.handle(), code, "checkpoint");
        }
        sync_database_file();
        if (frames() - done <= limits_.finish_frames_max) return true;
    }
    return true;
}

/// SQLite syncs the database file only when a pass has copied the whole log, which beside a busy
/// writer is the writer's own last step: without this it would wait there for everything that the
/// passes have written.
void Checkpointer::sync_database_file() {
    sqlite3_file* file = nullptr;
    const int code = sqlite3_file_control(connection_.handle(), "main", SQLITE_FCNTL_FILE_POINTER,
                                          static_cast<void*>(&file));
    if (code != SQLITE_OK || !file || !file->pMethods) {
        detail::throw_sqlite(connection_.handle(), code, "database file");
    }
    const int synced = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    if (synced != SQLITE_OK) throw SqliteError(synced, "SQLite: the database file did not sync");
}

void Checkpointer::stop() {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

}  // namespace cinema::embedded
