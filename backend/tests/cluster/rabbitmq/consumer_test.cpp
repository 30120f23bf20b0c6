#include "cluster/rabbitmq/consumer.hpp"

#include <mutex>
#include <set>

#include "cluster/rabbitmq/rabbit_under_test.hpp"

namespace cinema::cluster {

using namespace std::chrono_literals;

namespace {

/// What a consumer was handed.
class Trail {
  public:
    domain::Result<void> take(const std::vector<domain::Event>& events) {
        const std::lock_guard lock(mutex_);
        ++batches_;
        if (!store_works_) return domain::fail(domain::Errc::unavailable, "The store is away.");
        for (const domain::Event& event : events) {
            if (event.event_id == poison_) throw std::runtime_error("it cannot be stored");
        }
        for (const domain::Event& event : events) ids_.push_back(event.event_id);
        return {};
    }
    void store_works(bool works) {
        const std::lock_guard lock(mutex_);
        store_works_ = works;
    }
    void throw_for(std::string event_id) {
        const std::lock_guard lock(mutex_);
        poison_ = std::move(event_id);
    }
    std::vector<std::string> ids() {
        const std::lock_guard lock(mutex_);
        return ids_;
    }
    int batches() {
        const std::lock_guard lock(mutex_);
        return batches_;
    }

  private:
    std::mutex mutex_;
    std::vector<std::string> ids_;
    std::string poison_;
    bool store_works_ = true;
    int batches_ = 0;
};

struct Consuming {
    Consuming() : publisher({.rabbit = rabbit.options()}, observed.metrics(), observed.logger()) {}

    std::unique_ptr<EventConsumer> consumer(RabbitOptions options) {
        return std::make_unique<EventConsumer>(
            ConsumerOptions{.rabbit = std::move(options)},
            [this](const std::vector<domain::Event>& events) { return trail.take(events); },
            observed.metrics(), observed.logger());
    }
    std::unique_ptr<EventConsumer> consumer() { return consumer(rabbit.options()); }
    std::vector<std::string> publish(int count) {
        const auto events = make_events(count);
        EXPECT_TRUE(wait_for(publisher.publish(events)));
        std::vector<std::string> ids;
        for (const domain::Event& event : events) ids.push_back(event.event_id);
        return ids;
    }
    bool handed(const std::vector<std::string>& ids) {
        const auto got = trail.ids();
        const std::set<std::string> have(got.begin(), got.end());
        return std::ranges::all_of(ids, [&](const auto& id) { return have.contains(id); });
    }

    Rabbit rabbit;
    Observed observed;
    Trail trail;
    EventPublisher publisher;
};

}  // namespace

TEST(EventConsumer, HandsOverInBatchesAndAcknowledges) {
    Consuming with;
    const auto ids = with.publish(600);
    auto consumer = with.consumer();
    EXPECT_TRUE(soon([&] { return with.trail.ids().size() == 600; }));
    EXPECT_EQ(with.trail.ids(), ids);
    EXPECT_LE(with.trail.batches(), 20);
    const auto more = with.publish(1);
    EXPECT_TRUE(soon([&] { return with.handed(more); }));
    EXPECT_EQ(consumer->problem(), std::nullopt);
    consumer->stop();
    EXPECT_EQ(with.rabbit.waiting(with.rabbit.queue), 0);
    EXPECT_EQ(with.trail.ids().size(), 601u);
}

TEST(EventConsumer, EventsOfAConsumerThatDiedComeAgain) {
    Consuming with;
    const auto ids = with.publish(10);
    {
        // Handed over, never acknowledged: the connection is lost while the handler works.
        TcpProxy proxy(with.rabbit.options().address.port);
        std::atomic<int> seen{0};
        EventConsumer dying(
            {.rabbit = with.rabbit.options_through(proxy)},
            [&](const std::vector<domain::Event>& events) -> domain::Result<void> {
                proxy.refuse(true);
                proxy.cut();
                std::this_thread::sleep_for(100ms);
                seen += static_cast<int>(events.size());
                return {};
            },
            with.observed.metrics(), with.observed.logger());
        EXPECT_TRUE(soon([&] { return seen > 0; }));
        EXPECT_TRUE(soon([&] { return with.rabbit.waiting(with.rabbit.queue) == 10; }));
    }
    auto consumer = with.consumer();
    EXPECT_TRUE(soon([&] { return with.handed(ids); }));
}

TEST(EventConsumer, AnEventThatWasNotKeptComesAgain) {
    Consuming with;
    with.trail.store_works(false);
    const auto ids = with.publish(1);
    auto consumer = with.consumer();
    EXPECT_TRUE(soon([&] { return with.trail.batches() > 0; }));
    with.trail.store_works(true);
    EXPECT_TRUE(soon([&] { return with.handed(ids); }));
}

TEST(EventConsumer, WhileTheStoreIsAwayEventsStayInTheQueue) {
    Consuming with;
    with.trail.store_works(false);
    const auto ids = with.publish(300);
    auto consumer = with.consumer();
    std::this_thread::sleep_for(2s);
    EXPECT_GE(with.trail.batches(), 2);
    EXPECT_LE(with.trail.batches(), 20);  // it does not spin
    EXPECT_TRUE(with.trail.ids().empty());
    with.trail.store_works(true);
    EXPECT_TRUE(soon([&] { return with.handed(ids); }, 10s));
    consumer->stop();
    EXPECT_EQ(with.rabbit.waiting(with.rabbit.queue), 0);
    EXPECT_EQ(consumer->dead_lettered(), 0u);
}

TEST(EventConsumer, WhatIsNoEventGoesToTheDeadLetters) {
    Consuming with;
    auto ids = with.publish(2);
    with.rabbit.put("{\"eventId\":\"s3cret\"}");
    with.rabbit.put("no JSON at all");
    const auto more = with.publish(2);
    ids.insert(ids.end(), more.begin(), more.end());
    auto consumer = with.consumer();
    const std::string dead = with.rabbit.queue + ".dead";
    EXPECT_TRUE(soon([&] { return with.handed(ids) && with.rabbit.waiting(dead) == 2; }));
    EXPECT_EQ(with.rabbit.take(dead)->body, "{\"eventId\":\"s3cret\"}");
    EXPECT_EQ(with.rabbit.take(dead)->body, "no JSON at all");
    EXPECT_EQ(consumer->dead_lettered(), 2u);
    EXPECT_EQ(with.observed.lines_with("event_dead_lettered"), 2) << with.observed.log();
    EXPECT_EQ(with.observed.log().find("s3cret"), std::string::npos) << with.observed.log();
    EXPECT_EQ(with.observed.calls("rabbitmq", "dead_letter"), 2);
    consumer->stop();
    EXPECT_EQ(with.rabbit.waiting(with.rabbit.queue), 0);
}

TEST(EventConsumer, AnEventThatCannotBeHandledIsGivenUpAlone) {
    Consuming with;
    const auto ids = with.publish(9);
    with.trail.throw_for(ids[4]);
    auto consumer = with.consumer();
    const std::string dead = with.rabbit.queue + ".dead";
    EXPECT_TRUE(soon([&] { return with.rabbit.waiting(dead) == 1; }));
    EXPECT_TRUE(soon([&] { return with.trail.ids().size() == 8; }));
    EXPECT_EQ(with.rabbit.take(dead)->message_id, ids[4]);
    consumer->stop();
    EXPECT_EQ(with.rabbit.waiting(with.rabbit.queue), 0);
}

TEST(EventConsumer, ComesBackAfterTheConnectionWasCut) {
    Consuming with;
    TcpProxy proxy(with.rabbit.options().address.port);
    auto consumer = with.consumer(with.rabbit.options_through(proxy));
    for (int round = 0; round < 3; ++round) {
        const auto ids = with.publish(5);
        EXPECT_TRUE(soon([&] { return with.handed(ids); }));
        proxy.cut();
    }
    EXPECT_TRUE(soon([&] { return !consumer->problem() && proxy.accepted() == 4; }));
}

TEST(EventConsumer, NoticesADeletedQueue) {
    Consuming with;
    auto consumer = with.consumer();
    EXPECT_TRUE(soon([&] { return !consumer->problem(); }));
    with.rabbit.delete_queue(with.rabbit.queue);
    EXPECT_TRUE(soon([&] { return with.observed.lines_with("\"consumer\"") >= 3; }))
        << with.observed.log();
    const auto ids = with.publish(1);
    EXPECT_TRUE(soon([&] { return with.handed(ids); }));
}

TEST(EventConsumer, NoticesABrokerThatNoLongerAnswers) {
    Consuming with;
    TcpProxy proxy(with.rabbit.options().address.port);
    RabbitOptions options = with.rabbit.options_through(proxy);
    options.heartbeat = 1s;
    auto consumer = with.consumer(options);
    EXPECT_TRUE(soon([&] { return !consumer->problem(); }));
    std::this_thread::sleep_for(3s);
    EXPECT_EQ(proxy.accepted(), 1);  // silence is no reason while there are heartbeats
    proxy.stall(true);
    EXPECT_TRUE(soon([&] { return consumer->problem().has_value(); }));
    proxy.stall(false);
    EXPECT_TRUE(soon([&] { return !consumer->problem(); }));
}

TEST(EventConsumer, StopsWithinASecondWhateverTheBrokerDoes) {
    Consuming with;
    TcpProxy proxy(with.rabbit.options().address.port);
    auto connected = with.consumer(with.rabbit.options_through(proxy));
    EXPECT_TRUE(soon([&] { return !connected->problem(); }));
    proxy.stall(true);
    auto connecting = with.consumer(with.rabbit.options_through(proxy));
    const Stopwatch watch;
    connected->stop();
    EXPECT_LT(watch.elapsed(), 1s);
    const Stopwatch other;
    connecting->stop();
    EXPECT_LT(other.elapsed(), 1s);
}

}  // namespace cinema::cluster
