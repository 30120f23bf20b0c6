#pragma once

#include <optional>
#include <string>

#include "cluster/rabbitmq/connection.hpp"

namespace cinema::cluster {

/// The durable queue, and what it gives up: `<queue>.dlx` (exchange) → `<queue>.dead` (queue).
/// Makes what is missing; answers with what is wrong, and what the operator can do about it.
std::optional<std::string> declare_topology(RabbitConnection& connection, const std::string& queue);

}  // namespace cinema::cluster
