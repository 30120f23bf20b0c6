#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "embedded/writer.hpp"

namespace cinema::embedded {

struct CheckpointLimits {
    int checkpoint_frames = 8'192;  ///< start when the log holds this many pages (32 MB)
    int finish_frames_max = 256;    ///< leave at most this much to the writer's own last step
    int checkpoint_passes_max = 8;  ///< then let the writer finish, however much is left
};

/// Moves pages from the write-ahead log into the database file on its own thread and connection,
/// so that no booking waits for it: passes run beside the writer until little is left; only that
/// rest is done by the writer between two batches, after which the log starts over in the space
/// it has (overwriting it costs less than growing it anew).
class Checkpointer {
  public:
    /// Opens its connection (throws SqliteError). start() before the first write.
    Checkpointer(const std::filesystem::path& file, CheckpointLimits limits,
                 telemetry::Metrics& metrics, telemetry::Logger& logger);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// Starts the thread. The writer must outlive stop().
    void start(Writer& writer);

    /// What the thread does in one turn: a checkpoint, when one is due. False when none is. Only
    /// the thread itself calls it, or, when it was not started, one other.
    bool work_once(Writer& writer);

    /// For WriterObserver::log_grew: the writer's thread, after each commit.
    void log_grew(int frames);

    /// Finishes the pass that runs and ends the thread. May be repeated; before Writer::stop.
    void stop();

  private:
    void loop(Writer& writer);
    void timed_checkpoint(Writer& writer);
    bool passes();
    void sync_database_file();
    int frames();
    bool stopping();

    const CheckpointLimits limits_;
    telemetry::Metrics& metrics_;
    telemetry::Logger& logger_;
    Connection connection_;

    std::mutex mutex_;
    std::condition_variable wake_;
    int frames_ = 0;    ///< in the log, after the latest commit
    int start_at_ = 0;  ///< frames that start the next checkpoint
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace cinema::embedded
