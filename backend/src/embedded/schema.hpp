#pragma once

#include "domain/error.hpp"
#include "embedded/sqlite.hpp"

namespace cinema::embedded {

/// The schema's version before and after migrate().
struct Migrated {
    int from = 0;  ///< 0: the database was new
    int to = 0;
};

/// Brings the database to this binary's schema: all migrations that it lacks, in one transaction.
/// Errors (validation, with a sentence for the operator): the database is newer than the binary,
/// or belongs to another application. Throws SqliteError.
domain::Result<Migrated> migrate(Connection& connection);

/// The newest schema version this binary knows.
int newest_schema_version();

}  // namespace cinema::embedded
