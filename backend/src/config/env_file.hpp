#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"

namespace cinema::config {

struct EnvFile {
    Environment values;
    std::vector<std::string> problems;  ///< sentences that name the line
};

/// Reads the text of a `.env` file: a line is `KEY=VALUE`, `export KEY=VALUE`, a `# comment` or
/// blank. A value is taken as it is up to a ` #`; in 'single quotes' exactly as it is; in "double
/// quotes" with \n \t \" \\ \$ as escapes. No variables are put in, no value spans lines. A key
/// that is given twice is a problem. Which keys exist is not checked here.
EnvFile parse_env_file(std::string_view text, std::string_view file_name);

/// The same for a file; one that does not exist is empty.
EnvFile read_env_file(const std::filesystem::path& path);

}  // namespace cinema::config
