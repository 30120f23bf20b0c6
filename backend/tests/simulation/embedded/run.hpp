#pragma once

#include <functional>
#include <string>
#include <vector>

#include "simulation/embedded/plan.hpp"
#include "simulation/kernel/scheduler.hpp"

namespace cinema::simulation::machine {

/// How a run went.
struct Outcome {
    std::vector<std::string> violations;  ///< empty: all was well
    Moment simulated{};
    std::uint64_t actions = 0;
    std::size_t bookings = 0;
    std::size_t sold = 0;
};

/// One run of the embedded engine: some lives of a process, each with customers and faults of the
/// disk and ended by a kill, a power loss or SIGTERM; then calm, and the end. The same plan gives
/// the same run. `trace` gets a line for each step. One run at a time in a program.
Outcome run(const Plan& plan, std::function<void(const std::string&)> trace = {});

}  // namespace cinema::simulation::machine
