#pragma once

#include <time.h>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

#include "arguments.hpp"

namespace bench {

inline std::int64_t now_ns() {
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

// CPU time that all threads of process `pid` (also ended ones) have used so far, user and kernel,
// in nanoseconds: the process's CPU clock, which counts to the nanosecond where
// /proc/<pid>/stat counts in ticks of 10 ms. 0 for pid 0 ("not asked for").
inline std::int64_t cpu_ns_of(int pid) {
    if (pid == 0) return 0;
    clockid_t clock{};
    timespec spent{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &spent) != 0)
        fail("process %d has no CPU clock: has it ended?", pid);
    return spent.tv_sec * 1'000'000'000LL + spent.tv_nsec;
}

// Memory of process `pid` from /proc/<pid>/smaps_rollup, in KiB.
struct MemoryUse {
    long rss_kib = 0;
    long anonymous_kib = 0;  // heap, stacks and other pages that no file backs
};

inline MemoryUse memory_of(int pid) {
    const std::string path = "/proc/" + std::to_string(pid) + "/smaps_rollup";
    std::FILE* file = std::fopen(path.c_str(), "r");
    if (file == nullptr) fail("cannot read %s", path.c_str());
    MemoryUse use;
    char line[256];
    while (std::fgets(line, sizeof line, file) != nullptr) {
        std::sscanf(line, "Rss: %ld", &use.rss_kib);
        std::sscanf(line, "Anonymous: %ld", &use.anonymous_kib);
    }
    std::fclose(file);
    return use;
}

}  // namespace bench
