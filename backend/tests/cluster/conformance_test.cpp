#include "cluster/cluster_engine.hpp"
#include "conformance/archive_behaviours.hpp"
#include "conformance/hold_behaviours.hpp"
#include "conformance/race_behaviours.hpp"
#include "conformance/reading_behaviours.hpp"
#include "conformance/report_behaviours.hpp"
#include "conformance/sale_behaviours.hpp"
#include "conformance/search_behaviours.hpp"

namespace cinema::conformance {

INSTANTIATE_TEST_SUITE_P(Cluster, Conformance,
                         testing::Values(EngineFactory{
                             "cluster",
                             [] { return std::make_unique<cluster::ClusterUnderTest>(); }}),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace cinema::conformance
