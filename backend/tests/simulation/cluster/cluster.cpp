#include "simulation/cluster/cluster.hpp"

namespace cinema::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Moment kRedelivery = seconds(3);

}  // namespace

Cluster::Cluster(Stage& stage)
    : stage_(stage), customers_(stage.scheduler), instances_(stage.plan.instances) {
    for (std::size_t i = 0; i < instances_.size(); ++i) start(i);
}

Cluster::~Cluster() {
    customers_.drop_all();
    for (Instance& instance : instances_) instance.process.reset();
    stage_.scheduler.settle();
}

void Cluster::start(std::size_t index) {
    Instance& instance = instances_[index];
    if (instance.process) return;
    const auto skew = stage_.plan.skew_max.count();
    instance.skew = Moment(stage_.random.between(-skew, skew));
    ++instance.starts;
    stage_.journal.trace("#{} starts, its clock {} ms off", index, instance.skew.count() / 1000);
    instance.process = std::make_unique<Process>(
        stage_, index, instance.skew,
        Process::Surroundings{.crash = [this, index] { crash_soon(index); },
                              .neighbours = [this] { return rooms(); },
                              .deliver = [this](Queue::Tag tag) { deliver(tag); }});
}

void Cluster::start_all() {
    for (std::size_t i = 0; i < instances_.size(); ++i) start(i);
}

/// Somewhere in the call that is being made.
void Cluster::crash_soon(std::size_t index) {
    const Moment when = stage_.up_to(milliseconds(6));
    const Moment downtime = stage_.up_to(seconds(8));
    stage_.network.busy(stage_.scheduler.now() + when + downtime);
    stage_.scheduler.after(when, [this, index, downtime, life = instances_[index].starts] {
        if (instances_[index].starts == life) crash(index, downtime);
    });
}

void Cluster::crash(std::size_t index, Moment downtime) {
    if (!instances_[index].process) return;
    stage_.journal.trace("#{} CRASHES for {} ms", index, downtime.count() / 1000);
    instances_[index].process.reset();
    stage_.scheduler.after(downtime, [this, index] { start(index); });
}

void Cluster::pause(std::size_t index, Moment length) {
    if (!instances_[index].process) return;
    stage_.journal.trace("#{} SLEEPS for {} ms", index, length.count() / 1000);
    instances_[index].process->parking().pause(stage_.scheduler.now() + length);
    stage_.network.busy(stage_.scheduler.now() + length);
}

std::vector<std::shared_ptr<Rooms>> Cluster::rooms() {
    std::vector<std::shared_ptr<Rooms>> all;
    for (const Instance& instance : instances_) {
        if (instance.process) all.push_back(instance.process->rooms());
    }
    return all;
}

/// To somebody who is there, again and again until it is acknowledged; sometimes twice at once.
void Cluster::deliver(Queue::Tag tag) {
    stage_.scheduler.after(stage_.network.little(), [this, tag] { deliver_now(tag); });
    if (!stage_.network.is_calm() && stage_.random.per_mille(stage_.plan.duplicated)) {
        const Moment later = stage_.up_to(seconds(5));
        stage_.network.busy(stage_.scheduler.now() + later);
        stage_.scheduler.after(later, [this, tag] { deliver_now(tag); });
    }
}

void Cluster::deliver_now(Queue::Tag tag) {
    if (!stage_.queue.find(tag)) return;
    const std::size_t index = stage_.random.below(instances_.size());
    if (instances_[index].process && stage_.network.reaches(index, Dependency::queue)) {
        instances_[index].process->consume(tag);
    }
    stage_.scheduler.after(kRedelivery, [this, tag] { deliver_now(tag); });
}

void Cluster::tell_failure(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        stage_.journal.wrong("{}", error.what());
    }
}

}  // namespace cinema::simulation
