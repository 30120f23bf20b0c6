#include "simulation/embedded/statements.hpp"

#include <sqlite3.h>

#include <cstring>
#include <string>
#include <string_view>

namespace cinema::simulation::machine {

namespace {

Guard removed = Guard::none;
sqlite3* answered_early = nullptr;  ///< has a batch that is answered and not committed

struct Rewriting {
    Guard guard;
    std::string_view from;
    std::string_view to;
};

constexpr Rewriting kRewritings[] = {
    {Guard::synchronous_full, "synchronous=FULL", "synchronous=NORMAL"},
    {Guard::batch_atomic, "BEGIN IMMEDIATE", "SELECT 1"},
    {Guard::batch_atomic, "COMMIT", "SELECT 1"},
    {Guard::savepoint, "SAVEPOINT command", "SELECT 1"},
    {Guard::savepoint, "ROLLBACK TO command", "SELECT 1"},
    {Guard::savepoint, "RELEASE command", "SELECT 1"},
    {Guard::seat_state, "SELECT state, locked_by, lock_expires_at, version, booking_id FROM",
     "SELECT 'AVAILABLE', NULL, NULL, version, NULL FROM"},
    {Guard::seat_state, "WHERE state = 'AVAILABLE'", "WHERE true"},
    {Guard::seat_version, "lock_expires_at = ?5, version = version + 1",
     "lock_expires_at = ?5, version = version"},
    {Guard::expiry_condition, "b.lock_expires_at <= ?1", "b.lock_expires_at <= ?1 + 2000"},
    {Guard::refund, "SET status = 'REFUNDED'", "SET status = status"},
    {Guard::event_written, "payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
     "payload) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE false"},
    {Guard::relay_copies, "FROM outbox WHERE seq <= ?1 ORDER BY",
     "FROM outbox WHERE seq < ?1 ORDER BY"},
    {Guard::hold_key, "b.idempotency_key = ?2", "b.idempotency_key = ?2 AND false"},
};

std::string rewritten(std::string_view text) {
    std::string sql(text);
    for (const auto& [guard, from, to] : kRewritings) {
        if (guard != removed) continue;
        const auto at = sql.find(from);
        if (at != std::string::npos) sql.replace(at, from.size(), to);
    }
    return sql;
}

bool is(sqlite3_stmt* statement, std::string_view text) {
    const char* sql = sqlite3_sql(statement);
    return sql && text == sql;
}

}  // namespace

WithoutGuard::WithoutGuard(Guard guard) {
    removed = guard;
    answered_early = nullptr;
}

WithoutGuard::~WithoutGuard() {
    removed = Guard::none;
    answered_early = nullptr;
}

extern "C" {

// The linker gives these names (--wrap).
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
int __real_sqlite3_prepare_v3(sqlite3*, const char*, int, unsigned, sqlite3_stmt**, const char**);
int __real_sqlite3_exec(sqlite3*, const char*, int (*)(void*, int, char**, char**), void*, char**);
int __real_sqlite3_step(sqlite3_stmt*);
int __real_sqlite3_wal_checkpoint_v2(sqlite3*, const char*, int, int*, int*);

int __wrap_sqlite3_prepare_v3(sqlite3* db, const char* text, int size, unsigned flags,
                              sqlite3_stmt** statement, const char** tail) {
    if (removed == Guard::none) {
        return __real_sqlite3_prepare_v3(db, text, size, flags, statement, tail);
    }
    const std::string sql = rewritten(text);
    return __real_sqlite3_prepare_v3(db, sql.c_str(), static_cast<int>(sql.size()) + 1, flags,
                                     statement, nullptr);
}

int __wrap_sqlite3_exec(sqlite3* db, const char* text, int (*row)(void*, int, char**, char**),
                        void* context, char** message) {
    return __real_sqlite3_exec(db, rewritten(text).c_str(), row, context, message);
}

int __wrap_sqlite3_step(sqlite3_stmt* statement) {
    if (removed == Guard::answer_after_commit) {
        sqlite3* db = sqlite3_db_handle(statement);
        if (is(statement, "COMMIT")) {
            answered_early = db;
            return SQLITE_DONE;
        }
        if (is(statement, "BEGIN IMMEDIATE") && answered_early == db) {
            answered_early = nullptr;
            const int code = __real_sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
            if (code != SQLITE_OK) __real_sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
        }
    }
    const int code = __real_sqlite3_step(statement);
    if (removed == Guard::commit_error && code != SQLITE_DONE && is(statement, "COMMIT")) {
        __real_sqlite3_exec(sqlite3_db_handle(statement), "ROLLBACK", nullptr, nullptr, nullptr);
        return SQLITE_DONE;
    }
    return code;
}

int __wrap_sqlite3_wal_checkpoint_v2(sqlite3* db, const char* name, int mode, int* log, int* done) {
    if (removed == Guard::start_checkpoint && mode == SQLITE_CHECKPOINT_TRUNCATE) {
        if (log) *log = 0;
        if (done) *done = 0;
        return SQLITE_OK;
    }
    return __real_sqlite3_wal_checkpoint_v2(db, name, mode, log, done);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

}  // extern "C"

}  // namespace cinema::simulation::machine
