#pragma once

#include <cstdint>
#include <deque>

#include "latency_histogram.hpp"
#include "process_usage.hpp"
#include "sockets.hpp"

namespace bench {

enum class Progress { InFlight, Done, Failed };

struct LoadOptions {
    double warmup_seconds = 1;
    double seconds = 5;
    double rate_per_second = 0;  // 0: closed loop, each connection starts again at once
    int pid = 0;                 // the process whose CPU time is counted; 0 for none
};

struct LoadResult {
    double seconds = 0;  // between the two readings that the counts below belong to
    std::uint64_t operations = 0;
    std::uint64_t failures = 0;   // connections that broke, or that never answered
    std::uint64_t unstarted = 0;  // open loop: due within the time, but no connection was free
    double cpu_us_per_operation = 0;
    double client_cpu_share = 0;  // of one core; near 1 means that the client was the limit
};

// Drives many sessions from one thread. In a closed loop each session begins its next operation
// when the last one ends. In an open loop operations are due at fixed times; a session gets the
// *due* time as the begin of its operation, so that waiting for a slow server counts as latency
// (no "coordinated omission").
//
// A Session has: int fd(); bool begin(int64 due_ns) (false: no work left); Progress
// on_readable(int64 now_ns). It records latencies itself, for operations whose due time is in
// `window()`.
template <class Session>
class LoadLoop {
  public:
    struct Window {
        std::int64_t begin_ns = 0;
        std::int64_t end_ns = 0;
        bool holds(std::int64_t due_ns) const { return due_ns >= begin_ns && due_ns < end_ns; }
    };

    LoadLoop(std::deque<Session>& sessions, const LoadOptions& options)
        : sessions_(sessions), options_(options), epoll_(make_epoll()) {
        for (Session& session : sessions_) {
            watch(epoll_.fd(), EPOLL_CTL_ADD, session.fd(), EPOLLIN, &session);
            idle_.push_back(&session);
        }
    }

    const Window& window() const { return window_; }

    // `record_unstarted(int64 waited_ns)` is called for every operation that was due within the
    // window and found no free session: it waited at least that long.
    template <class RecordUnstarted>
    LoadResult run(RecordUnstarted record_unstarted) {
        const std::int64_t start = now_ns();
        next_due_ = start;
        window_.begin_ns = start + to_ns(options_.warmup_seconds);
        window_.end_ns = window_.begin_ns + to_ns(options_.seconds);

        run_until(window_.begin_ns);
        const Reading before = read();
        run_until(window_.end_ns);
        const Reading after = read();
        LoadResult result = difference(before, after);

        for (; options_.rate_per_second > 0 && next_due_ < window_.end_ns; next_due_ += step()) {
            if (!window_.holds(next_due_)) continue;
            record_unstarted(after.time_ns - next_due_);
            ++result.unstarted;
        }
        drain();
        result.failures = failures_;
        return result;
    }

  private:
    // How long operations in flight at the end may still take.
    static constexpr std::int64_t kDrainNs = 5'000'000'000;

    struct Reading {
        std::int64_t time_ns;
        std::int64_t server_cpu_ns;
        std::int64_t client_cpu_ns;
        std::uint64_t operations;
    };

    static std::int64_t to_ns(double seconds) { return static_cast<std::int64_t>(seconds * 1e9); }
    std::int64_t step() const { return static_cast<std::int64_t>(1e9 / options_.rate_per_second); }

    Reading read() const {
        return {now_ns(), cpu_ns_of(options_.pid), cpu_ns_of(::getpid()), done_};
    }

    static LoadResult difference(const Reading& before, const Reading& after) {
        LoadResult result;
        const auto elapsed = static_cast<double>(after.time_ns - before.time_ns);
        result.seconds = elapsed / 1e9;
        result.operations = after.operations - before.operations;
        const auto cpu = static_cast<double>(after.server_cpu_ns - before.server_cpu_ns);
        if (result.operations > 0)
            result.cpu_us_per_operation = cpu / 1e3 / static_cast<double>(result.operations);
        result.client_cpu_share =
            static_cast<double>(after.client_cpu_ns - before.client_cpu_ns) / elapsed;
        return result;
    }

    void run_until(std::int64_t end_ns) {
        accepting_ = true;
        for (std::int64_t now = now_ns(); now < end_ns; now = now_ns()) {
            begin_due(now);
            if (idle_.empty() && in_flight_ == 0) fail("every connection to the server broke");
            const bool waits_for_due = options_.rate_per_second > 0 && !idle_.empty();
            wait(waits_for_due ? std::min(end_ns, next_due_) : end_ns);
        }
    }

    void drain() {
        accepting_ = false;
        const std::int64_t last = now_ns() + kDrainNs;
        while (in_flight_ > 0 && now_ns() < last) wait(last);
        failures_ += in_flight_;
    }

    void begin_due(std::int64_t now) {
        while (!idle_.empty() && (options_.rate_per_second == 0 || next_due_ <= now)) {
            Session* session = idle_.front();
            idle_.pop_front();
            if (!session->begin(options_.rate_per_second == 0 ? now : next_due_))
                fail("the prepared work ran out: prepare more or run shorter");
            if (options_.rate_per_second > 0) next_due_ += step();
            ++in_flight_;
        }
    }

    void wait(std::int64_t until_ns) {
        const std::int64_t left = std::max<std::int64_t>(until_ns - now_ns(), 0);
        const timespec timeout{left / 1'000'000'000, left % 1'000'000'000};
        epoll_event events[64];
        const int count = epoll_pwait2(epoll_.fd(), events, 64, &timeout, nullptr);
        for (int i = 0; i < count; ++i) advance(*static_cast<Session*>(events[i].data.ptr));
    }

    void advance(Session& session) {
        const std::int64_t now = now_ns();
        const Progress progress = session.on_readable(now);
        if (progress == Progress::InFlight) return;
        --in_flight_;
        if (progress == Progress::Failed) {
            ++failures_;
            epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, session.fd(), nullptr);
            return;
        }
        ++done_;
        idle_.push_back(&session);
        if (accepting_) begin_due(now);
    }

    std::deque<Session>& sessions_;
    LoadOptions options_;
    Handle epoll_;
    Window window_;
    std::deque<Session*> idle_;  // first in, first out: all connections are used, also at low rates
    std::int64_t next_due_ = 0;
    std::uint64_t in_flight_ = 0;
    std::uint64_t done_ = 0;
    std::uint64_t failures_ = 0;
    bool accepting_ = false;
};

}  // namespace bench
