#pragma once

#include <sqlite3.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "simulation/cluster/journal.hpp"
#include "simulation/embedded/plan.hpp"

namespace cinema::simulation::machine {

/// What a program asks of its files.
enum class Call { open, read, write, truncate, sync, size, lock, remove, exists, shared_memory };

/// Something done to a file that a power loss may undo.
struct Change {
    sqlite3_int64 at = 0;  ///< the new size, of a truncation
    std::string bytes;
    bool truncates = false;
};

/// A file: what programs see, and what is certain to be there after a power loss.
struct File {
    std::string name;
    std::string content;
    std::string durable;
    std::vector<Change> unsynced;  ///< in order

    // The locks of sqlite.org/lockingv3.html and the shared memory of sqlite.org/walformat.html,
    // by who opened it. They end with the process.
    int shared_locks = 0;
    const void* reserved = nullptr;
    const void* exclusive = nullptr;
    int mappings = 0;
    std::vector<std::unique_ptr<std::array<char, 32'768>>> shared_memory;
    std::array<int, SQLITE_SHM_NLOCK> slots_shared{};
    std::array<const void*, SQLITE_SHM_NLOCK> slots_exclusive{};
};

using FilePtr = std::shared_ptr<File>;

/// A disk with one folder, in memory. It knows what was synced; when the power goes, chance says
/// what becomes of the rest: sector by sector, in any order.
class Disk {
  public:
    enum class End { none, kill, power_loss };

    Disk(const Plan& plan, Random& random, Journal& journal)
        : plan_(plan), random_(random), journal_(journal) {}

    // What the layer under SQLite asks. Each answers an SQLite code.
    int may(Call call, const std::string& name);
    FilePtr find(const std::string& name) const;
    FilePtr create(const std::string& name);
    void remove(const std::string& name, bool sync_folder);
    int write(File& file, const void* data, int size, sqlite3_int64 at);
    int truncate(File& file, sqlite3_int64 size);
    int sync(File& file, bool sync_folder);
    void sync_folder();
    /// Whether memory runs out for a change in the middle of a transaction; `again`: it does.
    bool lacks_memory(const std::string& statement, bool again);

    /// Files that are whole and synced, as a folder to begin with.
    void put(const std::string& name, std::string content);
    std::map<std::string, std::string> contents() const;

    /// Faults, from now on.
    void trouble(bool on) { trouble_ = on; }
    void full(bool on) { full_ = on; }
    /// The process or the machine ends within the call after `calls` others.
    void end_after(std::uint64_t calls, End how);
    /// Now, between two calls.
    void end_now(End how);
    End ended() const { return ended_; }
    /// The machine is there again, without any process. What is on disk is certain now.
    void restart();

    /// How many calls have failed so far.
    std::uint64_t faults() const { return faults_; }

    /// No faults, no interruption and no chance, while one lives: somebody looks from outside.
    class Stillness {
      public:
        explicit Stillness(Disk& disk) : disk_(disk) { ++disk_.still_; }
        ~Stillness() { --disk_.still_; }
        Stillness(const Stillness&) = delete;
        Stillness& operator=(const Stillness&) = delete;

      private:
        Disk& disk_;
    };

    /// Called within calls, now and then: what others do meanwhile.
    std::function<void()> meanwhile;

    Random& random() { return random_; }
    Journal& journal() { return journal_; }
    const Plan& plan() const { return plan_; }

  private:
    using Names = std::map<std::string, FilePtr>;
    struct Renaming {
        std::string name;
        FilePtr file;  ///< null: removed
    };

    int fail(Call call, const std::string& name, int code);
    int error_of(Call call);
    void lose_power();
    void lose_power(File& file, std::uint64_t kept_per_mille);
    void apply(std::string& to, const Change& change, std::uint64_t kept_per_mille);

    const Plan& plan_;
    Random& random_;
    Journal& journal_;
    Names names_;
    Names durable_names_;
    std::vector<Renaming> renamings_;  ///< not synced, in order
    bool trouble_ = false;
    bool full_ = false;
    int still_ = 0;
    std::uint64_t calls_left_ = 0;
    End end_ = End::none;    ///< what comes after calls_left_
    End ended_ = End::none;  ///< what has come
    std::uint64_t faults_ = 0;
};

}  // namespace cinema::simulation::machine
