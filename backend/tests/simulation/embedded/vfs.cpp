#include "simulation/embedded/vfs.hpp"

#include <cstring>
#include <filesystem>

#include "embedded/log_gathering.hpp"
#include "embedded/sqlite.hpp"

namespace cinema::simulation::machine {

namespace {

Disk* current = nullptr;
Random current_entropy(0);

/// An open file, in the room that SQLite gives.
struct Handle {
    sqlite3_file base{};
    FilePtr file;
    bool sync_folder = false;  ///< with the first sync, as SQLite's Unix layer does
    bool remove_at_end = false;
    int lock = SQLITE_LOCK_NONE;
    bool mapped = false;
    unsigned shared_slots = 0;
    unsigned exclusive_slots = 0;
};

Handle& handle_of(sqlite3_file* file) {
    return *reinterpret_cast<Handle*>(file);
}

int unlock(sqlite3_file* opened, int level) {
    Handle& handle = handle_of(opened);
    File& file = *handle.file;
    if (handle.lock <= level) return SQLITE_OK;
    if (file.exclusive == &handle) file.exclusive = nullptr;
    if (file.reserved == &handle) file.reserved = nullptr;
    if (level == SQLITE_LOCK_NONE && file.shared_locks > 0) --file.shared_locks;
    handle.lock = level;
    return SQLITE_OK;
}

int lock(sqlite3_file* opened, int level) {
    Handle& handle = handle_of(opened);
    File& file = *handle.file;
    if (handle.lock >= level) return SQLITE_OK;
    if (const int code = current->may(Call::lock, file.name); code != SQLITE_OK) return code;
    if (file.exclusive && file.exclusive != &handle) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_SHARED) {
        ++file.shared_locks;
    } else {
        if (file.reserved && file.reserved != &handle) return SQLITE_BUSY;
        if (level == SQLITE_LOCK_RESERVED) file.reserved = &handle;
        if (level == SQLITE_LOCK_EXCLUSIVE) {
            if (file.shared_locks > 1) return SQLITE_BUSY;
            file.exclusive = &handle;
        }
    }
    handle.lock = level;
    return SQLITE_OK;
}

int unmap(sqlite3_file* opened, int) {
    Handle& handle = handle_of(opened);
    if (!handle.mapped) return SQLITE_OK;
    handle.mapped = false;
    File& file = *handle.file;
    // The last one's memory is of no use to the next, who begins with a recovery.
    if (--file.mappings == 0) file.shared_memory.clear();
    return SQLITE_OK;
}

int map(sqlite3_file* opened, int region, int size, int extend, void volatile** out) {
    Handle& handle = handle_of(opened);
    File& file = *handle.file;
    *out = nullptr;
    if (const int code = current->may(Call::shared_memory, file.name); code != SQLITE_OK) {
        return code;
    }
    if (!handle.mapped) ++file.mappings;
    handle.mapped = true;
    if (size > 32'768) return SQLITE_IOERR_SHMSIZE;
    const auto index = static_cast<std::size_t>(region);
    if (index >= file.shared_memory.size() && !extend) return SQLITE_OK;
    while (index >= file.shared_memory.size()) {
        file.shared_memory.push_back(std::make_unique<std::array<char, 32'768>>());
    }
    *out = file.shared_memory[index]->data();
    return SQLITE_OK;
}

int lock_slots(sqlite3_file* opened, int first, int count, int flags) {
    Handle& handle = handle_of(opened);
    File& file = *handle.file;
    const bool shared = (flags & SQLITE_SHM_SHARED) != 0;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (int i = first; i < first + count; ++i) {
            const unsigned bit = 1U << i;
            if (shared && (handle.shared_slots & bit) != 0) --file.slots_shared[i];
            if (!shared && file.slots_exclusive[i] == &handle) file.slots_exclusive[i] = nullptr;
            (shared ? handle.shared_slots : handle.exclusive_slots) &= ~bit;
        }
        return SQLITE_OK;
    }
    if (const int code = current->may(Call::lock, file.name + "-shm"); code != SQLITE_OK) {
        return code == SQLITE_BUSY ? code : SQLITE_IOERR_SHMLOCK;
    }
    for (int i = first; i < first + count; ++i) {
        const bool own_shared = (handle.shared_slots & (1U << i)) != 0;
        if (file.slots_exclusive[i] && file.slots_exclusive[i] != &handle) return SQLITE_BUSY;
        if (!shared && file.slots_shared[i] > (own_shared ? 1 : 0)) return SQLITE_BUSY;
    }
    for (int i = first; i < first + count; ++i) {
        const unsigned bit = 1U << i;
        if (shared && (handle.shared_slots & bit) == 0) ++file.slots_shared[i];
        if (!shared) file.slots_exclusive[i] = &handle;
        (shared ? handle.shared_slots : handle.exclusive_slots) |= bit;
    }
    return SQLITE_OK;
}

int close(sqlite3_file* opened) {
    Handle& handle = handle_of(opened);
    for (int i = 0; i < SQLITE_SHM_NLOCK; ++i) {
        lock_slots(opened, i, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
        lock_slots(opened, i, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
    }
    unmap(opened, 0);
    unlock(opened, SQLITE_LOCK_NONE);
    if (handle.remove_at_end) current->remove(handle.file->name, false);
    std::destroy_at(&handle);
    return SQLITE_OK;
}

int read(sqlite3_file* opened, void* data, int size, sqlite3_int64 at) {
    const File& file = *handle_of(opened).file;
    // First: others may write meanwhile.
    const int code = current->may(Call::read, file.name);
    const std::string_view content = file.content;
    const auto start = std::min(static_cast<std::size_t>(at), content.size());
    auto there = content.substr(start, static_cast<std::size_t>(size));
    // A read that fails has come some way. (It never passes for a short one: SQLite's Unix layer
    // reads on until the file's end.)
    if (code != SQLITE_OK) there = there.substr(0, current->random().below(there.size() + 1));
    std::memcpy(data, there.data(), there.size());
    if (code != SQLITE_OK) return code;
    if (there.size() == static_cast<std::size_t>(size)) return SQLITE_OK;
    std::memset(static_cast<char*>(data) + there.size(), 0,
                static_cast<std::size_t>(size) - there.size());
    return SQLITE_IOERR_SHORT_READ;
}

int sync(sqlite3_file* opened, int) {
    Handle& handle = handle_of(opened);
    const int code = current->sync(*handle.file, handle.sync_folder);
    if (code == SQLITE_OK) handle.sync_folder = false;
    return code;
}

const sqlite3_io_methods& methods() {
    static const sqlite3_io_methods kMethods = [] {
        sqlite3_io_methods m{};
        m.iVersion = 2;
        m.xClose = close;
        m.xRead = read;
        m.xWrite = [](sqlite3_file* f, const void* data, int size, sqlite3_int64 at) {
            return current->write(*handle_of(f).file, data, size, at);
        };
        m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
            return current->truncate(*handle_of(f).file, size);
        };
        m.xSync = sync;
        m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
            const File& file = *handle_of(f).file;
            *size = static_cast<sqlite3_int64>(file.content.size());
            return current->may(Call::size, file.name);
        };
        m.xLock = lock;
        m.xUnlock = unlock;
        m.xCheckReservedLock = [](sqlite3_file* f, int* out) {
            const File& file = *handle_of(f).file;
            *out = file.reserved || file.exclusive ? 1 : 0;
            return SQLITE_OK;
        };
        m.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
        // As SQLite's Unix layer tells of itself.
        m.xSectorSize = [](sqlite3_file*) { return 4'096; };
        m.xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; };
        m.xShmMap = map;
        m.xShmLock = lock_slots;
        m.xShmBarrier = [](sqlite3_file*) {};
        m.xShmUnmap = unmap;
        return m;
    }();
    return kMethods;
}

/// Names without their folder: there is one.
std::string name_of(const char* path) {
    return path ? std::filesystem::path(path).filename().string() : std::string("temporary");
}

int open(sqlite3_vfs*, const char* path, sqlite3_file* opened, int flags, int* out_flags) {
    opened->pMethods = nullptr;
    const std::string name = name_of(path);
    if (const int code = current->may(Call::open, name); code != SQLITE_OK) return code;
    FilePtr file = current->find(name);
    if (!file) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
        file = current->create(name);
    }
    Handle& handle = *std::construct_at(reinterpret_cast<Handle*>(opened));
    handle.file = std::move(file);
    handle.sync_folder =
        (flags & SQLITE_OPEN_CREATE) != 0 && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL));
    handle.remove_at_end = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    handle.base.pMethods = &methods();
    if (out_flags) *out_flags = flags;
    return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* path, int sync_folder) {
    const std::string name = name_of(path);
    if (const int code = current->may(Call::remove, name); code != SQLITE_OK) return code;
    if (!current->find(name)) return SQLITE_IOERR_DELETE_NOENT;
    current->remove(name, sync_folder != 0);
    return SQLITE_OK;
}

int exists(sqlite3_vfs*, const char* path, int, int* out) {
    const std::string name = name_of(path);
    *out = 0;
    if (const int code = current->may(Call::exists, name); code != SQLITE_OK) return code;
    const FilePtr file = current->find(name);
    // SQLite's Unix layer: an empty file does not count as there.
    *out = file && !file->content.empty() ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
    if (std::strlen(path) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::strcpy(out, path);
    return SQLITE_OK;
}

int entropy(sqlite3_vfs*, int size, char* out) {
    for (int i = 0; i < size; ++i) out[i] = static_cast<char>(current_entropy.next());
    return size;
}

/// SQLite's default from now on, for good: its files are in memory.
void install() {
    static const bool done = [] {
        cinema::embedded::configure_library();
        static sqlite3_vfs vfs{};
        vfs.iVersion = 2;
        vfs.szOsFile = static_cast<int>(sizeof(Handle));
        vfs.mxPathname = 512;
        vfs.zName = "simulated";
        vfs.xOpen = open;
        vfs.xDelete = remove;
        vfs.xAccess = exists;
        vfs.xFullPathname = full_path;
        vfs.xRandomness = entropy;
        vfs.xSleep = [](sqlite3_vfs*, int micros) { return micros; };
        vfs.xCurrentTime = [](sqlite3_vfs*, double* day) {
            *day = 2461041.5;
            return SQLITE_OK;
        };
        vfs.xGetLastError = [](sqlite3_vfs*, int, char*) { return SQLITE_OK; };
        vfs.xCurrentTimeInt64 = [](sqlite3_vfs*, sqlite3_int64* millis) {
            *millis = 212'633'985'600'000;
            return SQLITE_OK;
        };
        sqlite3_vfs_register(&vfs, 1);
        static const cinema::embedded::LogGathering gathering;
        return true;
    }();
    static_cast<void>(done);
}

}  // namespace

DiskInUse::DiskInUse(Disk& disk, std::uint64_t seed) {
    install();
    current = &disk;
    current_entropy = Random(seed ^ 0x656e74ULL);
    // SQLite makes its own chance from the layer's again.
    sqlite3_randomness(0, nullptr);
}

DiskInUse::~DiskInUse() {
    current = nullptr;
}

}  // namespace cinema::simulation::machine
