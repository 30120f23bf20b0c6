// Watches one showtime with thousands of WebSockets and measures how long a change takes from the
// answer to the request that made it until the last viewer has it; also what a viewer costs in
// memory. One thread does all of it, the request too.
//
//   bench_viewers --target 127.0.0.1:8080 --showtime ID --tokens FILE --seats FILE
//                 [--viewers 5000] [--changes 30] [--first 0] [--per-address 16]
//                 [--pause-ms 50] [--settle-ms 1000] [--pid SERVER]
//
// Change number k holds seat number --first + k of the file. Viewers come from many loopback
// addresses, --per-address from each. Prints one JSON object; times in milliseconds.

#include <deque>
#include <vector>

#include "booking_requests.hpp"
#include "files.hpp"
#include "process_usage.hpp"
#include "response_reader.hpp"
#include "viewer.hpp"

namespace {

constexpr std::int64_t kPatienceNs = 30'000'000'000;  // for all viewers to open, or see a change
constexpr int kOpeningMax = 64;                       // handshakes in flight

class Audience {
  public:
    explicit Audience(const sockaddr_in& target) : target_(target), epoll_(bench::make_epoll()) {}

    void open(int viewers, int per_address, const std::string& host, const std::string& showtime) {
        const std::int64_t last = bench::now_ns() + kPatienceNs;
        for (int i = 0; i < viewers; ++i) {
            const std::uint32_t source =
                0x7f000001U + 1 + static_cast<std::uint32_t>(i / per_address);
            viewers_.emplace_back(target_, source);
            viewers_.back().send_handshake(host, showtime);
            bench::watch(epoll_.fd(), EPOLL_CTL_ADD, viewers_.back().fd(), EPOLLIN,
                         &viewers_.back());
            while (i + 1 - opened_ >= kOpeningMax) pump(100, last);
        }
        while (opened_ < viewers) pump(100, last);
    }

    void idle_for(int milliseconds) {
        const std::int64_t end = bench::now_ns() + milliseconds * 1'000'000LL;
        while (bench::now_ns() < end)
            pump(static_cast<int>((end - bench::now_ns()) / 1'000'000) + 1, end + kPatienceNs);
    }

    // Expects one more change. Then `pump` until `everyone_saw_it`.
    void expect_change() {
        ++change_;
        missing_ = viewers_.size();
    }
    bool everyone_saw_it() const { return missing_ == 0; }
    std::int64_t last_seen_ns() const { return last_seen_ns_; }
    int resyncs() const { return resyncs_; }

    // Handles what has arrived, waiting up to `milliseconds` for it. Few events at a time, so
    // that the caller, who also waits for an answer, gets its turn.
    void pump(int milliseconds, std::int64_t last_ns) {
        epoll_event events[32];
        const int count = epoll_wait(epoll_.fd(), events, 32, milliseconds);
        for (int i = 0; i < count; ++i) advance(*static_cast<bench::Viewer*>(events[i].data.ptr));
        if (bench::now_ns() > last_ns)
            bench::fail("out of patience: %d viewers open, %zu miss change %d", opened_, missing_,
                        change_);
    }

  private:
    void advance(bench::Viewer& viewer) {
        const int snapshots = viewer.snapshots();
        const int locks = viewer.locks();
        viewer.on_readable();
        if (viewer.snapshots() > snapshots) {
            if (snapshots == 0)
                ++opened_;
            else
                ++resyncs_;
        }
        // A resync carries the change too: the server sends it to a viewer that fell behind.
        const bool learned =
            viewer.locks() > locks || (snapshots > 0 && viewer.snapshots() > snapshots);
        if (!learned || viewer.seen_change == change_) return;
        viewer.seen_change = change_;
        --missing_;
        last_seen_ns_ = bench::now_ns();
    }

    sockaddr_in target_;
    bench::Handle epoll_;
    std::deque<bench::Viewer> viewers_;
    int opened_ = 0;
    int resyncs_ = 0;
    int change_ = 0;
    std::size_t missing_ = 0;
    std::int64_t last_seen_ns_ = 0;
};

struct ChangeTimes {
    double answer_to_last_ms;
    double sent_to_last_ms;
};

// Holds a seat on `socket` and waits until its answer and all viewers' messages are here.
ChangeTimes measure_change(Audience& audience, int socket, std::string_view request) {
    audience.expect_change();
    bench::ResponseReader reader;
    const std::int64_t sent_ns = bench::now_ns();
    if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) < 0)
        bench::fail("hold: %s", std::strerror(errno));
    std::int64_t answered_ns = 0;
    while (answered_ns == 0 || !audience.everyone_saw_it()) {
        if (answered_ns == 0) {
            const bench::ReadState state = reader.read(socket);
            if (state == bench::ReadState::Complete) answered_ns = bench::now_ns();
            if (state == bench::ReadState::Broken || (answered_ns != 0 && reader.status() != 201))
                bench::fail("hold answered %d: %.*s", reader.status(),
                            static_cast<int>(reader.body().size()), reader.body().data());
        }
        // Not blocking while the answer is missing, because it arrives outside the audience.
        audience.pump(answered_ns == 0 ? 0 : 100, sent_ns + kPatienceNs);
    }
    const auto last_ns = audience.last_seen_ns();
    return {static_cast<double>(std::max<std::int64_t>(last_ns - answered_ns, 0)) / 1e6,
            static_cast<double>(last_ns - sent_ns) / 1e6};
}

void print_times(const char* name, const std::vector<ChangeTimes>& times,
                 double ChangeTimes::*member) {
    std::printf("\"%s\":[", name);
    for (std::size_t i = 0; i < times.size(); ++i)
        std::printf("%s%.3f", i == 0 ? "" : ",", times[i].*member);
    std::printf("],");
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments(
        argc, argv,
        {"--target", "--showtime", "--tokens", "--seats", "--viewers", "--changes", "--first",
         "--per-address", "--pause-ms", "--settle-ms", "--pid"});
    const std::string host = arguments.text("--target");
    const std::string showtime = arguments.text("--showtime");
    const std::vector<std::string> seats = bench::read_lines(arguments.text("--seats"));
    const int count = arguments.count("--viewers", 5000);
    const int changes = arguments.count("--changes", 30);
    const int first = arguments.count("--first", 0);
    const int pid = arguments.count("--pid", 0);
    if (static_cast<std::size_t>(first + changes) > seats.size())
        bench::fail("%d changes need more seats than the file has", changes);
    bench::need_files(static_cast<rlim_t>(count) + 64);

    const sockaddr_in target = bench::parse_address(host);
    const bench::Handle requester = bench::connect_to(target);
    bench::BookingRequests requests(host, bench::read_lines(arguments.text("--tokens")).front());

    const bench::MemoryUse before = pid != 0 ? bench::memory_of(pid) : bench::MemoryUse{};
    Audience audience(target);
    const std::int64_t opening_ns = bench::now_ns();
    audience.open(count, arguments.count("--per-address", 16), host, showtime);
    const double open_ms = static_cast<double>(bench::now_ns() - opening_ns) / 1e6;
    audience.idle_for(arguments.count("--settle-ms", 1000));
    const bench::MemoryUse after = pid != 0 ? bench::memory_of(pid) : bench::MemoryUse{};

    std::vector<ChangeTimes> times;
    const std::int64_t cpu_before = bench::cpu_ns_of(pid);
    for (int i = 0; i < changes; ++i) {
        const std::string seat = "\"" + seats[static_cast<std::size_t>(first + i)] + "\"";
        times.push_back(measure_change(audience, requester.fd(), requests.lock(showtime, seat)));
        audience.idle_for(arguments.count("--pause-ms", 50));
    }
    const double cpu_us = static_cast<double>(bench::cpu_ns_of(pid) - cpu_before) / 1e3;

    std::printf("{\"viewers\":%d,\"open_ms\":%.1f,\"resyncs\":%d,", count, open_ms,
                audience.resyncs());
    print_times("answer_to_last_ms", times, &ChangeTimes::answer_to_last_ms);
    print_times("sent_to_last_ms", times, &ChangeTimes::sent_to_last_ms);
    std::printf(
        "\"cpu_us_per_change\":%.1f,\"rss_kib_before\":%ld,\"rss_kib_after\":%ld,"
        "\"heap_bytes_per_viewer\":%.1f}\n",
        changes > 0 ? cpu_us / changes : 0, before.rss_kib, after.rss_kib,
        static_cast<double>(after.anonymous_kib - before.anonymous_kib) * 1024 / count);
}
