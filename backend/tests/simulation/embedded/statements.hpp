#pragma once

#include "simulation/embedded/plan.hpp"

/// How guards of the engine are removed without a switch in the code that is shipped: between the
/// engine and SQLite. The simulator is linked so that the engine's calls of sqlite3_prepare_v3,
/// sqlite3_exec, sqlite3_step and sqlite3_wal_checkpoint_v2 come by here first
/// (tests/simulation/embedded/statements.cpp).
namespace cinema::simulation::machine {

/// While one lives, the engine's statements are without this guard.
class WithoutGuard {
  public:
    explicit WithoutGuard(Guard guard);
    ~WithoutGuard();
    WithoutGuard(const WithoutGuard&) = delete;
    WithoutGuard& operator=(const WithoutGuard&) = delete;
};

}  // namespace cinema::simulation::machine
