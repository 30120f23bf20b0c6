#pragma once

#include <filesystem>

#include "catalog/catalog.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"
#include "telemetry/logger.hpp"

namespace cinema::commands {

/// Imports the demo catalogue, whose schedule counts from today: called at start and then again and
/// again, it keeps showtimes in the next 7 days. `file` is empty for the built-in one
/// (catalogue/demo.json). Blocks. Errors: what import says, as one text.
domain::Result<void> import_demo(catalog::Catalog& catalog, env::IdSource& ids,
                                 const env::Clock& clock, const std::filesystem::path& file,
                                 telemetry::Logger& logger);

}  // namespace cinema::commands
