#pragma once

#include <sqlite3.h>

namespace cinema::embedded {

/// A layer over SQLite's access to files that gathers what is written to a write-ahead log and
/// hands it on in one piece at the next sync. SQLite writes every page of a commit in two pieces,
/// its header and itself, with a system call each.
///
/// Nothing is promised later than before: what was not synced was not promised, and a sync hands on
/// first. So does every other access, that SQLite may read what it has written. What could not be
/// handed on is reported by the access that tried, and by all later ones until the file is opened
/// again. Other connections and processes read a log only as far as its index says, which SQLite
/// moves on after the commit's sync. So it needs synchronous=FULL, which every Connection sets: a
/// commit without a sync would be told of before it is in the file. Who switches that off for a
/// while must be alone with the database until the connection is closed.
///
/// While one lives, it is the default for every connection that is opened, over what was the
/// default before; it must outlive them. Files other than logs are not touched.
/// Source: sqlite.org/c3ref/vfs.html, sqlite.org/walformat.html.
class LogGathering {
  public:
    LogGathering();
    ~LogGathering();
    LogGathering(const LogGathering&) = delete;
    LogGathering& operator=(const LogGathering&) = delete;

  private:
    sqlite3_vfs* below_;
    sqlite3_vfs layer_;
};

}  // namespace cinema::embedded
