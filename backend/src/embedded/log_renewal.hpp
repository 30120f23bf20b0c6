#pragma once

#include "embedded/sqlite.hpp"

namespace cinema::embedded {

/// Writes the write-ahead log that was found once more, the same bytes, and syncs it: for a start,
/// before anything is told from it or copied into the database file.
///
/// What a log says need not be on the disk: its last sync may not have come, or have failed. After
/// a failed sync Linux takes the pages for written, and no later sync writes them. Programs still
/// read them, so commits that nobody was promised would be told of, and, once they are copied and
/// the power goes, an older part of the log would be copied over them. (Found by the simulator.
/// Source: "PostgreSQL vs. fsync", FOSDEM 2019; fsync(2).)
///
/// Other processes cannot write meanwhile. Throws SqliteError; then the connection may only be
/// closed, and leaves the log as it is.
void renew_log(Connection& db);

}  // namespace cinema::embedded
