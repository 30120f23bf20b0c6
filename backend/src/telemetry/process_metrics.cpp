#include "telemetry/process_metrics.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>

namespace cinema::telemetry {

namespace {

using prometheus::MetricType;

std::string read_whole(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The n-th (from 0) number of a text of numbers separated by spaces.
std::optional<double> number_at(const std::string& text, int n) {
    std::istringstream words(text);
    std::string word;
    for (int i = 0; i <= n; ++i) {
        if (!(words >> word)) return std::nullopt;
    }
    double value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    return problem == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<double> resident_bytes() {
    const auto pages = number_at(read_whole("/proc/self/statm"), 1);
    if (!pages) return std::nullopt;
    return *pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::optional<double> cpu_seconds() {
    timespec used{};
    if (::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return std::nullopt;
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::optional<double> start_time_seconds() {
    // Field 22 of proc(5) stat counts ticks from boot. The second field is the name in parentheses,
    // which may hold spaces, so count from behind it.
    const std::string stat = read_whole("/proc/self/stat");
    const auto name_end = stat.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    const auto ticks = number_at(stat.substr(name_end + 1), 19);
    const std::string machine = read_whole("/proc/stat");
    const auto boot_line = machine.find("\nbtime ");
    if (!ticks || boot_line == std::string::npos) return std::nullopt;
    const auto boot = number_at(machine.substr(boot_line), 1);
    if (!boot) return std::nullopt;
    return *boot + *ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::optional<double> open_descriptors() {
    // Since Linux 6.2 the folder's size is the count; with 20,000 connections, reading it through
    // would keep an I/O thread busy for milliseconds.
    struct stat status {};
    if (::stat("/proc/self/fd", &status) == 0 && status.st_size > 0) {
        return static_cast<double>(status.st_size);
    }
    std::error_code problem;
    std::filesystem::directory_iterator entries("/proc/self/fd", problem);
    if (problem) return std::nullopt;
    // One of them is the iterator's own.
    return static_cast<double>(std::distance(begin(entries), end(entries))) - 1;
}

std::optional<double> descriptors_max() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
    return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::vector<prometheus::MetricFamily> process_metrics() {
    std::vector<prometheus::MetricFamily> families;
    const auto add = [&](const char* name, const char* help, MetricType type,
                         std::optional<double> value) {
        if (!value) return;
        prometheus::ClientMetric metric;
        (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = *value;
        families.push_back({.name = name, .help = help, .type = type, .metric = {metric}});
    };
    add("process_resident_memory_bytes", "Resident memory of the process.", MetricType::Gauge,
        resident_bytes());
    add("process_cpu_seconds_total", "User and system CPU time spent.", MetricType::Counter,
        cpu_seconds());
    add("process_start_time_seconds", "When the process started, seconds since 1970.",
        MetricType::Gauge, start_time_seconds());
    add("process_open_fds", "Open file descriptors.", MetricType::Gauge, open_descriptors());
    add("process_max_fds", "File descriptors that may be open.", MetricType::Gauge,
        descriptors_max());
    return families;
}

}  // namespace cinema::telemetry
