#pragma once

#include <string>

#include "archive/archive_file.hpp"
#include "commands/commands.hpp"

namespace cinema::commands {

/// Imports an archive's text: the catalogue, then everything else. `file` is its name for people.
int import_archive(const config::Config& config, const std::string& file, const std::string& text);

}  // namespace cinema::commands
