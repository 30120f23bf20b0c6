#pragma once

#include <string>

#include "archive/archive_file.hpp"
#include "commands/commands.hpp"

namespace cinema::commands {

/// Imports an archive: the catalogue, then everything else. `text` is all of it; `file` is its name
/// for people.
int import_archive(const config::Config& config, const std::string& file, std::string text);

}  // namespace cinema::commands
