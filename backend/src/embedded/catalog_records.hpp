#pragma once

#include "catalog/catalog.hpp"
#include "embedded/sqlite.hpp"

/// The catalogue's tables.
namespace cinema::embedded {

std::int64_t read_catalogue_revision(Connection& db);

/// Everything, in one read transaction. Throws SqliteError.
std::shared_ptr<const catalog::CatalogSnapshot> read_catalogue(Connection& db);

/// Inserts or updates the change's records and makes the revision one higher. Inside a write
/// transaction.
void write_catalogue_change(Connection& db, const catalog::CatalogChange& change);

}  // namespace cinema::embedded
