#pragma once

#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace cinema::telemetry {

/// Gathers complete lines and lets one thread of its own write them to a file descriptor, so that
/// no logging thread ever waits for a slow terminal, pipe or disk. A line after a quiet second is
/// written at once; then lines gather until 64 KiB, a second, or a line of level warn or higher.
/// When the descriptor takes nothing and `kPendingBytesMax` have gathered, further lines are
/// dropped and counted; a line saying how many follows as soon as there is room. Any thread.
class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    static constexpr std::size_t kWriteBytes = 64 * 1024;
    static constexpr std::size_t kPendingBytesMax = 4 * 1024 * 1024;
    static constexpr int kFlushMilliseconds = 1000;
    /// The longest that flush() and the destructor wait for a descriptor that takes nothing.
    static constexpr int kDrainMilliseconds = 2000;

    /// The descriptor stays the caller's and must outlive the sink.
    explicit DescriptorSink(int descriptor);
    /// Writes what is left, as far as the descriptor takes it within `kDrainMilliseconds`.
    ~DescriptorSink() override;

    /// Lines lost so far: the buffer was full or the descriptor broken.
    std::uint64_t dropped_lines() const { return dropped_lines_.load(std::memory_order_relaxed); }

  private:
    /// The payload is the finished line with its '\n'; spdlog's formatter is not used.
    void sink_it_(const spdlog::details::log_msg& message) override;
    void flush_() override;

    void run();
    void take_pending(std::string& batch);
    void write_batch(const std::string& batch);
    bool wait_until_writable();

    const int descriptor_;
    const std::size_t chunk_bytes_max_;
    std::condition_variable work_;     ///< for the writing thread: something to do
    std::condition_variable written_;  ///< for flush_(): a batch is done
    // Guarded by base_sink's mutex_.
    std::string pending_;
    std::uint64_t lines_dropped_since_report_ = 0;
    std::uint64_t batches_taken_ = 0;
    std::uint64_t batches_written_ = 0;
    bool idle_ = false;    ///< the writing thread waits for a first line
    bool urgent_ = false;  ///< write now
    std::atomic<bool> stopping_{false};
    std::atomic<std::int64_t> stop_deadline_ms_{0};
    std::atomic<std::uint64_t> dropped_lines_{0};
    std::thread thread_;  ///< last: it uses everything above
};

}  // namespace cinema::telemetry
