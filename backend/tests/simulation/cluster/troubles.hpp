#pragma once

#include "simulation/cluster/cluster.hpp"

namespace cinema::simulation {

/// What happens to machines and networks, of the kinds that the plan has.
class Troubles {
  public:
    Troubles(Stage& stage, Cluster& cluster) : stage_(stage), cluster_(cluster) {}

    /// Until `end`, at random moments.
    void start(Moment end);

  private:
    void next(Moment end);
    void strike();

    Stage& stage_;
    Cluster& cluster_;
};

}  // namespace cinema::simulation
