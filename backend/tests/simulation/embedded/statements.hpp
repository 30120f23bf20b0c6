#pragma once

#include "simulation/embedded/disk.hpp"

/// Between the engine and SQLite. The simulator is linked so that the engine's calls of
/// sqlite3_prepare_v3, sqlite3_exec and sqlite3_step come by here first. So guards of the engine
/// are removed without a switch in the code that is shipped, and a command can fail halfway.
namespace cinema::simulation::machine {

/// While one lives, the engine's statements are without the plan's guard, and memory runs out as
/// the plan says.
class Statements {
  public:
    Statements(Disk& disk, Guard removed);
    ~Statements();
    Statements(const Statements&) = delete;
    Statements& operator=(const Statements&) = delete;
};

}  // namespace cinema::simulation::machine
