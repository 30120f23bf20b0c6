#pragma once

#include <memory>

#include "cluster/saga/relay.hpp"
#include "cluster/saga/saga.hpp"
#include "simulation/cluster/fakes.hpp"
#include "simulation/cluster/rooms.hpp"

namespace cinema::simulation {

class SkewedClock final : public env::Clock {
  public:
    SkewedClock(const Stage& stage, Moment skew) : stage_(stage), skew_(skew) {}
    domain::UtcTime now() const override { return Stage::utc_of(stage_.scheduler.now() + skew_); }

  private:
    const Stage& stage_;
    const Moment skew_;
};

class CountedIds final : public env::IdSource {
  public:
    explicit CountedIds(Stage& stage) : stage_(stage) {}
    domain::ObjectId object_id() override { return stage_.next_id(); }
    std::string uuid() override { return "event-" + std::to_string(stage_.ids++); }

  private:
    Stage& stage_;
};

/// `booking.events` as the relay has it; what is taken is delivered to somebody, later.
class FakeQueue final : public cluster::EventQueue {
  public:
    using Deliver = std::function<void(Queue::Tag)>;
    FakeQueue(Caller& caller, Deliver deliver) : caller_(caller), deliver_(std::move(deliver)) {}
    Awaitable<Result<void>> publish(std::vector<domain::Event> events) override;

  private:
    Caller& caller_;
    const Deliver deliver_;
};

/// One running server: the saga, its relay and its workers, and all that is lost when it dies.
class Process {
  public:
    struct Surroundings {
        std::function<void()> crash;  ///< this process, some time soon
        Neighbours neighbours;
        FakeQueue::Deliver deliver;
    };
    Process(Stage& stage, std::size_t index, Moment skew, Surroundings surroundings);
    /// Whatever runs in it ends where it stands.
    ~Process();

    cluster::Saga& saga() { return saga_; }
    Parking& parking() { return parking_; }
    const std::shared_ptr<Rooms>& rooms() { return rooms_; }
    /// The audit log's consumer gets a message.
    void consume(Queue::Tag tag);

  private:
    using Round = std::function<Awaitable<Result<std::size_t>>()>;
    void start_worker(Moment interval, const char* name, Round round);
    Awaitable<void> work(Moment interval, const char* name, Round round);
    Awaitable<void> write_log(Queue::Tag tag);
    void spawn(Awaitable<void> task);

    Stage& stage_;
    Parking parking_;
    Caller caller_;
    SkewedClock clock_;
    CountedIds ids_;
    FakeUsers users_;
    FakeLocks locks_;
    FakeSeats seats_;
    FakeBookings bookings_;
    FakePayments payments_;
    FakeProvider provider_;
    FakeQueue queue_;
    std::shared_ptr<Rooms> rooms_;
    cluster::Relay relay_;
    cluster::Saga saga_;
};

}  // namespace cinema::simulation
