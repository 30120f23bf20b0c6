#include "embedded/sqlite.hpp"

#include <fmt/format.h>

#include <cstring>
#include <mutex>

#include "domain/ensure.hpp"
#include "embedded/log_gathering.hpp"
#include "embedded/page_cache.hpp"

namespace cinema::embedded {

namespace {

const Sql kBeginImmediate{"BEGIN IMMEDIATE"};
const Sql kBeginRead{"BEGIN"};
const Sql kCommit{"COMMIT"};
const Sql kRollback{"ROLLBACK"};
const Sql kSavepoint{"SAVEPOINT command"};
const Sql kRollbackToSavepoint{"ROLLBACK TO command"};
const Sql kReleaseSavepoint{"RELEASE command"};

[[noreturn]] void throw_damaged(const char* what) {
    throw SqliteError(SQLITE_CORRUPT, fmt::format("the database is damaged: {}", what));
}

}  // namespace

void configure_library() {
    static std::once_flag once;
    std::call_once(once, [] {
        // Its memory statistics take a global lock around every allocation; nobody reads them.
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
        // What a savepoint needs to be undone stays in memory: a batch is small.
        sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
        skip_useless_cache_searches();
        // Never destroyed: connections may be closed while the process ends.
        static const auto* const gathering = new LogGathering;
        static_cast<void>(gathering);
    });
}

bool SqliteError::is_environmental() const {
    switch (code()) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_NOMEM:
        case SQLITE_READONLY:
        case SQLITE_INTERRUPT:
        case SQLITE_IOERR:
        case SQLITE_CORRUPT:
        case SQLITE_FULL:
        case SQLITE_CANTOPEN:
        case SQLITE_PROTOCOL:
        case SQLITE_NOTADB:
            return true;
        default:
            return false;
    }
}

namespace detail {

void throw_sqlite(sqlite3* handle, int code, std::string_view doing) {
    const int extended = handle ? sqlite3_extended_errcode(handle) : code;
    const char* message = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    throw SqliteError(extended, fmt::format("SQLite: {} (code {}) in: {}", message, extended,
                                            doing.substr(0, 200)));
}

}  // namespace detail

std::string_view Query::text(int column) const {
    // The pointer first: asking for it may convert the value, and the length is that of the result.
    const auto* start = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (!start) return {};
    return {start, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

domain::ObjectId Query::object_id(int column) const {
    domain::ObjectId id;
    const void* bytes = sqlite3_column_blob(statement_, column);
    if (sqlite3_column_bytes(statement_, column) != static_cast<int>(id.bytes.size())) {
        throw_damaged("an id is not 12 bytes long");
    }
    std::memcpy(id.bytes.data(), bytes, id.bytes.size());
    return id;
}

Uuid Query::uuid(int column) const {
    Uuid uuid;
    const void* bytes = sqlite3_column_blob(statement_, column);
    if (sqlite3_column_bytes(statement_, column) != static_cast<int>(uuid.size())) {
        throw_damaged("an event id is not 16 bytes long");
    }
    std::memcpy(uuid.data(), bytes, uuid.size());
    return uuid;
}

Statement::Statement(sqlite3* handle, const std::string& text, unsigned prepare_flags)
    : handle_(handle) {
    const int code = sqlite3_prepare_v3(handle, text.c_str(), static_cast<int>(text.size()) + 1,
                                        prepare_flags, &statement_, nullptr);
    if (code != SQLITE_OK) detail::throw_sqlite(handle, code, text);
}

Connection::Connection(const std::filesystem::path& file, const ConnectionOptions& options) {
    configure_library();
    sqlite3* opened = nullptr;
    // Without its own mutex: each connection is used by one thread at a time.
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    handle_.reset(opened);
    if (code != SQLITE_OK) detail::throw_sqlite(opened, code, "opening " + file.string());
    sqlite3_busy_timeout(opened, options.busy_timeout_ms);
    script(
        fmt::format("PRAGMA foreign_keys=ON;"
                    "PRAGMA trusted_schema=OFF;"
                    "PRAGMA temp_store=MEMORY;"
                    "PRAGMA cache_size=-{};",
                    options.cache_kib));
    if (options.read_only) return;
    script(
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=FULL;"
        // Deleted rows need not be overwritten with zeros; Debian's build does by default.
        "PRAGMA secure_delete=OFF;"
        "PRAGMA wal_autocheckpoint=0;");
}

void Connection::keep_log(bool keep) {
    const int code = sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
                                       static_cast<int>(keep), nullptr);
    if (code != SQLITE_OK) detail::throw_sqlite(handle_.get(), code, "keeping the log");
}

void Connection::script(const std::string& statements) {
    const int code = sqlite3_exec(handle_.get(), statements.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) detail::throw_sqlite(handle_.get(), code, statements);
}

Statement& Connection::prepared(const Sql& sql) {
    auto found = statements_.find(&sql);
    if (found == statements_.end()) {
        found =
            statements_.emplace(&sql, Statement(handle_.get(), sql.text, SQLITE_PREPARE_PERSISTENT))
                .first;
    }
    domain::ensure(!found->second.is_busy(), "a statement is not started inside itself");
    return found->second;
}

void Connection::roll_back() noexcept {
    if (!in_transaction()) return;
    try {
        execute(kRollback);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
        // SQLite keeps the transaction only when a statement is still reading, which RAII rules
        // out; after an I/O error it has already undone everything.
    }
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
    connection_.execute(kBeginImmediate);
}

void Transaction::commit() {
    connection_.execute(kCommit);
    committed_ = true;
}

Savepoint::Savepoint(Connection& connection) : connection_(connection) {
    connection_.execute(kSavepoint);
}

Savepoint::~Savepoint() {
    // After some errors SQLite has undone the whole transaction, and the savepoint with it.
    if (kept_ || !connection_.in_transaction()) return;
    try {
        connection_.execute(kRollbackToSavepoint);
        connection_.execute(kReleaseSavepoint);
    } catch (const std::exception&) {
        connection_.roll_back();
    }
}

void Savepoint::keep() {
    connection_.execute(kReleaseSavepoint);
    kept_ = true;
}

ReadTransaction::ReadTransaction(Connection& connection) : connection_(connection) {
    connection_.execute(kBeginRead);
}

}  // namespace cinema::embedded
