#include "embedded/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "embedded/sqlite.hpp"

namespace cinema::embedded {

namespace {

constexpr int kPagesPerStep = 1'024;

const Sql kBackupBegin{"SELECT count(*) FROM sqlite_schema"};

std::unexpected<domain::Error> backup_failure(const std::filesystem::path& path,
                                              std::string_view doing, int error) {
    return domain::fail(domain::Errc::unavailable,
                        fmt::format("{}: {} failed: {}.", path.string(), doing,
                                    std::generic_category().message(error)));
}

/// Removes the unfinished copy unless it has become the target.
struct PartialFile {
    std::filesystem::path path;
    ~PartialFile() { ::unlink(path.c_str()); }
};

/// Copies all pages. The target connection is closed, and its file complete, when this returns.
void copy_database(const std::filesystem::path& database, const std::filesystem::path& partial,
                   const BackupProgress& progress) {
    Connection source(database, ConnectionOptions{.read_only = true});
    // The transaction is the moment that is copied: without it every commit of a server beside us
    // would make the copying start over.
    ReadTransaction moment(source);
    source.execute(kBackupBegin);

    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(partial.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)> target(opened, sqlite3_close_v2);
    if (code != SQLITE_OK) detail::throw_sqlite(opened, code, "opening the backup");

    const auto finish = [](sqlite3_backup* copy) { sqlite3_backup_finish(copy); };
    const std::unique_ptr<sqlite3_backup, decltype(finish)> copy(
        sqlite3_backup_init(opened, "main", source.handle(), "main"), finish);
    if (!copy) detail::throw_sqlite(opened, sqlite3_errcode(opened), "starting the backup");
    int step = SQLITE_OK;
    while (step == SQLITE_OK) {
        step = sqlite3_backup_step(copy.get(), kPagesPerStep);
        const int total = sqlite3_backup_pagecount(copy.get());
        if (progress) progress(total - sqlite3_backup_remaining(copy.get()), total);
    }
    if (step != SQLITE_DONE) throw SqliteError(step, sqlite3_errstr(step));
}

bool sync_path(const std::filesystem::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool synced = ::fsync(descriptor) == 0;
    const int error = errno;
    ::close(descriptor);
    errno = error;
    return synced;
}

}  // namespace

domain::Result<void> backup(const std::filesystem::path& database,
                            const std::filesystem::path& target, const BackupProgress& progress) {
    const auto exists = [&] {
        return domain::fail(domain::Errc::validation,
                            fmt::format("{} exists already. Choose another file: a backup never "
                                        "replaces one.",
                                        target.string()));
    };
    if (std::filesystem::exists(std::filesystem::symlink_status(target))) return exists();

    const PartialFile partial{target.string() + fmt::format(".partial-{}", ::getpid())};
    const int made = ::open(partial.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) return backup_failure(partial.path, "making the file", errno);
    ::close(made);
    try {
        copy_database(database, partial.path, progress);
    } catch (const SqliteError& error) {
        return domain::fail(domain::Errc::unavailable,
                            fmt::format("The backup failed: {}", error.what()));
    }
    if (!sync_path(partial.path, O_RDWR)) return backup_failure(partial.path, "fsync", errno);
    // link() refuses a target that has appeared meanwhile; rename() would replace it.
    if (::link(partial.path.c_str(), target.c_str()) != 0) {
        return errno == EEXIST ? exists() : backup_failure(target, "naming the file", errno);
    }
    const auto folder =
        target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
    if (!sync_path(folder, O_RDONLY | O_DIRECTORY)) return backup_failure(folder, "fsync", errno);
    return {};
}

}  // namespace cinema::embedded
