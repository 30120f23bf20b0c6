#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "commands/commands.hpp"
#include "embedded/store.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::commands {

/// The store as the command line uses it, beside a running server or without one.
struct Tool {
    env::SystemClock clock;
    env::SystemIds ids{clock};
    telemetry::Logger logger{telemetry::LogLevel::warn, 2};
    telemetry::Metrics metrics;
    std::unique_ptr<embedded::EmbeddedStore> store;
};

/// What every command makes of the configuration.
embedded::EmbeddedOptions store_options(const config::Config& config,
                                        embedded::DataFolder::Use use);

/// All of a file; nullopt when it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& file);

/// Opens the store, runs `work`, closes the store; says what went wrong.
int with_store(const config::Config& config, const std::function<int(Tool&)>& work);

}  // namespace cinema::commands
