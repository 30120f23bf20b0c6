#pragma once

#include <boost/describe/enum.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "simulation/kernel/random.hpp"
#include "simulation/kernel/scheduler.hpp"

/// What one run of the cluster simulation is made of. Everything follows from the seed.
namespace cinema::simulation {

/// What a run may be made without, to see that the checks notice. `none` is the real thing.
BOOST_DEFINE_ENUM_CLASS(Guard, none, seat_lock_condition, seat_lock_version, seat_release_booking,
                        seat_book_booking, confirm_overdue, confirm_payment, confirm_user,
                        confirm_status, end_revision, pay_overdue, orphan_booking,
                        lost_insert_answer, sold_lives, hold_key_unique, payment_unique,
                        late_payment_refunded, provider_fencing, outbox_before_publish,
                        outbox_revision, publisher_confirms, audit_unique, unfinished_repaired,
                        unsettled_repaired, key_owner, feed_resync, rooms_refreshed)

struct GuardText {
    Guard guard;
    std::string_view what;  ///< what is missing when it is removed
};
/// Each of these alone keeps something from happening.
std::span<const GuardText> guards();
/// Second lines: what they keep off is kept off by another one, too, so that a run without one of
/// them is still well.
std::span<const GuardText> second_lines();

inline std::string_view word(Guard guard) {
    return boost::describe::enum_to_string(guard, "?");
}

/// Chances are per mille of the calls; a run has only some kinds of faults, so that rare
/// combinations of few are met as well as everything at once.
struct Plan {
    std::uint64_t seed = 0;
    Guard removed = Guard::none;

    bool faultless = false;  ///< clocks may be off; nothing else is ever wrong
    std::size_t instances = 3;
    std::size_t users = 0;
    std::size_t showtimes = 0;
    std::size_t seats = 0;  ///< of each showtime
    std::chrono::seconds lock_ttl{};
    Moment expiry_interval{};
    Moment relay_interval{};
    std::chrono::milliseconds repair_age{};
    std::size_t work_limit = 0;
    Moment think_max{};  ///< between two things a customer does
    Moment skew_max{};
    int rounds = 0;  ///< of faults, each with calm after it
    Moment round_length{};

    std::uint64_t slow = 0;          ///< takes up to the deadline, both ways
    std::uint64_t lost_request = 0;  ///< no answer, no effect
    std::uint64_t lost_answer = 0;   ///< no answer, but the effect
    std::uint64_t late_effect = 0;   ///< no answer, and the effect comes after the deadline
    std::uint64_t sleeper = 0;       ///< an answer, but its coroutine goes on much later
    std::uint64_t crash_at_call = 0;
    std::uint64_t declined = 0;    ///< charges
    std::uint64_t duplicated = 0;  ///< deliveries of the queue
    Moment sleep_max{};            ///< of sleepers and late effects

    bool crashes = false;
    bool pauses = false;
    bool partitions = false;
    bool mongo_outages = false;
    bool redis_outages = false;
    bool redis_flushes = false;
    bool queue_outages = false;
    bool feed_cuts = false;
    Moment fault_gap{};  ///< between two of these, on average

    bool without(Guard guard) const { return removed == guard; }
};

Plan plan_of(std::uint64_t seed, Guard removed = Guard::none);

}  // namespace cinema::simulation
