#pragma once

#include "simulation/embedded/disk.hpp"

namespace cinema::simulation::machine {

/// From here on SQLite reads and writes this disk, through the engine's own layer for logs
/// (embedded/log_gathering.hpp); one disk at a time, one thread. `now` is the machine's clock.
class DiskInUse {
  public:
    DiskInUse(Disk& disk, std::uint64_t seed);
    ~DiskInUse();
    DiskInUse(const DiskInUse&) = delete;
    DiskInUse& operator=(const DiskInUse&) = delete;
};

}  // namespace cinema::simulation::machine
