// The limit of anything durable: how often this disk makes a write permanent. Overwrites records
// in a file whose space exists already and calls fdatasync after every batch, as a database's log
// does once it has been recycled.
//
//   bench_limit_fsync --folder DIR [--seconds 2] [--record-bytes 512] [--records 0]
//
// --records is the size of a batch; without it, batches of 1, 32 and 128 records are measured in
// turn. Prints one JSON object: per batch size the syncs and records a second, latencies in
// microseconds.

#include <fcntl.h>
#include <vector>

#include "latency_histogram.hpp"
#include "process_usage.hpp"
#include "sockets.hpp"

namespace {

constexpr off_t kLogBytes = 16 << 20;

// A file of zeros that is already on the disk, removed when the measurement ends.
class ScratchLog {
  public:
    explicit ScratchLog(std::string path) : path_(std::move(path)) {
        file_ = bench::Handle(::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (file_.fd() < 0) bench::fail("cannot create %s", path_.c_str());
        const std::vector<char> zeros(1 << 20);
        for (off_t at = 0; at < kLogBytes; at += static_cast<off_t>(zeros.size()))
            write_at(zeros.data(), zeros.size(), at);
        if (::fsync(file_.fd()) != 0) bench::fail("fsync: %s", std::strerror(errno));
    }
    ~ScratchLog() { ::unlink(path_.c_str()); }

    void write_at(const char* bytes, std::size_t size, off_t at) {
        if (::pwrite(file_.fd(), bytes, size, at) != static_cast<ssize_t>(size))
            bench::fail("write to %s: %s", path_.c_str(), std::strerror(errno));
    }

    void sync() {
        if (::fdatasync(file_.fd()) != 0) bench::fail("fdatasync: %s", std::strerror(errno));
    }

  private:
    std::string path_;
    bench::Handle file_;
};

void measure_batches(ScratchLog& log, std::size_t records, std::size_t record_bytes,
                     double seconds) {
    const std::vector<char> batch(records * record_bytes, 'x');
    bench::LatencyHistogram latency;
    const std::int64_t start = bench::now_ns();
    const std::int64_t end = start + static_cast<std::int64_t>(seconds * 1e9);
    off_t at = 0;
    std::int64_t before = start;
    while (before < end) {
        log.write_at(batch.data(), batch.size(), at);
        log.sync();
        const std::int64_t after = bench::now_ns();
        latency.record(after - before);
        before = after;
        at += static_cast<off_t>(batch.size());
        if (at + static_cast<off_t>(batch.size()) > kLogBytes) at = 0;
    }
    const double elapsed = static_cast<double>(before - start) / 1e9;
    const double syncs = static_cast<double>(latency.total()) / elapsed;
    std::printf("{\"records\":%zu,", records);
    latency.print_json("latency_us");
    std::printf("\"syncs_per_second\":%.1f,\"records_per_second\":%.1f}", syncs,
                syncs * static_cast<double>(records));
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments(argc, argv,
                                     {"--folder", "--seconds", "--record-bytes", "--records"});
    const double seconds = arguments.number("--seconds", 2);
    const auto record_bytes = static_cast<std::size_t>(arguments.count("--record-bytes", 512));
    ScratchLog log(arguments.text("--folder") + "/fsync-limit.log");
    std::printf("{\"batches\":[");
    const auto only = static_cast<std::size_t>(arguments.count("--records", 0));
    const std::vector<std::size_t> sizes =
        only > 0 ? std::vector{only} : std::vector<std::size_t>{1, 32, 128};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (i > 0) std::printf(",");
        measure_batches(log, sizes[i], record_bytes, seconds);
    }
    std::printf("]}\n");
}
