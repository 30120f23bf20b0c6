#include "simulation/embedded/statements.hpp"

#include <sqlite3.h>

#include <cstring>
#include <string>
#include <string_view>

namespace cinema::simulation::machine {

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
// The linker gives these names (--wrap).
extern "C" {
int __real_sqlite3_prepare_v3(sqlite3*, const char*, int, unsigned, sqlite3_stmt**, const char**);
int __real_sqlite3_exec(sqlite3*, const char*, int (*)(void*, int, char**, char**), void*, char**);
int __real_sqlite3_step(sqlite3_stmt*);
}

namespace {

Guard removed = Guard::none;
sqlite3* answered_early = nullptr;  ///< has a batch that is answered and not committed
Disk* disk = nullptr;
int changes = 0;        ///< of this transaction so far
int failed_change = 0;  ///< the one that failed in the last transaction, and will again; 0: none

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

/// Where memory runs out in a batch, it does in the batch's repetition.
bool lacks_memory(sqlite3_stmt* statement) {
    if (is(statement, "BEGIN IMMEDIATE")) {
        changes = 0;
        return false;
    }
    if (!disk || sqlite3_stmt_readonly(statement) ||
        sqlite3_get_autocommit(sqlite3_db_handle(statement))) {
        return false;
    }
    const bool again = ++changes == failed_change;
    if (!disk->lacks_memory(sqlite3_sql(statement), again)) return false;
    failed_change = again ? 0 : changes;
    return true;
}

/// Makes the connection remember that error, of which SQLite may undo one statement only, and not
/// the whole transaction as it does when the disk fails.
int no_memory(sqlite3* db) {
    sqlite3_create_function(
        db, "no_memory", 0, SQLITE_UTF8, nullptr,
        [](sqlite3_context* context, int, sqlite3_value**) {
            sqlite3_result_error_code(context, SQLITE_NOMEM);
        },
        nullptr, nullptr);
    return __real_sqlite3_exec(db, "SELECT no_memory()", nullptr, nullptr, nullptr);
}

}  // namespace

Statements::Statements(Disk& in_use, Guard guard) {
    removed = guard;
    answered_early = nullptr;
    disk = &in_use;
    changes = 0;
    failed_change = 0;
}

Statements::~Statements() {
    removed = Guard::none;
    answered_early = nullptr;
    disk = nullptr;
}

extern "C" {

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
    if (lacks_memory(statement)) return no_memory(sqlite3_db_handle(statement));
    const int code = __real_sqlite3_step(statement);
    if (removed == Guard::commit_error && code != SQLITE_DONE && is(statement, "COMMIT")) {
        __real_sqlite3_exec(sqlite3_db_handle(statement), "ROLLBACK", nullptr, nullptr, nullptr);
        return SQLITE_DONE;
    }
    return code;
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)

}  // extern "C"

}  // namespace cinema::simulation::machine
