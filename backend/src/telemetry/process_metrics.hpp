#pragma once

#include <vector>

#include "prometheus/metric_family.h"

namespace cinema::telemetry {

/// The process_* metrics that Prometheus' client libraries agree on, read from the kernel now. One
/// that cannot be read (no /proc) is left out. Any thread.
std::vector<prometheus::MetricFamily> process_metrics();

}  // namespace cinema::telemetry
