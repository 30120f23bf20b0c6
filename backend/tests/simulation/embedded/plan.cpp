#include "simulation/embedded/plan.hpp"

#include <array>

namespace cinema::simulation::machine {

namespace {

constexpr GuardText kGuards[] = {
    {Guard::log_synced, "the disk does not do what a sync of the log asks for"},
    {Guard::log_renewed, "a start does not write the log that it finds once more"},
    {Guard::synchronous_full, "commits do not sync (synchronous=NORMAL)"},
    {Guard::checkpoint_synced, "the database file is not synced before the log starts over"},
    {Guard::checkpoints_end, "checkpoints go on after a failed sync of the database file"},
    {Guard::folder_synced, "a new log's name is not synced"},
    {Guard::answer_after_commit, "a batch is answered before its commit"},
    {Guard::commit_error, "an error of the commit is swallowed"},
    {Guard::batch_atomic, "each statement is a transaction of its own"},
    {Guard::savepoint, "a command that failed halfway is not undone"},
    {Guard::seat_state, "a hold takes seats whatever their state"},
    {Guard::seat_version, "a hold does not count the seat's version on"},
    {Guard::expiry_condition, "the worker expires holds that have time left"},
    {Guard::refund, "what ends unsold keeps its payment"},
    {Guard::event_written, "no event is written"},
    {Guard::relay_copies, "the relay empties the outbox without copying it"},
    {Guard::hold_key, "a repeated Idempotency-Key makes another booking"},
};

}  // namespace

std::span<const GuardText> guards() {
    return kGuards;
}

Plan plan_of(std::uint64_t seed, Guard removed) {
    Random random(seed ^ 0x6469736bULL);
    Plan plan;
    plan.seed = seed;
    plan.removed = removed;
    plan.fresh = random.one_in(16);
    plan.users = 2 + random.below(5);
    plan.showtimes = 1 + random.below(3);
    plan.seats = 2 + random.below(7);
    plan.lock_ttl = std::chrono::seconds(std::array{5, 20, 60, 300}[random.below(4)]);
    plan.batch_max = std::array<std::size_t, 4>{1, 3, 16, 256}[random.below(4)];
    plan.checkpoint_frames = std::array{10, 30, 100, 400}[random.below(4)];
    plan.checkpoint_rest = std::array{1, 8, 60}[random.below(3)];
    plan.checkpoint_passes = static_cast<int>(random.between(1, 4));
    plan.work_limit = std::array<std::size_t, 3>{2, 16, 512}[random.below(3)];
    plan.lives = static_cast<int>(random.between(2, 5));
    plan.steps = static_cast<int>(random.between(20, 90));
    plan.within = random.one_in(2) ? 0 : random.between(5, 60);
    const bool faultless = random.one_in(12);
    if (faultless) return plan;
    plan.errors = random.one_in(2) ? 0 : random.between(2, 60);
    plan.busy = random.one_in(2) ? 0 : random.between(2, 100);
    plan.full = random.one_in(3);
    plan.full_everywhere = random.one_in(2);
    plan.power_losses = !random.one_in(4);
    plan.kills = random.one_in(2);
    plan.dirty_forgotten = random.one_in(2);
    plan.torn = random.one_in(2);
    plan.no_memory = random.one_in(2) ? 0 : random.between(2, 40);
    if (random.one_in(6)) {
        // Long lives with many checkpoints beside the writer, and nothing else that fails: what
        // such a sync has lost is seen only when the log has started over since.
        plan.syncs_fail = true;
        plan.dirty_forgotten = true;
        plan.power_losses = true;
        plan.errors = plan.busy = plan.no_memory = 0;
        plan.full = false;
        plan.within = 300;
        plan.checkpoint_frames = 10;
        plan.checkpoint_rest = 8;
        plan.checkpoint_passes = 1;
        plan.steps = 90;
        plan.kills = true;
    }
    return plan;
}

}  // namespace cinema::simulation::machine
