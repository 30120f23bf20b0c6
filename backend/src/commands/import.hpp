#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "catalog/import_plan.hpp"
#include "env/clock.hpp"

namespace cinema::commands {

/// Why nothing was imported: what is wrong with the file, or what went wrong writing.
using ImportFailure = std::variant<std::vector<catalog::FileError>, domain::Error>;

/// Brings the catalogue to what the file's text says; answers what that changed, which may be
/// nothing. When somebody else imports in between, it looks at the catalogue afresh. Blocks.
std::expected<catalog::CatalogChange, ImportFailure> import_text(std::string_view text,
                                                                 catalog::Catalog& catalog,
                                                                 env::IdSource& ids,
                                                                 const env::Clock& clock);

/// All of a file; nullopt when it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& file);

}  // namespace cinema::commands
