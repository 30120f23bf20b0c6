#pragma once

#include <expected>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/catalogue_file.hpp"
#include "env/ids.hpp"

/// From a catalogue file to the change that makes the catalogue hold it (docs/catalogue.md). Pure
/// but for the ids it takes; all or nothing, because either the change or the errors come back.
/// Thread-safe.
namespace cinema::catalog {

/// Compares the file with the catalogue. Errors: what contradicts it (an id of something else,
/// another film at a time that is on sale, overlaps, unknown references, prices that do not fit the
/// room), in the order of lines. `now` counts a schedule's days and dates new movies.
/// The same file twice gives an empty change, whatever the time in between has added.
std::expected<CatalogChange, std::vector<FileError>> plan_import(const CatalogueFile& file,
                                                                 const CatalogSnapshot& current,
                                                                 env::IdSource& ids,
                                                                 domain::UtcTime now);

/// parse_catalogue and plan_import in one, so that the errors of both are reported at once.
std::expected<CatalogChange, std::vector<FileError>> import_catalogue(
    std::string_view text, const CatalogSnapshot& current, env::IdSource& ids, domain::UtcTime now);

}  // namespace cinema::catalog
