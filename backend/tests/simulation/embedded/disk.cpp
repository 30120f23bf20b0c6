#include "simulation/embedded/disk.hpp"

#include <algorithm>

namespace cinema::simulation::machine {

namespace {

constexpr std::size_t kSector = 512;

std::string_view name_of(Call call) {
    constexpr std::string_view kNames[] = {"open", "read", "write",  "truncate", "sync",
                                           "size", "lock", "remove", "exists",   "shared memory"};
    return kNames[static_cast<std::size_t>(call)];
}

void put_at(std::string& content, std::size_t at, std::string_view bytes) {
    if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
    content.replace(at, bytes.size(), bytes);
}

bool is_log(const File& file) {
    return file.name.ends_with("-wal");
}

bool is_database(const File& file) {
    return file.name.ends_with(".db");
}

}  // namespace

/// Every call begins here: whether it can be done at all.
int Disk::may(Call call, const std::string& name) {
    if (still_ > 0) return SQLITE_OK;
    if (ended_ != End::none) return error_of(call);
    if (end_ != End::none && calls_left_-- == 0) {
        end_now(end_);
        return error_of(call);
    }
    const bool moves = call == Call::read || call == Call::write || call == Call::sync;
    if (moves && meanwhile && plan_.within > 0 && random_.per_mille(plan_.within)) {
        meanwhile();
        if (ended_ != End::none) return error_of(call);
    }
    if (!trouble_) return SQLITE_OK;
    const bool locks = call == Call::lock;
    if (locks && random_.per_mille(plan_.busy)) return fail(call, name, SQLITE_BUSY);
    if (random_.per_mille(plan_.errors)) return fail(call, name, error_of(call));
    return SQLITE_OK;
}

int Disk::fail(Call call, const std::string& name, int code) {
    ++faults_;
    journal_.trace("      {} of {}: error {}", name_of(call), name, code);
    return code;
}

int Disk::error_of(Call call) {
    switch (call) {
        case Call::open:
            return SQLITE_CANTOPEN;
        case Call::read:
            return random_.one_in(2) ? SQLITE_IOERR_READ : SQLITE_IOERR_CORRUPTFS;
        case Call::write:
            return SQLITE_IOERR_WRITE;
        case Call::truncate:
            return SQLITE_IOERR_TRUNCATE;
        case Call::sync:
            return SQLITE_IOERR_FSYNC;
        case Call::size:
            return SQLITE_IOERR_FSTAT;
        case Call::lock:
            return SQLITE_IOERR_LOCK;
        case Call::remove:
            return SQLITE_IOERR_DELETE;
        case Call::exists:
            return SQLITE_IOERR_ACCESS;
        case Call::shared_memory:
            return SQLITE_IOERR_SHMMAP;
    }
    return SQLITE_IOERR;
}

bool Disk::lacks_memory(const std::string& statement, bool again) {
    if (!trouble_ || still_ > 0 || ended_ != End::none) return false;
    if (!again && !random_.per_mille(plan_.no_memory)) return false;
    ++faults_;
    journal_.trace("      no memory for: {}", statement);
    return true;
}

FilePtr Disk::find(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : found->second;
}

FilePtr Disk::create(const std::string& name) {
    auto file = std::make_shared<File>();
    file->name = name;
    names_[name] = file;
    renamings_.push_back({name, file});
    return file;
}

void Disk::remove(const std::string& name, bool sync_folder_too) {
    journal_.trace("      remove {}", name);
    names_.erase(name);
    renamings_.push_back({name, nullptr});
    if (sync_folder_too) sync_folder();
}

int Disk::write(File& file, const void* data, int size, sqlite3_int64 at) {
    Change change{.at = at, .bytes = std::string(static_cast<const char*>(data), size)};
    const bool alive = ended_ == End::none;
    int code = may(Call::write, file.name);
    if (ended_ != End::none && still_ == 0 && (!alive || ended_ == End::power_loss)) return code;
    const auto end = static_cast<std::size_t>(at) + change.bytes.size();
    const auto start = static_cast<std::size_t>(at);
    if (plan_.without(Guard::log_renewed) && is_log(file) && end <= file.content.size() &&
        file.content.compare(start, change.bytes.size(), change.bytes) == 0) {
        return code;
    }
    if (code == SQLITE_OK && full_ && still_ == 0 &&
        (plan_.full_everywhere || end > file.content.size())) {
        code = fail(Call::write, file.name, SQLITE_FULL);
    }
    // What fails may have done its first part.
    if (code != SQLITE_OK) change.bytes.resize(random_.below(change.bytes.size() + 1));
    if (!change.bytes.empty()) {
        put_at(file.content, static_cast<std::size_t>(at), change.bytes);
        journal_.trace("      write {} at {}: {} bytes", file.name, at, change.bytes.size());
        file.unsynced.push_back(std::move(change));
    }
    return code;
}

int Disk::truncate(File& file, sqlite3_int64 size) {
    if (const int code = may(Call::truncate, file.name); code != SQLITE_OK) return code;
    journal_.trace("      truncate {} to {}", file.name, size);
    file.content.resize(static_cast<std::size_t>(size));
    file.unsynced.push_back({.at = size, .bytes = {}, .truncates = true});
    return SQLITE_OK;
}

int Disk::sync(File& file, bool sync_folder_too) {
    const bool alive = ended_ == End::none;
    int code = may(Call::sync, file.name);
    if (code == SQLITE_OK && plan_.syncs_fail && trouble_ && still_ == 0 &&
        random_.one_in(is_database(file) ? 3 : 10)) {
        code = fail(Call::sync, file.name, SQLITE_IOERR_FSYNC);
    }
    if (plan_.without(Guard::log_synced) && is_log(file)) return code;
    if (plan_.without(Guard::checkpoint_synced) && is_database(file)) return code;
    if (code == SQLITE_OK) {
        journal_.trace("      sync {}: {} changes", file.name, file.unsynced.size());
        for (const Change& change : file.unsynced) apply(file.durable, change, 1'000);
        file.unsynced.clear();
        if (sync_folder_too) sync_folder();
    } else if (alive && ended_ == End::none && plan_.dirty_forgotten) {
        // As on Linux: what could not be written counts as written from now on.
        for (const Change& change : file.unsynced) apply(file.durable, change, 500);
        file.unsynced.clear();
    }
    // The engine goes by the code.
    if (code == SQLITE_IOERR_FSYNC && is_database(file) && plan_.without(Guard::checkpoints_end)) {
        return SQLITE_IOERR_WRITE;
    }
    return code;
}

void Disk::sync_folder() {
    if (plan_.without(Guard::folder_synced)) return;
    durable_names_ = names_;
    renamings_.clear();
}

void Disk::put(const std::string& name, std::string content) {
    auto file = std::make_shared<File>();
    file->name = name;
    file->content = content;
    file->durable = std::move(content);
    names_[name] = file;
    durable_names_[name] = file;
}

std::map<std::string, std::string> Disk::contents() const {
    std::map<std::string, std::string> all;
    for (const auto& [name, file] : names_) all[name] = file->content;
    return all;
}

void Disk::end_after(std::uint64_t calls, End how) {
    calls_left_ = calls;
    end_ = how;
}

void Disk::end_now(End how) {
    journal_.trace("{}", how == End::kill ? "KILLED" : "POWER LOST");
    ended_ = how;
    end_ = End::none;
    if (how == End::power_loss) lose_power();
}

void Disk::restart() {
    ended_ = End::none;
    end_ = End::none;
    for (const auto& [name, file] : names_) {
        file->shared_locks = 0;
        file->reserved = nullptr;
        file->exclusive = nullptr;
        file->mappings = 0;
        file->shared_memory.clear();
        file->slots_shared = {};
        file->slots_exclusive = {};
    }
}

void Disk::lose_power() {
    // Each name by itself: some of what was done to it last may be missing.
    std::map<std::string, std::vector<FilePtr>> histories;
    for (const auto& [name, file] : renamings_) histories[name].push_back(file);
    for (const auto& [name, history] : histories) {
        const std::uint64_t kept = random_.below(history.size() + 1);
        if (kept == 0) continue;
        if (history[kept - 1]) {
            durable_names_[name] = history[kept - 1];
        } else {
            durable_names_.erase(name);
        }
    }
    renamings_.clear();
    names_ = durable_names_;
    const std::uint64_t kept = std::array<std::uint64_t, 4>{0, 1'000, 500, 900}[random_.below(4)];
    for (const auto& [name, file] : names_) lose_power(*file, kept);
}

void Disk::lose_power(File& file, std::uint64_t kept_per_mille) {
    for (const Change& change : file.unsynced) apply(file.durable, change, kept_per_mille);
    if (!file.unsynced.empty()) {
        journal_.trace("      of {}, {} changes were not synced", file.name, file.unsynced.size());
    }
    file.unsynced.clear();
    file.content = file.durable;
}

/// Does to the platter what of a change gets there.
void Disk::apply(std::string& to, const Change& change, std::uint64_t kept_per_mille) {
    const bool whole = kept_per_mille == 1'000;
    if (change.truncates) {
        if (whole || random_.per_mille(kept_per_mille)) {
            to.resize(static_cast<std::size_t>(change.at));
        }
        return;
    }
    auto at = static_cast<std::size_t>(change.at);
    if (whole) return put_at(to, at, change.bytes);
    // The file may have grown although nothing has been written into it yet.
    if (plan_.torn && random_.one_in(4) && to.size() < at + change.bytes.size()) {
        to.resize(at + change.bytes.size());
    }
    std::string_view rest = change.bytes;
    while (!rest.empty()) {
        const std::size_t size = std::min(rest.size(), kSector - at % kSector);
        const auto piece = rest.substr(0, size);
        if (random_.per_mille(kept_per_mille)) {
            const bool tears = plan_.torn && random_.one_in(10);
            put_at(to, at, tears ? piece.substr(0, random_.below(size + 1)) : piece);
        }
        rest.remove_prefix(size);
        at += size;
    }
}

}  // namespace cinema::simulation::machine
