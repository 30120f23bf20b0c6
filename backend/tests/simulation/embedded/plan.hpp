#pragma once

#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "simulation/kernel/random.hpp"

/// What one run of the embedded engine's simulation is made of: one machine with one disk.
/// Everything follows from the seed.
namespace cinema::simulation::machine {

/// What a run may be made without, to see that the checks notice. `none` is the real thing.
BOOST_DEFINE_ENUM_CLASS(Guard, none, log_synced, log_renewed, synchronous_full, checkpoint_synced,
                        checkpoints_end, folder_synced, answer_after_commit, commit_error,
                        batch_atomic, savepoint, seat_state, seat_version, expiry_condition, refund,
                        event_written, relay_copies, hold_key)

struct GuardText {
    Guard guard;
    std::string_view what;  ///< what is missing when it is removed
};
std::span<const GuardText> guards();

inline std::string_view word(Guard guard) {
    return boost::describe::enum_to_string(guard, "?");
}

/// Chances are per mille of the calls of files; a run has only some kinds of faults.
struct Plan {
    std::uint64_t seed = 0;
    Guard removed = Guard::none;

    bool fresh = false;  ///< begins with an empty folder: migration and import are part of the run
    std::size_t users = 0;
    std::size_t showtimes = 0;
    std::size_t seats = 0;  ///< of each showtime
    std::chrono::seconds lock_ttl{};
    std::size_t batch_max = 0;
    int checkpoint_frames = 0;
    int checkpoint_rest = 0;
    int checkpoint_passes = 0;
    std::size_t work_limit = 0;  ///< of expiry and relay

    int lives = 0;             ///< how often the process runs
    int steps = 0;             ///< of each life, at most
    std::uint64_t within = 0;  ///< another worker's turn lies within a call

    std::uint64_t errors = 0;      ///< a call fails
    std::uint64_t busy = 0;        ///< somebody else has the lock
    std::uint64_t no_memory = 0;   ///< memory runs out (of changes in the middle of a transaction)
    bool full = false;             ///< the disk is full now and then
    bool full_everywhere = false;  ///< then also where a file need not grow
    bool power_losses = false;
    bool kills = false;
    bool dirty_forgotten = false;  ///< a failed sync leaves what was not written as if it were
    bool syncs_fail = false;       ///< many do, and forget
    bool torn = false;             ///< a sector is half old and half new, or nothing

    bool without(Guard guard) const { return removed == guard; }
};

Plan plan_of(std::uint64_t seed, Guard removed = Guard::none);

}  // namespace cinema::simulation::machine
