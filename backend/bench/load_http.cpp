// Sends the same GET over many connections and reports rate, latency and the server's CPU time per
// request. Closed loop by default; with --rate an open loop.
//
//   bench_load_http --target 127.0.0.1:8080 --request FILE [--connections 64] [--seconds 5]
//                   [--warmup 1] [--rate R] [--pid SERVER] [--status 200]
//
// FILE holds the raw bytes of the request. Prints one JSON object; durations in microseconds.

#include "files.hpp"
#include "load_loop.hpp"
#include "response_reader.hpp"

namespace {

class GetSession;

struct GetShared {
    std::string request;
    int expected_status = 200;
    bench::LatencyHistogram latency;
    std::uint64_t unexpected = 0;
    std::uint64_t response_bytes = 0;  // size of the last response
    const bench::LoadLoop<GetSession>::Window* window = nullptr;
};

class GetSession {
  public:
    GetSession(const sockaddr_in& target, GetShared& shared)
        : shared_(shared), socket_(bench::connect_to(target)) {}

    int fd() const { return socket_.fd(); }

    bool begin(std::int64_t due_ns) {
        due_ns_ = due_ns;
        reader_.reset();
        const std::string& request = shared_.request;
        // A socket without anything in flight takes a request of this size whole, or is broken;
        // a broken one shows when it is read.
        (void)!::send(fd(), request.data(), request.size(), MSG_NOSIGNAL);
        return true;
    }

    bench::Progress on_readable(std::int64_t) {
        const bench::ReadState state = reader_.read(fd());
        if (state == bench::ReadState::Incomplete) return bench::Progress::InFlight;
        if (state == bench::ReadState::Broken) return bench::Progress::Failed;
        if (reader_.status() != shared_.expected_status) ++shared_.unexpected;
        if (shared_.window->holds(due_ns_)) shared_.latency.record(bench::now_ns() - due_ns_);
        shared_.response_bytes = reader_.size();
        return bench::Progress::Done;
    }

  private:
    GetShared& shared_;
    bench::Handle socket_;
    bench::ResponseReader reader_;
    std::int64_t due_ns_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments(argc, argv,
                                     {"--target", "--request", "--connections", "--seconds",
                                      "--warmup", "--rate", "--pid", "--status"});
    GetShared shared;
    shared.request = bench::read_file(arguments.text("--request"));
    shared.expected_status = arguments.count("--status", 200);
    bench::LoadOptions options;
    options.seconds = arguments.number("--seconds", 5);
    options.warmup_seconds = arguments.number("--warmup", 1);
    options.rate_per_second = arguments.number("--rate", 0);
    options.pid = arguments.count("--pid", 0);

    const sockaddr_in target = bench::parse_address(arguments.text("--target"));
    std::deque<GetSession> sessions;
    for (int i = arguments.count("--connections", 64); i > 0; --i)
        sessions.emplace_back(target, shared);
    bench::LoadLoop<GetSession> loop(sessions, options);
    shared.window = &loop.window();
    const bench::LoadResult result =
        loop.run([&](std::int64_t waited_ns) { shared.latency.record(waited_ns); });

    std::printf("{");
    shared.latency.print_json("latency_us");
    std::printf(
        "\"per_second\":%.1f,\"cpu_us\":%.3f,\"client_cpu_share\":%.3f,\"unstarted\":%llu,"
        "\"response_bytes\":%llu,\"failures\":%llu}\n",
        static_cast<double>(result.operations) / result.seconds, result.cpu_us_per_operation,
        result.client_cpu_share, static_cast<unsigned long long>(result.unstarted),
        static_cast<unsigned long long>(shared.response_bytes),
        static_cast<unsigned long long>(result.failures + shared.unexpected));
}
