#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <map>
#include <optional>

#include "simulation/command/subject.hpp"

/// `./dev simulate`: runs seeds and says which one failed, and how to see it again.
namespace {

using cinema::simulation::Result;
using cinema::simulation::Subject;
using cinema::simulation::subjects;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What is done so far, on a terminal only.
class Progress {
  public:
    Progress(std::string_view name, std::uint64_t total)
        : name_(name), total_(total), shown_(::isatty(STDERR_FILENO) == 1) {}
    ~Progress() {
        if (shown_) fmt::print(stderr, "\r\033[K");
    }
    void show(std::uint64_t done) {
        if (!shown_ || seconds_since(last_) < 0.1) return;
        last_ = Clock::now();
        constexpr std::uint64_t kWidth = 40;
        const std::uint64_t full = done * kWidth / total_;
        fmt::print(stderr, "\r{} [{:#<{}}{: <{}}] {}/{}  {:.0f} seeds/s ", name_, "", full, "",
                   kWidth - full, done, total_,
                   static_cast<double>(done) / std::max(seconds_since(start_), 1e-9));
        std::fflush(stderr);
    }

  private:
    const std::string_view name_;
    const std::uint64_t total_;
    const bool shown_;
    const Clock::time_point start_ = Clock::now();
    Clock::time_point last_{};
};

void print_violations(const Subject& subject, std::uint64_t seed, const std::string& guard,
                      const Result& result) {
    for (const auto& violation : result.violations) {
        fmt::print("{}, seed {}: {}\n", subject.name, seed, violation);
    }
    fmt::print("Again, with every step:  ./dev simulate --engine {} --seed {}{} --trace\n",
               subject.name, seed, guard == "none" ? std::string() : " --guard " + guard);
}

int run_one(const Subject& subject, std::uint64_t seed, const std::string& guard, bool trace) {
    cinema::simulation::Trace listener;
    if (trace) listener = [](const std::string& line) { fmt::print("{}\n", line); };
    const Result result = subject.run(seed, guard, std::move(listener));
    fmt::print("{}, seed {}: {} s simulated, {} steps, {} bookings of which {} sold\n",
               subject.name, seed,
               std::chrono::duration_cast<std::chrono::seconds>(result.simulated).count(),
               result.steps, result.bookings, result.sold);
    if (result.violations.empty()) return 0;
    print_violations(subject, seed, guard, result);
    return 1;
}

/// A violation without what differs from run to run.
std::string kind_of(const std::string& violation) {
    std::string kind = violation.substr(violation.find(": ") + 2);
    std::erase_if(kind, [](char c) { return std::isxdigit(static_cast<unsigned char>(c)); });
    return kind;
}

/// All seeds, whatever goes wrong: each kind of violation once, with how often it was first.
int run_all(const Subject& subject, std::uint64_t first, std::uint64_t count,
            const std::string& guard) {
    struct Kind {
        std::uint64_t seed;
        std::string violation;
        std::uint64_t times;
    };
    std::map<std::string, Kind> kinds;
    {
        Progress progress(subject.name, count);
        for (std::uint64_t seed = first; seed < first + count; ++seed) {
            const Result result = subject.run(seed, guard, nullptr);
            progress.show(seed - first + 1);
            if (result.violations.empty()) continue;
            const std::string& what = result.violations.front();
            ++kinds.try_emplace(kind_of(what), Kind{seed, what, 0}).first->second.times;
        }
    }
    for (const auto& [name, kind] : kinds) {
        fmt::print("{}: {} times, first by seed {}: {}\n", subject.name, kind.times, kind.seed,
                   kind.violation);
    }
    fmt::print("{}: {} seeds, {} kinds of violations\n", subject.name, count, kinds.size());
    return kinds.empty() ? 0 : 1;
}

int run_many(const Subject& subject, std::uint64_t first, std::uint64_t count,
             const std::string& guard) {
    const auto start = Clock::now();
    double simulated = 0;
    std::size_t bookings = 0;
    {
        Progress progress(subject.name, count);
        for (std::uint64_t seed = first; seed < first + count; ++seed) {
            const Result result = subject.run(seed, guard, nullptr);
            if (!result.violations.empty()) {
                fmt::print(stderr, "\r\033[K");
                print_violations(subject, seed, guard, result);
                return 1;
            }
            simulated += static_cast<double>(result.simulated.count()) / 3.6e9;
            bookings += result.bookings;
            progress.show(seed - first + 1);
        }
    }
    const double taken = seconds_since(start);
    fmt::print(
        "{}: {} seeds from {} on: all well. {:.0f} s, {:.0f} seeds/s, {} bookings, {:.0f} hours "
        "simulated ({:.0f} hours per hour)\n",
        subject.name, count, first, taken, static_cast<double>(count) / taken, bookings, simulated,
        simulated / taken * 3600);
    return 0;
}

/// Each guard removed in turn: how many seeds it takes until that is noticed.
int run_guards(const Subject& subject, std::uint64_t first, std::uint64_t most) {
    int missed = 0;
    fmt::print("| {}, removed: what then happens | seeds until noticed | by |\n|---|---|---|\n",
               subject.name);
    for (const auto& [name, what] : subject.guards) {
        std::optional<std::string> noticed;
        std::uint64_t seed = first;
        for (; seed < first + most && !noticed; ++seed) {
            const Result result = subject.run(seed, std::string(name), nullptr);
            if (!result.violations.empty()) noticed = result.violations.front();
        }
        fmt::print("| `{}`: {} | {} | {} |\n", name, what,
                   noticed ? std::to_string(seed - first) : fmt::format("**not in {}**", most),
                   noticed ? noticed->substr(noticed->find(": ") + 2) : "");
        std::fflush(stdout);
        if (!noticed) ++missed;
    }
    return missed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Simulates the engines: seeded chance, virtual time, every kind of fault",
                 "./dev simulate");
    std::uint64_t first = 1;
    std::uint64_t seeds = 10'000;
    std::optional<std::uint64_t> seed;
    bool trace = false;
    bool guards = false;
    bool all = false;
    std::string engine = "both";
    std::string guard = "none";
    app.add_option("--engine", engine, "one of them, or one after the other")
        ->check(CLI::IsMember({"cluster", "embedded", "both"}))
        ->capture_default_str();
    app.add_option("--seeds", seeds,
                   "how many runs; of both engines: four of five are the cluster's")
        ->capture_default_str();
    app.add_option("--first", first, "the first seed of each engine")->capture_default_str();
    app.add_option("--seed", seed, "run this one only");
    app.add_flag("--trace", trace, "print every step (with --seed)")->needs("--seed");
    app.add_flag("--guards", guards, "remove each guard in turn; 1,000 seeds each at most");
    app.add_flag("--all", all, "do not stop at the first violation: count each kind");
    app.add_option("--guard", guard, "run without this guard, the engine that has it");
    CLI11_PARSE(app, argc, argv);
    if (seeds == 0) {
        fmt::print(stderr, "--seeds 0 would prove nothing.\n");
        return 2;
    }

    std::vector<const Subject*> chosen;
    for (const Subject& subject : subjects()) {
        if ((engine == "both" || engine == subject.name) && subject.knows(guard)) {
            chosen.push_back(&subject);
        }
    }
    int worst = 0;
    for (const Subject* one : chosen) {
        const Subject& subject = *one;
        const std::uint64_t count =
            chosen.size() == 1 ? seeds : std::max<std::uint64_t>(1, seeds * subject.share / 5);
        int result = 0;
        if (guards) {
            result = run_guards(subject, first, 1'000);
        } else if (seed) {
            result = run_one(subject, *seed, guard, trace);
        } else {
            result = all ? run_all(subject, first, count, guard)
                         : run_many(subject, first, count, guard);
        }
        worst = std::max(worst, result);
    }
    if (!chosen.empty()) return worst;
    fmt::print(stderr, "There is no guard '{}'. There are:\n", guard);
    for (const Subject& subject : subjects()) {
        for (const auto& known : subject.guards) {
            fmt::print(stderr, "  {} ({})\n", known.name, subject.name);
        }
    }
    return 2;
}
