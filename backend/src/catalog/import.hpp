#pragma once

#include <expected>
#include <string_view>
#include <variant>
#include <vector>

#include "catalog/import_plan.hpp"
#include "env/clock.hpp"

namespace cinema::catalog {

/// Why nothing was imported: what is wrong with the file, or what went wrong writing.
using ImportFailure = std::variant<std::vector<FileError>, domain::Error>;

/// Brings the catalogue to what the file's text says; answers what that changed, which may be
/// nothing. When somebody else imports in between, it looks at the catalogue afresh, twice at most.
/// Blocks.
std::expected<CatalogChange, ImportFailure> import_text(std::string_view text, Catalog& catalog,
                                                        env::IdSource& ids,
                                                        const env::Clock& clock);

}  // namespace cinema::catalog
