#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "commands/commands.hpp"
#include "engine/store.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::commands {

/// The store as the command line uses it, beside a running server or without one.
struct Tool {
    env::SystemClock clock;
    env::SystemIds ids{clock};
    telemetry::Logger logger{telemetry::LogLevel::warn, 2};
    telemetry::Metrics metrics;
    std::unique_ptr<engine::Store> store;
};

/// server: the one that sells. tool: works beside a server, or without one.
enum class Use { server, tool };

/// Opens the engine that the configuration chooses: with MONGO_URI the cluster, without it the
/// data folder. Errors: a sentence for the operator.
domain::Result<std::unique_ptr<engine::Store>> open_store(const config::Config& config, Use use,
                                                          const env::Clock& clock,
                                                          env::IdSource& ids,
                                                          telemetry::Metrics& metrics,
                                                          telemetry::Logger& logger);

/// All of a file; nullopt when it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& file);

/// Opens the store, runs `work`, closes the store; says what went wrong.
int with_store(const config::Config& config, const std::function<int(Tool&)>& work);

}  // namespace cinema::commands
