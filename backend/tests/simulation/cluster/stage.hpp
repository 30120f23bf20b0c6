#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "simulation/cluster/journal.hpp"
#include "simulation/cluster/outside.hpp"
#include "simulation/cluster/plan.hpp"
#include "simulation/cluster/store.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::simulation {

enum class Dependency { mongo, redis, queue, provider };
constexpr std::size_t kDependencies = 4;

/// What becomes of one call of a dependency.
struct Fate {
    bool done = true;        ///< it takes effect
    bool scattered = false;  ///< each part of it by itself: now, late or never
    bool answered = true;
    Moment effect{};  ///< after which time
    Moment answer{};  ///< the answer, or that there is none
    bool crash = false;
};

/// Who reaches whom, and how long that takes.
class Network {
  public:
    Network(const Plan& plan, Random& random, const Scheduler& scheduler)
        : plan_(plan), random_(random), scheduler_(scheduler), cut_until_(plan.instances) {}

    /// Nothing fails any more, but for what is under way.
    void calm();
    void trouble() { calm_ = false; }
    bool is_calm() const { return calm_; }
    /// When the last straggler will have come in.
    Moment busy_until() const { return busy_until_; }
    void busy(Moment until) { busy_until_ = std::max(busy_until_, until); }

    void outage(Dependency dependency, Moment length);
    void cut(std::size_t instance, Dependency dependency, Moment length);
    bool reaches(std::size_t instance, Dependency dependency) const;

    Fate fate(std::size_t instance, Dependency dependency);
    Moment part_delay(const Fate& fate, std::size_t part);
    Moment little() { return Moment(random_.between(100, 3'000)); }
    Moment long_time() { return Moment(random_.between(0, plan_.sleep_max.count())); }

  private:
    const Plan& plan_;
    Random& random_;
    const Scheduler& scheduler_;
    bool calm_ = false;
    Moment busy_until_{};
    std::array<Moment, kDependencies> down_until_{};
    std::vector<std::array<Moment, kDependencies>> cut_until_;
};

/// What all processes of a run share.
struct Stage {
    Stage(const Plan& given, std::function<void(const std::string&)> listener);

    const Plan plan;
    Random random;
    Scheduler scheduler;
    Journal journal;
    Store store;
    Redis redis;
    Provider provider;
    Queue queue;
    Network network;

    std::uint64_t ids = 0;  ///< how many have been made
    const catalog::Catalog& catalog;
    telemetry::Metrics& metrics;  ///< of the whole program: what is counted decides nothing
    telemetry::Logger& logger;

    /// The time of nobody's clock.
    domain::UtcTime utc() const { return utc_of(scheduler.now()); }
    static domain::UtcTime utc_of(Moment moment);
    domain::ObjectId next_id();
    Moment up_to(Moment most) { return Moment(random.between(0, most.count())); }
};

/// The cinema of every run: showtimes of one room with eight seats, far in the future.
const std::vector<domain::ShowtimeId>& showtimes();
std::string seat_code(std::size_t index);

}  // namespace cinema::simulation
