#include "embedded/log_gathering.hpp"

#include <memory>
#include <vector>

#include "domain/ensure.hpp"

namespace cinema::embedded {

namespace {

/// More is handed on before the sync. SQLite's Unix layer takes less than 128 KiB at once.
constexpr std::size_t kGatheredBytesMax = 124 * 1024;

/// An open log; SQLite sees its first member and leaves room for the file below behind it.
struct LogFile {
    sqlite3_file base{};
    std::vector<char> gathered;
    sqlite3_int64 gathered_at = 0;  ///< where in the file the first gathered byte belongs
    int failed = SQLITE_OK;         ///< why something could not be handed on

    sqlite3_file* below() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    const sqlite3_io_methods& methods() { return *below()->pMethods; }

    sqlite3_int64 end() const { return gathered_at + static_cast<sqlite3_int64>(gathered.size()); }

    int hand_on() {
        if (failed == SQLITE_OK && !gathered.empty()) {
            failed = methods().xWrite(below(), gathered.data(), static_cast<int>(gathered.size()),
                                      gathered_at);
            gathered.clear();
        }
        return failed;
    }
};

LogFile& log_of(sqlite3_file* file) {
    return *reinterpret_cast<LogFile*>(file);
}

int write_log(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
    auto& log = log_of(file);
    const auto bytes = static_cast<std::size_t>(size);
    if (at != log.end() || log.gathered.size() + bytes > kGatheredBytesMax) {
        if (const int code = log.hand_on(); code != SQLITE_OK) return code;
        log.gathered_at = at;
    }
    if (log.failed != SQLITE_OK) return log.failed;
    const auto* start = static_cast<const char*>(data);
    log.gathered.insert(log.gathered.end(), start, start + bytes);
    return SQLITE_OK;
}

/// Any other access: first what was gathered, then what is asked for.
template <auto Method, typename... Args>
int after_handing_on(sqlite3_file* file, Args... args) {
    auto& log = log_of(file);
    if (const int code = log.hand_on(); code != SQLITE_OK) return code;
    return (log.methods().*Method)(log.below(), args...);
}

template <auto Method, typename... Args>
int straight(sqlite3_file* file, Args... args) {
    auto& log = log_of(file);
    return (log.methods().*Method)(log.below(), args...);
}

int close_log(sqlite3_file* file) {
    auto& log = log_of(file);
    const int handed_on = log.hand_on();
    const int closed = log.methods().xClose(log.below());
    std::destroy_at(&log);
    return handed_on != SQLITE_OK ? handed_on : closed;
}

/// The methods of version 1: a log is neither locked nor mapped nor shared.
constexpr sqlite3_io_methods kLogMethods{
    .iVersion = 1,
    .xClose = close_log,
    .xRead = after_handing_on<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>,
    .xWrite = write_log,
    .xTruncate = after_handing_on<&sqlite3_io_methods::xTruncate, sqlite3_int64>,
    .xSync = after_handing_on<&sqlite3_io_methods::xSync, int>,
    .xFileSize = after_handing_on<&sqlite3_io_methods::xFileSize, sqlite3_int64*>,
    .xLock = straight<&sqlite3_io_methods::xLock, int>,
    .xUnlock = straight<&sqlite3_io_methods::xUnlock, int>,
    .xCheckReservedLock = straight<&sqlite3_io_methods::xCheckReservedLock, int*>,
    .xFileControl = after_handing_on<&sqlite3_io_methods::xFileControl, int, void*>,
    .xSectorSize = straight<&sqlite3_io_methods::xSectorSize>,
    .xDeviceCharacteristics = straight<&sqlite3_io_methods::xDeviceCharacteristics>,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    auto* below = static_cast<sqlite3_vfs*>(vfs->pAppData);
    if ((flags & SQLITE_OPEN_WAL) == 0) return below->xOpen(below, name, file, flags, out_flags);
    auto& log = *std::construct_at(reinterpret_cast<LogFile*>(file));
    const int code = below->xOpen(below, name, log.below(), flags, out_flags);
    if (code != SQLITE_OK) {
        std::destroy_at(&log);
        file->pMethods = nullptr;  // SQLite need not close it
        return code;
    }
    log.base.pMethods = &kLogMethods;
    return SQLITE_OK;
}

}  // namespace

LogGathering::LogGathering() : below_(sqlite3_vfs_find(nullptr)), layer_{} {
    domain::ensure(below_ != nullptr, "SQLite has a way to files");
    layer_ = *below_;
    layer_.zName = "cinema-log-gathering";
    layer_.pNext = nullptr;
    layer_.pAppData = below_;
    layer_.szOsFile = static_cast<int>(sizeof(LogFile)) + below_->szOsFile;
    layer_.xOpen = open_file;
    const int code = sqlite3_vfs_register(&layer_, 1);
    domain::ensure(code == SQLITE_OK, "SQLite takes the layer");
}

LogGathering::~LogGathering() {
    sqlite3_vfs_unregister(&layer_);
    sqlite3_vfs_register(below_, 1);
}

}  // namespace cinema::embedded
