#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <map>
#include <optional>

#include "simulation/cluster/run.hpp"

/// `./dev simulate`: runs seeds and says which one failed, and how to see it again.
namespace {

using cinema::simulation::Guard;
using cinema::simulation::Outcome;
using cinema::simulation::plan_of;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What is done so far, on a terminal only.
class Progress {
  public:
    explicit Progress(std::uint64_t total) : total_(total), shown_(::isatty(STDERR_FILENO) == 1) {}
    ~Progress() {
        if (shown_) fmt::print(stderr, "\r\033[K");
    }
    void show(std::uint64_t done) {
        if (!shown_ || seconds_since(last_) < 0.1) return;
        last_ = Clock::now();
        constexpr std::uint64_t kWidth = 40;
        const std::uint64_t full = done * kWidth / total_;
        fmt::print(stderr, "\r[{:#<{}}{: <{}}] {}/{}  {:.0f} seeds/s ", "", full, "", kWidth - full,
                   done, total_, static_cast<double>(done) / std::max(seconds_since(start_), 1e-9));
        std::fflush(stderr);
    }

  private:
    const std::uint64_t total_;
    const bool shown_;
    const Clock::time_point start_ = Clock::now();
    Clock::time_point last_{};
};

void print_violations(std::uint64_t seed, Guard removed, const Outcome& outcome) {
    for (const auto& violation : outcome.violations) fmt::print("seed {}: {}\n", seed, violation);
    fmt::print("Again, with every step:  ./dev simulate --seed {}{} --trace\n", seed,
               removed == Guard::none ? std::string() : fmt::format(" --guard {}", word(removed)));
}

int run_one(std::uint64_t seed, Guard removed, bool trace) {
    std::function<void(const std::string&)> listener;
    if (trace) listener = [](const std::string& line) { fmt::print("{}\n", line); };
    const Outcome outcome = cinema::simulation::run(plan_of(seed, removed), std::move(listener));
    fmt::print("seed {}: {} s simulated, {} steps, {} bookings of which {} sold\n", seed,
               std::chrono::duration_cast<std::chrono::seconds>(outcome.simulated).count(),
               outcome.actions, outcome.bookings, outcome.sold);
    if (outcome.violations.empty()) return 0;
    print_violations(seed, removed, outcome);
    return 1;
}

/// A violation without what differs from run to run.
std::string kind_of(const std::string& violation) {
    std::string kind = violation.substr(violation.find(": ") + 2);
    std::erase_if(kind, [](char c) { return std::isxdigit(static_cast<unsigned char>(c)); });
    return kind;
}

/// All seeds, whatever goes wrong: each kind of violation once, with how often it was first.
int run_all(std::uint64_t first, std::uint64_t count, Guard removed) {
    struct Kind {
        std::uint64_t seed;
        std::string violation;
        std::uint64_t times;
    };
    std::map<std::string, Kind> kinds;
    {
        Progress progress(count);
        for (std::uint64_t seed = first; seed < first + count; ++seed) {
            const Outcome outcome = cinema::simulation::run(plan_of(seed, removed));
            progress.show(seed - first + 1);
            if (outcome.violations.empty()) continue;
            const std::string& what = outcome.violations.front();
            ++kinds.try_emplace(kind_of(what), Kind{seed, what, 0}).first->second.times;
        }
    }
    for (const auto& [name, kind] : kinds) {
        fmt::print("{} times, first by seed {}: {}\n", kind.times, kind.seed, kind.violation);
    }
    fmt::print("{} seeds, {} kinds of violations\n", count, kinds.size());
    return kinds.empty() ? 0 : 1;
}

int run_many(std::uint64_t first, std::uint64_t count, Guard removed) {
    const auto start = Clock::now();
    double simulated = 0;
    std::size_t bookings = 0;
    {
        Progress progress(count);
        for (std::uint64_t seed = first; seed < first + count; ++seed) {
            const Outcome outcome = cinema::simulation::run(plan_of(seed, removed));
            if (!outcome.violations.empty()) {
                fmt::print(stderr, "\r\033[K");
                print_violations(seed, removed, outcome);
                return 1;
            }
            simulated += static_cast<double>(outcome.simulated.count()) / 3.6e9;
            bookings += outcome.bookings;
            progress.show(seed - first + 1);
        }
    }
    const double taken = seconds_since(start);
    fmt::print(
        "{} seeds from {} on: all well. {:.0f} s, {:.0f} seeds/s, {} bookings, {:.0f} hours "
        "simulated ({:.0f} hours per hour)\n",
        count, first, taken, static_cast<double>(count) / taken, bookings, simulated,
        simulated / taken * 3600);
    return 0;
}

/// Each guard removed in turn: how many seeds it takes until that is noticed.
int run_guards(std::uint64_t first, std::uint64_t most) {
    int missed = 0;
    fmt::print("| removed: what then happens | seeds until noticed | by |\n|---|---|---|\n");
    for (const auto& [guard, what] : cinema::simulation::guards()) {
        std::optional<std::string> noticed;
        std::uint64_t seed = first;
        for (; seed < first + most && !noticed; ++seed) {
            const Outcome outcome = cinema::simulation::run(plan_of(seed, guard));
            if (!outcome.violations.empty()) noticed = outcome.violations.front();
        }
        fmt::print("| `{}`: {} | {} | {} |\n", word(guard), what,
                   noticed ? std::to_string(seed - first) : fmt::format("**not in {}**", most),
                   noticed ? noticed->substr(noticed->find(": ") + 2) : "");
        std::fflush(stdout);
        if (!noticed) ++missed;
    }
    return missed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Simulates the cluster engine: seeded chance, virtual time, every kind of fault",
                 "./dev simulate");
    std::uint64_t first = 1;
    std::uint64_t seeds = 10'000;
    std::optional<std::uint64_t> seed;
    bool trace = false;
    bool guards = false;
    bool all = false;
    std::string guard_name = "none";
    app.add_option("--seeds", seeds, "how many runs")->capture_default_str();
    app.add_option("--first", first, "the first one's seed")->capture_default_str();
    app.add_option("--seed", seed, "run this one only");
    app.add_flag("--trace", trace, "print every step (with --seed)")->needs("--seed");
    app.add_flag("--guards", guards, "remove each guard in turn; 1,000 seeds each at most");
    app.add_flag("--all", all, "do not stop at the first violation: count each kind");
    app.add_option("--guard", guard_name, "run without this guard");
    CLI11_PARSE(app, argc, argv);

    Guard removed{};
    if (!boost::describe::enum_from_string(guard_name.c_str(), removed)) {
        fmt::print(stderr, "There is no guard '{}'. There are:\n", guard_name);
        for (const auto& known : cinema::simulation::guards()) {
            fmt::print(stderr, "  {}\n", word(known.guard));
        }
        return 2;
    }
    if (guards) return run_guards(first, 1'000);
    if (seed) return run_one(*seed, removed, trace);
    if (seeds == 0) {
        fmt::print(stderr, "--seeds 0 would prove nothing.\n");
        return 2;
    }
    return all ? run_all(first, seeds, removed) : run_many(first, seeds, removed);
}
