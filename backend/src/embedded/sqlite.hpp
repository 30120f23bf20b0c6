#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "domain/id.hpp"
#include "domain/time.hpp"

/// Owning wrappers around SQLite's C handles. Values only ever reach SQL as bound parameters.
/// Nothing here is thread-safe: a connection belongs to one thread at a time.
namespace cinema::embedded {

/// What SQLite answered when it did not do something. Thrown inside the engine only.
class SqliteError : public std::runtime_error {
  public:
    SqliteError(int extended_code, const std::string& message)
        : std::runtime_error(message), extended_code_(extended_code) {}

    int code() const { return extended_code_ & 0xff; }
    int extended_code() const { return extended_code_; }

    /// The disk, the file or another process is at fault and not our SQL: worth trying again.
    bool is_environmental() const;

  private:
    int extended_code_;
};

/// The text of one statement. A constant with static storage: its address is its name in the
/// cache of every connection.
struct Sql {
    explicit Sql(std::string statement) : text(std::move(statement)) {}
    Sql(const Sql&) = delete;
    Sql& operator=(const Sql&) = delete;

    const std::string text;
};

/// Bytes that are bound as a BLOB.
using Uuid = std::array<std::uint8_t, 16>;

namespace detail {

[[noreturn]] void throw_sqlite(sqlite3* handle, int code, std::string_view doing);

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<domain::Id<Tag>> : std::true_type {};

/// Values bound by address: they must outlive the execution, so temporaries are refused.
// NOLINTBEGIN(misc-redundant-expression): the nested tests differ
template <class T>
inline constexpr bool kBoundByAddress =
    std::is_same_v<T, std::string> || std::is_same_v<T, domain::ObjectId> ||
    std::is_same_v<T, Uuid> || IsId<T>::value || IsOptional<T>::value;
// NOLINTEND(misc-redundant-expression)

template <class T>
int bind_value(sqlite3_stmt* statement, int at, const T& value) {
    if constexpr (std::is_same_v<T, std::nullptr_t>) {
        return sqlite3_bind_null(statement, at);
    } else if constexpr (IsOptional<T>::value) {
        return value ? bind_value(statement, at, *value) : sqlite3_bind_null(statement, at);
    } else if constexpr (IsId<T>::value) {
        return bind_value(statement, at, value.value);
    } else if constexpr (std::is_same_v<T, domain::ObjectId>) {
        return sqlite3_bind_blob(statement, at, value.bytes.data(), 12, SQLITE_STATIC);
    } else if constexpr (std::is_same_v<T, Uuid>) {
        return sqlite3_bind_blob(statement, at, value.data(), 16, SQLITE_STATIC);
    } else if constexpr (std::is_same_v<T, domain::UtcTime>) {
        return sqlite3_bind_int64(statement, at, value.time_since_epoch().count());
    } else if constexpr (std::is_integral_v<T>) {
        return sqlite3_bind_int64(statement, at, static_cast<sqlite3_int64>(value));
    } else {
        const std::string_view text(value);
        // A null pointer would bind NULL instead of an empty text.
        return sqlite3_bind_text(statement, at, text.data() ? text.data() : "",
                                 static_cast<int>(text.size()), SQLITE_STATIC);
    }
}

}  // namespace detail

/// One execution of a statement: rows are read with next(). Resets the statement when it goes out
/// of scope, which also ends the read transaction it may have opened.
class Query {
  public:
    Query(sqlite3* handle, sqlite3_stmt* statement) : handle_(handle), statement_(statement) {}
    ~Query() {
        if (statement_) sqlite3_reset(statement_);
    }
    Query(Query&& other) noexcept
        : handle_(other.handle_), statement_(std::exchange(other.statement_, nullptr)) {}
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    Query& operator=(Query&&) = delete;

    /// Moves to the next row; false when there is none.
    bool next() {
        const int code = sqlite3_step(statement_);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE) return false;
        detail::throw_sqlite(handle_, code, sqlite3_sql(statement_));
    }

    bool is_null(int column) const {
        return sqlite3_column_type(statement_, column) == SQLITE_NULL;
    }
    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    /// Valid until the next next().
    std::string_view text(int column) const;
    domain::UtcTime time(int column) const {
        return domain::UtcTime{std::chrono::milliseconds{integer(column)}};
    }
    /// Bytes of an exact length; anything else is a damaged database (SQLITE_CORRUPT).
    domain::ObjectId object_id(int column) const;
    Uuid uuid(int column) const;
    template <class IdType>
    IdType id(int column) const {
        return IdType{object_id(column)};
    }

  private:
    sqlite3* handle_;
    sqlite3_stmt* statement_;
};

/// A statement made at run time, for searches whose text depends on the filter.
class Statement {
  public:
    Statement(sqlite3* handle, const std::string& text, unsigned prepare_flags);
    ~Statement() { sqlite3_finalize(statement_); }
    Statement(Statement&& other) noexcept
        : handle_(other.handle_), statement_(std::exchange(other.statement_, nullptr)) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    Statement& operator=(Statement&&) = delete;

    /// Parameters count from 1. The value must outlive the execution.
    template <class T>
    void bind(int at, const T& value) {
        const int code = detail::bind_value(statement_, at, value);
        if (code != SQLITE_OK) detail::throw_sqlite(handle_, code, "bind");
    }
    Query run() { return Query(handle_, statement_); }
    bool is_busy() const { return sqlite3_stmt_busy(statement_) != 0; }

  private:
    sqlite3* handle_;
    sqlite3_stmt* statement_ = nullptr;
};

/// Settings of SQLite as a whole, made once. Each connection sees to it; only who puts a layer of
/// his own over the access to files calls it before.
void configure_library();

struct ConnectionOptions {
    bool read_only = false;
    int busy_timeout_ms = 10'000;  ///< how long another process may hold the write lock
    int cache_kib = 2'048;
};

/// A database connection with its prepared statements, set up the way all of ours are: WAL,
/// synchronous=FULL, foreign keys on, no checkpoints of its own.
class Connection {
  public:
    /// Throws SqliteError. The file must exist (see DataFolder).
    Connection(const std::filesystem::path& file, const ConnectionOptions& options);

    /// Starts a statement. Arguments are bound in order; see detail::kBoundByAddress.
    template <class... Args>
    Query query(const Sql& sql, Args&&... args) {
        Statement& statement = prepared(sql);
        int at = 0;
        (bind_argument<Args>(statement, ++at, args), ...);
        return statement.run();
    }

    /// Runs a statement to its end; answers how many rows it inserted, changed or deleted.
    template <class... Args>
    int execute(const Sql& sql, Args&&... args) {
        Query run = query(sql, std::forward<Args>(args)...);
        while (run.next()) {
        }
        return sqlite3_changes(handle_.get());
    }

    /// Runs statements without parameters (schema, pragmas).
    void script(const std::string& statements);

    Statement prepare(const std::string& text) { return Statement(handle_.get(), text, 0); }

    /// Whether closing it, as the last one, leaves the log as it is instead of copying it into the
    /// database file and removing it. Throws SqliteError.
    void keep_log(bool keep);

    bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }
    /// Undoes the open transaction, if there is one. Never throws: SQLite undoes it on its own
    /// when even this fails.
    void roll_back() noexcept;

    sqlite3* handle() const { return handle_.get(); }

  private:
    template <class Arg, class Value>
    static void bind_argument(Statement& statement, int at, const Value& value) {
        using Plain = std::remove_cvref_t<Arg>;
        static_assert(!detail::kBoundByAddress<Plain> || std::is_lvalue_reference_v<Arg>,
                      "bound by address: give the value a name that outlives the query");
        statement.bind(at, value);
    }
    Statement& prepared(const Sql& sql);

    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
    std::unordered_map<const Sql*, Statement> statements_;
};

/// BEGIN IMMEDIATE … COMMIT; undone unless committed. Waits for another process's write lock.
class Transaction {
  public:
    explicit Transaction(Connection& connection);
    ~Transaction() {
        if (!committed_) connection_.roll_back();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    void commit();

  private:
    Connection& connection_;
    bool committed_ = false;
};

/// A part of a transaction that can be undone alone; undone unless kept.
class Savepoint {
  public:
    explicit Savepoint(Connection& connection);
    ~Savepoint();
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;

    void keep();

  private:
    Connection& connection_;
    bool kept_ = false;
};

/// BEGIN … COMMIT for reading: everything inside sees one state of the database.
class ReadTransaction {
  public:
    explicit ReadTransaction(Connection& connection);
    ~ReadTransaction() { connection_.roll_back(); }
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

  private:
    Connection& connection_;
};

}  // namespace cinema::embedded
