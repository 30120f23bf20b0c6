#include "embedded/data_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace cinema::embedded {

namespace {

std::unexpected<domain::Error> folder_failure(const std::filesystem::path& path,
                                              std::string_view doing, int error) {
    return domain::fail(domain::Errc::unavailable,
                        fmt::format("{}: {} failed: {}. Choose a writable data folder (DATA_DIR).",
                                    path.string(), doing, std::generic_category().message(error)));
}

domain::Result<int> take_lock(const std::filesystem::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return folder_failure(path, "opening the lock file", errno);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        ::close(descriptor);
        if (error != EWOULDBLOCK) return folder_failure(path, "locking", error);
        return domain::fail(domain::Errc::unavailable,
                            fmt::format("Another server already uses the data folder {}. Stop it, "
                                        "or choose another folder (DATA_DIR).",
                                        path.parent_path().string()));
    }
    return descriptor;
}

/// Makes a folder whose parent is there, so that it is still there after a power loss; no error
/// when it is there already.
domain::Result<void> make_folder(const std::filesystem::path& folder, mode_t mode) {
    if (::mkdir(folder.c_str(), mode) != 0) {
        if (errno == EEXIST) return {};
        return folder_failure(folder, "making the folder", errno);
    }
    const auto parent = folder.has_parent_path() ? folder.parent_path() : ".";
    const int descriptor = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return folder_failure(parent, "opening the folder", errno);
    const int synced = ::fsync(descriptor);
    const int error = errno;
    ::close(descriptor);
    // EINVAL: these folders cannot be synced.
    if (synced != 0 && error != EINVAL) return folder_failure(parent, "syncing the folder", error);
    return {};
}

}  // namespace

domain::Result<DataFolder> DataFolder::open(const std::filesystem::path& path, Use use) {
    // "data/" has an empty last part: it means "data".
    const auto folder = path.has_filename() ? path : path.parent_path();
    std::filesystem::path made;
    for (const auto& part : folder.parent_path()) {
        made /= part;
        const auto there = make_folder(made, 0777);  // less the umask
        if (!there) return std::unexpected(there.error());
    }
    const auto there = make_folder(folder, 0700);
    if (!there) return std::unexpected(there.error());
    // Before SQLite makes it with the umask's mode; its -wal and -shm files take this file's.
    const auto database = folder / "cinema.db";
    const int descriptor = ::open(database.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor >= 0) {
        ::close(descriptor);
    } else if (errno != EEXIST) {
        return folder_failure(database, "making the database", errno);
    }
    int lock = -1;
    if (use == Use::server) {
        const auto taken = take_lock(folder / "lock");
        if (!taken) return std::unexpected(taken.error());
        lock = *taken;
    }
    return DataFolder(folder, lock);
}

DataFolder::DataFolder(DataFolder&& other) noexcept
    : folder_(std::move(other.folder_)),
      lock_descriptor_(std::exchange(other.lock_descriptor_, -1)) {}

DataFolder::~DataFolder() {
    if (lock_descriptor_ >= 0) ::close(lock_descriptor_);
}

}  // namespace cinema::embedded
