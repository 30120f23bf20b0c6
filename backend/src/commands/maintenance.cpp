#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "commands/tool.hpp"
#include "embedded/store.hpp"

/// backup and migrate.
namespace cinema::commands {

int backup(const config::Config& config, const std::filesystem::path& target) {
    if (config.is_cluster()) {
        fmt::print(stderr,
                   "cinema: the cluster's data is in MongoDB; back it up with mongodump, see "
                   "docs/operations.md\n");
        return 1;
    }
    const std::filesystem::path database = config.data_dir / "cinema.db";
    if (!std::filesystem::exists(database)) {
        fmt::print(stderr, "cinema: there is no database in {}; set DATA_DIR\n",
                   config.data_dir.string());
        return 1;
    }
    const bool show = ::isatty(2) == 1;
    const auto copied = embedded::backup(database, target, [show](int done, int total) {
        if (show && total > 0) fmt::print(stderr, "\r{:3} %", 100LL * done / total);
    });
    if (show) fmt::print(stderr, "\r");
    if (!copied) {
        fmt::print(stderr, "cinema: {}\n", copied.error().detail);
        return 1;
    }
    fmt::print("Backed up to {} ({} bytes).\n", target.string(),
               std::filesystem::file_size(target));
    return 0;
}

int migrate(const config::Config& config) {
    return with_store(config, [&config](Tool& tool) {
        if (config.is_cluster()) {
            fmt::print("MongoDB has every index that this version needs.\n");
            return 0;
        }
        const auto& store = dynamic_cast<const embedded::EmbeddedStore&>(*tool.store);
        const embedded::Migrated migrated = store.migrated();
        if (migrated.from == migrated.to) {
            fmt::print("The database is up to date: schema version {}.\n", migrated.to);
        } else {
            fmt::print("Migrated the database from schema version {} to {}.\n", migrated.from,
                       migrated.to);
        }
        return 0;
    });
}

}  // namespace cinema::commands
