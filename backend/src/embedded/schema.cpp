#include "embedded/schema.hpp"

#include <fmt/format.h>

#include "migrations.hpp"

namespace cinema::embedded {

namespace {

constexpr int kApplicationId = 0x43494e45;  // "CINE", in the file's header

const Sql kUserVersion{"PRAGMA user_version"};
const Sql kApplicationIdOf{"PRAGMA application_id"};
const Sql kCountTables{"SELECT count(*) FROM sqlite_schema"};

int read_number(Connection& connection, const Sql& sql) {
    Query query = connection.query(sql);
    return query.next() ? static_cast<int>(query.integer(0)) : 0;
}

domain::Result<int> check_version(Connection& connection) {
    const int version = read_number(connection, kUserVersion);
    const int application = read_number(connection, kApplicationIdOf);
    const bool is_new = read_number(connection, kCountTables) == 0;
    if (!is_new && application != kApplicationId) {
        return domain::fail(domain::Errc::validation,
                            "The database file belongs to another application. Choose another "
                            "data folder (DATA_DIR).");
    }
    if (version > newest_schema_version()) {
        return domain::fail(
            domain::Errc::validation,
            fmt::format(
                "The database has schema version {}, and this program knows versions up to "
                "{} only. Run a newer program, or restore a backup made before the upgrade.",
                version, newest_schema_version()));
    }
    return version;
}

}  // namespace

int newest_schema_version() {
    return static_cast<int>(embedded_migrations().size());
}

domain::Result<Migrated> migrate(Connection& connection) {
    const auto before = check_version(connection);
    if (!before) return std::unexpected(before.error());
    if (*before == newest_schema_version()) return Migrated{*before, *before};

    Transaction transaction(connection);
    // Once more inside: another process may have migrated meanwhile.
    const auto version = check_version(connection);
    if (!version) return std::unexpected(version.error());
    const auto migrations = embedded_migrations();
    for (int next = *version; next < newest_schema_version(); ++next) {
        // Files are sorted by name and numbered from 0001, so a place in the list is a version.
        connection.script(std::string(migrations[static_cast<std::size_t>(next)].content));
    }
    connection.script(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}",
                                  kApplicationId, newest_schema_version()));
    transaction.commit();
    return Migrated{*version, newest_schema_version()};
}

}  // namespace cinema::embedded
