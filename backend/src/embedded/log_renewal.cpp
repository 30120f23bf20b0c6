#include "embedded/log_renewal.hpp"

#include <algorithm>
#include <string>

namespace cinema::embedded {

namespace {

/// SQLite asks for a page at most, 64 KiB, and its access to files may not be able to do more than
/// 128 KiB at once (os_unix.c).
constexpr sqlite3_int64 kPieceBytes = 65'536;

void must(int code, const char* what) {
    if (code != SQLITE_OK) throw SqliteError(code, std::string("renewing the log: ") + what);
}

void rewrite(sqlite3_file& log) {
    sqlite3_int64 size = 0;
    must(log.pMethods->xFileSize(&log, &size), "its size");
    std::string piece;
    for (sqlite3_int64 at = 0; at < size; at += kPieceBytes) {
        piece.resize(static_cast<std::size_t>(std::min(kPieceBytes, size - at)));
        const int length = static_cast<int>(piece.size());
        must(log.pMethods->xRead(&log, piece.data(), length, at), "reading");
        must(log.pMethods->xWrite(&log, piece.data(), length, at), "writing");
    }
    if (size > 0) must(log.pMethods->xSync(&log, SQLITE_SYNC_NORMAL), "the sync");
}

}  // namespace

void renew_log(Connection& db) {
    // Should this fail, closing must not copy the log either.
    db.keep_log(true);
    db.script("BEGIN IMMEDIATE");  // opens the log and keeps other writers out
    sqlite3_file* log = nullptr;
    must(sqlite3_file_control(db.handle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log), "its file");
    if (log != nullptr && log->pMethods != nullptr) rewrite(*log);
    db.script("ROLLBACK");
    db.keep_log(false);
}

}  // namespace cinema::embedded
