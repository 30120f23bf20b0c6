#pragma once

#include <functional>
#include <string>
#include <vector>

#include "simulation/cluster/plan.hpp"

namespace cinema::simulation {

/// How a run went.
struct Outcome {
    std::vector<std::string> violations;  ///< empty: all was well
    Moment simulated{};
    std::uint64_t actions = 0;
    std::size_t bookings = 0;
    std::size_t sold = 0;
};

/// One run of the cluster: rounds of trouble with customers, each followed by calm, then the end.
/// The same plan gives the same run, whatever machine. `trace` gets a line for each step.
Outcome run(const Plan& plan, std::function<void(const std::string&)> trace = {});

}  // namespace cinema::simulation
