#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What can be simulated: an engine.
namespace cinema::simulation {

/// How a run of any engine went.
struct Result {
    std::vector<std::string> violations;  ///< empty: all was well
    std::chrono::microseconds simulated{};
    std::uint64_t steps = 0;
    std::size_t bookings = 0;
    std::size_t sold = 0;
};

using Trace = std::function<void(const std::string&)>;

/// A guard that can be removed; "none" is the real thing.
struct GuardName {
    std::string_view name;
    std::string_view what;  ///< what happens without it
};

struct Subject {
    std::string_view name;
    std::uint64_t share;  ///< of five seeds, when all engines run
    std::vector<GuardName> guards;
    /// Knows every name of `guards`, of second lines, and "none".
    std::function<bool(const std::string& guard)> knows;
    std::function<Result(std::uint64_t seed, const std::string& guard, Trace trace)> run;
};

/// "cluster" and "embedded".
const std::vector<Subject>& subjects();

}  // namespace cinema::simulation
