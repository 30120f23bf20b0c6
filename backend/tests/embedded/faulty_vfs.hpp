#pragma once

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <string_view>

#include "embedded/sqlite.hpp"

namespace cinema::embedded {

/// SQLite's file layer with faults that a test switches on: while one lives, it is the default for
/// every connection that is opened. Only the write-ahead log is affected: its writes and syncs are
/// what a commit consists of.
class FaultyVfs {
  public:
    std::atomic<bool> fail_sync{false};
    std::atomic<bool> fail_write{false};  ///< with "disk full"

    FaultyVfs() {
        configure_library();
        real_ = sqlite3_vfs_find(nullptr);
        vfs_ = *real_;
        vfs_.zName = "faulty";
        vfs_.pNext = nullptr;
        vfs_.pAppData = this;
        vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
        vfs_.xOpen = open;
        sqlite3_vfs_register(&vfs_, 1);
    }
    ~FaultyVfs() {
        release_syncs();
        sqlite3_vfs_unregister(&vfs_);
        sqlite3_vfs_register(real_, 1);
    }
    FaultyVfs(const FaultyVfs&) = delete;
    FaultyVfs& operator=(const FaultyVfs&) = delete;

    int log_writes() const { return log_writes_; }

    /// From now on a sync of the log waits until release_syncs().
    void hold_syncs() {
        std::lock_guard lock(mutex_);
        held_ = true;
    }
    void release_syncs() {
        {
            std::lock_guard lock(mutex_);
            held_ = false;
        }
        changed_.notify_all();
    }
    /// Waits until a sync is waiting; false when none has come within a few seconds.
    bool wait_for_a_sync() {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds{5}, [this] { return waiting_ > 0; });
    }

  private:
    struct File {
        sqlite3_file base;
        FaultyVfs* owner;
        bool is_log;
        sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };
    static File* file_of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
    static sqlite3_file* real_of(sqlite3_file* file) { return file_of(file)->real(); }

    static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* opened, int flags,
                    int* out_flags) {
        auto* owner = static_cast<FaultyVfs*>(vfs->pAppData);
        File* file = file_of(opened);
        file->base.pMethods = nullptr;
        file->owner = owner;
        file->is_log = (flags & SQLITE_OPEN_WAL) != 0;
        const int code = owner->real_->xOpen(owner->real_, name, file->real(), flags, out_flags);
        if (code == SQLITE_OK) file->base.pMethods = &methods();
        return code;
    }

    static int sync(sqlite3_file* file, int flags) {
        File* mine = file_of(file);
        if (mine->is_log) {
            FaultyVfs& owner = *mine->owner;
            std::unique_lock lock(owner.mutex_);
            ++owner.waiting_;
            owner.changed_.notify_all();
            owner.changed_.wait(lock, [&] { return !owner.held_; });
            --owner.waiting_;
            if (owner.fail_sync) return SQLITE_IOERR_FSYNC;
        }
        return mine->real()->pMethods->xSync(mine->real(), flags);
    }

    static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
        File* mine = file_of(file);
        if (mine->is_log) {
            if (mine->owner->fail_write) return SQLITE_FULL;
            ++mine->owner->log_writes_;
        }
        return mine->real()->pMethods->xWrite(mine->real(), data, size, at);
    }

    static const sqlite3_io_methods& methods() {
        static const sqlite3_io_methods kMethods = [] {
            sqlite3_io_methods m{};
            m.iVersion = 2;
            m.xClose = [](sqlite3_file* f) { return real_of(f)->pMethods->xClose(real_of(f)); };
            m.xRead = [](sqlite3_file* f, void* data, int size, sqlite3_int64 at) {
                return real_of(f)->pMethods->xRead(real_of(f), data, size, at);
            };
            m.xWrite = write;
            m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
                return real_of(f)->pMethods->xTruncate(real_of(f), size);
            };
            m.xSync = sync;
            m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
                return real_of(f)->pMethods->xFileSize(real_of(f), size);
            };
            m.xLock = [](sqlite3_file* f, int lock) {
                return real_of(f)->pMethods->xLock(real_of(f), lock);
            };
            m.xUnlock = [](sqlite3_file* f, int lock) {
                return real_of(f)->pMethods->xUnlock(real_of(f), lock);
            };
            m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
                return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
            };
            m.xFileControl = [](sqlite3_file* f, int op, void* argument) {
                return real_of(f)->pMethods->xFileControl(real_of(f), op, argument);
            };
            m.xSectorSize = [](sqlite3_file* f) {
                return real_of(f)->pMethods->xSectorSize(real_of(f));
            };
            m.xDeviceCharacteristics = [](sqlite3_file* f) {
                return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
            };
            m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
                return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, out);
            };
            m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
                return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
            };
            m.xShmBarrier = [](sqlite3_file* f) { real_of(f)->pMethods->xShmBarrier(real_of(f)); };
            m.xShmUnmap = [](sqlite3_file* f, int remove) {
                return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
            };
            return m;
        }();
        return kMethods;
    }

    sqlite3_vfs vfs_{};
    sqlite3_vfs* real_ = nullptr;
    std::atomic<int> log_writes_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    int waiting_ = 0;
};

}  // namespace cinema::embedded
