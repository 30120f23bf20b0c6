#include "simulation/cluster/process.hpp"

#include <boost/asio/co_spawn.hpp>

namespace cinema::simulation {

Awaitable<Result<void>> FakeQueue::publish(std::vector<domain::Event> events) {
    const std::size_t parts = events.size();
    auto effect = [&queue = caller_.stage.queue, deliver = deliver_, events = std::move(events)](
                      std::monostate&, std::size_t part) { deliver(queue.put(events[part])); };
    auto taken = co_await caller_.call<void>(Dependency::queue,
                                             caller_.about("queue.publish {} events", parts), parts,
                                             std::move(effect));
    if (!taken && caller_.stage.plan.without(Guard::publisher_confirms)) co_return Result<void>{};
    co_return taken;
}

Process::Process(Stage& stage, std::size_t index, Moment skew, Surroundings surroundings)
    : stage_(stage),
      parking_(stage.scheduler),
      caller_{stage, index, parking_, std::move(surroundings.crash)},
      clock_(stage, skew),
      ids_(stage),
      users_(caller_),
      locks_(caller_),
      seats_(caller_),
      bookings_(caller_),
      payments_(caller_),
      provider_(caller_),
      queue_(caller_, std::move(surroundings.deliver)),
      rooms_(std::make_shared<Rooms>(caller_, std::move(surroundings.neighbours))),
      relay_(bookings_, queue_, clock_, stage.metrics, {.leftover_age = stage.plan.repair_age}),
      saga_(
          {.catalog = stage.catalog,
           .users = users_,
           .locks = locks_,
           .seats = seats_,
           .bookings = bookings_,
           .payments = payments_,
           .provider = provider_,
           .announcer = *rooms_,
           .outbox_filled = [this](const cluster::BookingRevision& filled) { relay_.add(filled); },
           .pause = [this](std::chrono::milliseconds time) { return parking_.sleep(time); }},
          clock_, ids_, {.lock_ttl = stage.plan.lock_ttl}, stage.metrics, stage.logger) {
    const std::size_t limit = stage.plan.work_limit;
    start_worker(stage.plan.expiry_interval, "expire_overdue",
                 [this, limit] { return saga_.expire_overdue(limit); });
    start_worker(stage.plan.expiry_interval, "repair",
                 [this, limit] { return saga_.repair(stage_.plan.repair_age, limit); });
    start_worker(stage.plan.relay_interval, "relay",
                 [this, limit] { return relay_.relay(2 * limit); });
    spawn(rooms_->listen());
}

Process::~Process() {
    parking_.drop_all();
}

void Process::spawn(Awaitable<void> task) {
    boost::asio::co_spawn(stage_.scheduler.context(), std::move(task),
                          [&journal = stage_.journal](std::exception_ptr failure) {
                              if (!failure) return;
                              try {
                                  std::rethrow_exception(failure);
                              } catch (const std::exception& error) {
                                  journal.wrong("{}", error.what());
                              }
                          });
}

void Process::start_worker(Moment interval, const char* name, Round round) {
    spawn(work(interval, name, std::move(round)));
}

Awaitable<void> Process::work(Moment interval, const char* name, Round round) {
    // Instances do not keep time with each other.
    co_await parking_.sleep(stage_.up_to(interval));
    for (;;) {
        const auto done = co_await round();
        if (!done || *done != 0) {
            stage_.journal.trace("#{} {}: {}", caller_.instance, name,
                                 done ? static_cast<long>(*done) : -1L);
        }
        if (done && *done >= stage_.plan.work_limit) continue;
        co_await parking_.sleep(interval);
    }
}

void Process::consume(Queue::Tag tag) {
    spawn(write_log(tag));
}

/// Writes it, then acknowledges it: what is not acknowledged comes again.
Awaitable<void> Process::write_log(Queue::Tag tag) {
    const domain::Event* event = stage_.queue.find(tag);
    if (!event) co_return;
    auto write = [&store = stage_.store, event = *event](std::monostate&, std::size_t) {
        store.log(event);
    };
    const auto written = co_await caller_.call<void>(
        Dependency::mongo, caller_.about("audit.write {}", event->event_id), 1, std::move(write));
    if (!written) co_return;
    auto acknowledge = [&queue = stage_.queue, tag](std::monostate&, std::size_t) {
        queue.acknowledge(tag);
    };
    (void)co_await caller_.call<void>(Dependency::queue, caller_.about("queue.acknowledge"), 1,
                                      acknowledge);
}

}  // namespace cinema::simulation
