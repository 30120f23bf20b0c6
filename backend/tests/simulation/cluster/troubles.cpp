#include "simulation/cluster/troubles.hpp"

namespace cinema::simulation {

namespace {

using std::chrono::seconds;

constexpr int kKinds = 8;
constexpr Moment kOutageMax = seconds(10);

}  // namespace

void Troubles::start(Moment end) {
    next(end);
}

void Troubles::next(Moment end) {
    stage_.scheduler.after(stage_.up_to(2 * stage_.plan.fault_gap), [this, end] {
        if (stage_.scheduler.now() >= end) return;
        strike();
        next(end);
    });
}

void Troubles::strike() {
    const Plan& plan = stage_.plan;
    Random& random = stage_.random;
    const std::size_t victim = random.below(cluster_.size());
    const Moment length = stage_.up_to(kOutageMax);
    const auto say = [&](const char* what) {
        stage_.journal.trace("#{} {} for {} ms", victim, what, length.count() / 1000);
    };
    switch (random.below(kKinds)) {
        case 0:
            if (plan.crashes) cluster_.crash(victim, length);
            return;
        case 1:
            if (plan.pauses) cluster_.pause(victim, stage_.up_to(plan.sleep_max));
            return;
        case 2:
            if (!plan.partitions) return;
            say("LOSES a dependency");
            stage_.network.cut(victim, static_cast<Dependency>(random.below(kDependencies)),
                               length);
            return;
        case 3:
            if (!plan.mongo_outages) return;
            say("and all others LOSE MongoDB");
            stage_.network.outage(Dependency::mongo, length);
            return;
        case 4:
            if (!plan.redis_outages) return;
            say("and all others LOSE Redis");
            stage_.network.outage(Dependency::redis, length);
            if (random.one_in(2)) stage_.redis.flush();
            return;
        case 5:
            if (!plan.redis_flushes) return;
            stage_.journal.trace("Redis is FLUSHED");
            stage_.redis.flush();
            return;
        case 6:
            if (!plan.queue_outages) return;
            say("and all others LOSE RabbitMQ");
            stage_.network.outage(Dependency::queue, length);
            return;
        default:
            if (!plan.feed_cuts || !cluster_.process(victim)) return;
            say("LOSES the feed");
            cluster_.process(victim)->rooms()->cut_feed();
    }
}

}  // namespace cinema::simulation
