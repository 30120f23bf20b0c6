#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/config.hpp"

namespace cinema::config {

/// One row of the table that environment, `.env` file, flags and --help are all made from.
struct Setting {
    enum class Kind { value, on_off, secret };

    std::string_view name;
    Kind kind;
    std::string_view default_value;  ///< empty: not set
    std::string_view unit;           ///< what --help calls the value
    std::string_view description;
    /// Stores the value; otherwise says what is allowed, to follow "must be".
    std::optional<std::string> (*read)(Config& config, std::string_view text);
};

std::span<const Setting> settings();

/// The row of this name; null for an unknown one.
const Setting* find_setting(std::string_view name);

/// "JWT_SECRET" for "JWT_SECRET_FILE", and so for each secret; null for any other name.
const Setting* secret_of_file_setting(std::string_view name);

}  // namespace cinema::config
