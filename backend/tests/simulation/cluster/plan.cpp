#include "simulation/cluster/plan.hpp"

#include <array>

namespace cinema::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr GuardText kGuards[] = {
    {Guard::seat_lock_condition, "a seat is LOCKED whatever its state and version"},
    {Guard::seat_lock_version, "a seat is LOCKED when AVAILABLE, at whatever version"},
    {Guard::seat_release_booking, "a LOCKED seat is released whatever booking has it"},
    {Guard::confirm_overdue, "an overdue booking can be confirmed"},
    {Guard::confirm_payment, "a booking without a payment can be confirmed"},
    {Guard::confirm_user, "anybody can confirm a booking"},
    {Guard::end_revision, "a booking is ended whatever it has become meanwhile"},
    {Guard::pay_overdue, "an overdue or ended booking takes a payment"},
    {Guard::orphan_booking, "seats without a booking are released without an EXPIRED one"},
    {Guard::lost_insert_answer, "an insert that was not answered counts as not done"},
    {Guard::sold_lives, "a hold whose answer was lost takes its sold booking for ended"},
    {Guard::hold_key_unique, "two bookings may have the same Idempotency-Key"},
    {Guard::payment_unique, "a booking may have two payments"},
    {Guard::late_payment_refunded, "a payment that its booking did not take is not returned"},
    {Guard::provider_fencing, "a refund before the charge does not prevent the charge"},
    {Guard::outbox_before_publish, "an outbox is emptied before its events are published"},
    {Guard::outbox_revision, "an outbox is emptied whatever has been added meanwhile"},
    {Guard::publisher_confirms, "events count as published before the queue has said so"},
    {Guard::audit_unique, "the audit log takes an event twice"},
    {Guard::unfinished_repaired, "nobody finishes what a dead instance began"},
    {Guard::unsettled_repaired, "nobody looks after payments of dead instances"},
    {Guard::feed_resync, "rooms are never read again, even after the feed was interrupted"},
    {Guard::rooms_refreshed, "rooms are read again only when the feed was interrupted"},
};

constexpr GuardText kSecondLines[] = {
    {Guard::seat_book_booking, "a LOCKED seat is BOOKED whatever booking has it"},
    {Guard::confirm_status, "a booking that has ended can be confirmed"},
    {Guard::key_owner, "a Redis key is deleted whoever has it"},
};

}  // namespace

std::span<const GuardText> guards() {
    return kGuards;
}

std::span<const GuardText> second_lines() {
    return kSecondLines;
}

Plan plan_of(std::uint64_t seed, Guard removed) {
    Random random(seed ^ 0x706c616eULL);
    Plan plan;
    plan.seed = seed;
    plan.removed = removed;
    plan.users = 12 + random.below(24);
    plan.showtimes = 1 + random.below(3);
    plan.seats = 2 + random.below(7);
    plan.lock_ttl = seconds(std::array{8, 15, 30, 60}[random.below(4)]);
    plan.expiry_interval = seconds(1 + random.between(1, 4));
    plan.relay_interval = milliseconds(random.between(200, 1'000));
    plan.repair_age = milliseconds(std::array{2'000, 5'000}[random.below(2)]);
    plan.work_limit = std::array<std::size_t, 3>{4, 16, 256}[random.below(3)];
    plan.think_max = milliseconds(random.between(500, 8'000));
    plan.skew_max = milliseconds(random.one_in(3) ? 0 : random.between(1, 4'000));
    plan.rounds = static_cast<int>(random.between(1, 2));
    plan.round_length = seconds(random.between(20, 60));

    plan.sleep_max = plan.lock_ttl + seconds(10);
    plan.fault_gap = milliseconds(random.between(1'000, 10'000));
    plan.faultless = random.one_in(12);
    if (plan.faultless) return plan;

    const auto some = [&](std::uint64_t most) { return random.one_in(2) ? 0 : random.below(most); };
    plan.slow = some(120);
    plan.lost_request = some(30);
    plan.lost_answer = some(120);
    plan.late_effect = some(40);
    plan.sleeper = some(10);
    plan.crash_at_call = some(15);
    plan.declined = some(200);
    plan.duplicated = some(200);
    plan.crashes = random.one_in(3);
    plan.pauses = random.one_in(3);
    plan.partitions = random.one_in(2);
    plan.mongo_outages = random.one_in(4);
    plan.redis_outages = random.one_in(3);
    plan.redis_flushes = random.one_in(3);
    plan.queue_outages = random.one_in(3);
    plan.feed_cuts = random.one_in(2);
    return plan;
}

}  // namespace cinema::simulation
