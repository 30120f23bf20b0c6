#pragma once

#include "simulation/cluster/cluster.hpp"

namespace cinema::simulation {

/// How long after its end a hold may still keep its seats when nothing fails: the slowest clock,
/// and two turns of the worker.
Moment longest_overdue(const Plan& plan);

/// What has to be true when nothing has failed for a while and nobody asks for anything. What must
/// hold at any time is checked by Store where it happens.
void check_quiet(Stage& stage, Cluster& cluster);

/// And when all holds have had their time: nothing is left to do.
void check_end(Stage& stage);

}  // namespace cinema::simulation
