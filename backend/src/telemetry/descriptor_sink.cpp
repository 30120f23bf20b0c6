#include "telemetry/descriptor_sink.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>

#include "telemetry/json_line.hpp"

namespace cinema::telemetry {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::int64_t steady_milliseconds() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               SteadyClock::now().time_since_epoch())
        .count();
}

/// A blocking pipe that poll() calls writable takes PIPE_BUF bytes without blocking, and may block
/// for more. Files never block for long, and non-blocking descriptors say EAGAIN.
std::size_t longest_write(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) == 0) {
        if (S_ISREG(status.st_mode)) return SIZE_MAX;
        if (S_ISCHR(status.st_mode) && ::isatty(descriptor) == 0) return SIZE_MAX;  // /dev/null
    }
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags != -1 && (flags & O_NONBLOCK) != 0) return SIZE_MAX;
    return PIPE_BUF;
}

std::uint64_t count_lines(std::string_view text) {
    return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

DescriptorSink::DescriptorSink(int descriptor)
    : descriptor_(descriptor), chunk_bytes_max_(longest_write(descriptor)) {
    pending_.reserve(kWriteBytes + 4096);
    thread_ = std::thread([this] { run(); });
}

DescriptorSink::~DescriptorSink() {
    {
        std::lock_guard lock(mutex_);
        stop_deadline_ms_ = steady_milliseconds() + kDrainMilliseconds;
        stopping_ = true;
    }
    work_.notify_one();
    thread_.join();
}

void DescriptorSink::sink_it_(const spdlog::details::log_msg& message) {
    const std::string_view line(message.payload.data(), message.payload.size());
    const std::size_t before = pending_.size();
    if (before + line.size() > kPendingBytesMax) {
        ++lines_dropped_since_report_;
        dropped_lines_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    pending_.append(line);
    const bool urgent = message.level >= spdlog::level::warn && !urgent_;
    urgent_ = urgent_ || urgent;
    const bool filled = before < kWriteBytes && pending_.size() >= kWriteBytes;
    if (idle_ || urgent || filled) {
        idle_ = false;
        work_.notify_one();
    }
}

void DescriptorSink::flush_() {
    // base_sink::flush() has locked mutex_ and will unlock it.
    std::unique_lock lock(mutex_, std::adopt_lock);
    const std::uint64_t batch = pending_.empty() ? batches_taken_ : batches_taken_ + 1;
    if (batches_written_ < batch) {
        urgent_ = true;
        work_.notify_one();
        written_.wait_for(lock, std::chrono::milliseconds(kDrainMilliseconds),
                          [&] { return batches_written_ >= batch; });
    }
    lock.release();
}

void DescriptorSink::run() {
    // Signals are the main thread's business. SIGPIPE above all: a reader that has gone away must
    // cost us the log, not the process.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);

    std::string batch;
    auto written_at = SteadyClock::time_point{};
    std::unique_lock lock(mutex_);
    while (true) {
        idle_ = pending_.empty();
        work_.wait(lock, [&] { return !pending_.empty() || stopping_; });
        idle_ = false;
        work_.wait_until(lock, written_at + std::chrono::milliseconds(kFlushMilliseconds),
                         [&] { return urgent_ || stopping_ || pending_.size() >= kWriteBytes; });
        if (pending_.empty()) return;  // stopping, and all is written
        take_pending(batch);
        lock.unlock();
        write_batch(batch);
        written_at = SteadyClock::now();
        lock.lock();
        ++batches_written_;
        written_.notify_all();
    }
}

void DescriptorSink::take_pending(std::string& batch) {
    batch.clear();
    batch.swap(pending_);
    // A burst may have grown the buffer: a quiet server must not keep its memory.
    if (pending_.capacity() > 4 * kWriteBytes) std::string().swap(pending_);
    ++batches_taken_;
    urgent_ = false;
    if (lines_dropped_since_report_ > 0) {
        begin_json_line(batch, "warn", "log_lines_dropped");
        fmt::format_to(std::back_inserter(batch), ",\"count\":{}}}\n", lines_dropped_since_report_);
        lines_dropped_since_report_ = 0;
    }
}

void DescriptorSink::write_batch(const std::string& batch) {
    std::size_t done = 0;
    while (done < batch.size() && wait_until_writable()) {
        const std::size_t length = std::min(batch.size() - done, chunk_bytes_max_);
        const ssize_t wrote = ::write(descriptor_, batch.data() + done, length);
        if (wrote >= 0) {
            done += static_cast<std::size_t>(wrote);
        } else if (errno != EINTR && errno != EAGAIN) {
            break;  // EPIPE, EBADF, ENOSPC, …: this batch is lost, the next may fare better
        }
    }
    if (done < batch.size()) {
        const auto lost = count_lines(std::string_view(batch).substr(done));
        dropped_lines_.fetch_add(lost, std::memory_order_relaxed);
        std::lock_guard lock(mutex_);
        lines_dropped_since_report_ += lost;
    }
}

/// False when the sink is being destroyed and its patience has ended.
bool DescriptorSink::wait_until_writable() {
    pollfd watched{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    while (::poll(&watched, 1, 100) == 0) {
        if (stopping_ && steady_milliseconds() >= stop_deadline_ms_) return false;
    }
    return true;
}

}  // namespace cinema::telemetry
