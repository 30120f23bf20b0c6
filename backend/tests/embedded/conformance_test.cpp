#include "conformance/archive_behaviours.hpp"
#include "conformance/hold_behaviours.hpp"
#include "conformance/race_behaviours.hpp"
#include "conformance/reading_behaviours.hpp"
#include "conformance/report_behaviours.hpp"
#include "conformance/sale_behaviours.hpp"
#include "conformance/search_behaviours.hpp"
#include "embedded/embedded_engine.hpp"

namespace cinema::conformance {

INSTANTIATE_TEST_SUITE_P(Embedded, Conformance,
                         testing::Values(EngineFactory{
                             "embedded",
                             [] { return std::make_unique<embedded::EmbeddedUnderTest>(); }}),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace cinema::conformance
