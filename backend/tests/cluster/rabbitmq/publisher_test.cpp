#include "cluster/rabbitmq/publisher.hpp"

#include "cluster/rabbitmq/rabbit_under_test.hpp"

namespace cinema::cluster {

using namespace std::chrono_literals;

namespace {

bool publishes(EventPublisher& publisher, std::vector<domain::Event> events) {
    return wait_for(publisher.publish(std::move(events))).has_value();
}

}  // namespace

TEST(EventPublisher, MessagesAreInTheQueueWhenItReturns) {
    Rabbit rabbit;
    Observed observed;
    EventPublisher publisher({.rabbit = rabbit.options()}, observed.metrics(), observed.logger());
    ASSERT_EQ(publisher.problem(), std::nullopt);
    const domain::Event event = make_event(R"({"amount":1500})");
    ASSERT_TRUE(publishes(publisher, {event}));
    EXPECT_EQ(rabbit.waiting(rabbit.queue), 1);
    const auto message = rabbit.take(rabbit.queue);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->body, event_to_message(event));
    EXPECT_EQ(message->content_type, "application/json");
    EXPECT_EQ(message->message_id, event.event_id);
    EXPECT_EQ(message->delivery_mode, AMQP_DELIVERY_PERSISTENT);
    EXPECT_EQ(observed.calls("rabbitmq", "publish"), 1);
}

TEST(EventPublisher, ManyAtOnceInTheirOrder) {
    Rabbit rabbit;
    Observed observed;
    EventPublisher publisher({.rabbit = rabbit.options()}, observed.metrics(), observed.logger());
    const auto events = make_events(1000);
    ASSERT_TRUE(publishes(publisher, events));
    EXPECT_EQ(rabbit.waiting(rabbit.queue), 1000);
    for (const domain::Event& event : events) {
        ASSERT_EQ(rabbit.take(rabbit.queue)->message_id, event.event_id);
    }
    EXPECT_TRUE(publishes(publisher, {}));
}

TEST(EventPublisher, CallersTakeTurns) {
    Rabbit rabbit;
    Observed observed;
    EventPublisher publisher({.rabbit = rabbit.options()}, observed.metrics(), observed.logger());
    std::vector<std::thread> threads;
    std::atomic<int> failed{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 10; ++round) {
                if (!publishes(publisher, make_events(7))) ++failed;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(failed, 0) << observed.log();
    EXPECT_EQ(rabbit.waiting(rabbit.queue), 280);
}

TEST(EventPublisher, ADeletedQueueIsNoticedAndMadeAgain) {
    Rabbit rabbit;
    Observed observed;
    EventPublisher publisher({.rabbit = rabbit.options()}, observed.metrics(), observed.logger());
    rabbit.delete_queue(rabbit.queue);
    EXPECT_FALSE(publishes(publisher, make_events(3)));
    EXPECT_TRUE(soon([&] { return !publisher.problem(); }));
    EXPECT_TRUE(publishes(publisher, make_events(3)));
    EXPECT_EQ(rabbit.waiting(rabbit.queue), 3);
    EXPECT_EQ(observed.lines_with("dependency_down"), 1) << observed.log();
    EXPECT_EQ(observed.lines_with("dependency_up"), 2) << observed.log();
}

TEST(EventPublisher, AConnectionClosedInBetweenIsMadeAnew) {
    Rabbit rabbit;
    TcpProxy proxy(rabbit.options().address.port);
    Observed observed;
    EventPublisher publisher({.rabbit = rabbit.options_through(proxy)}, observed.metrics(),
                             observed.logger());
    ASSERT_EQ(publisher.problem(), std::nullopt);
    // The broker takes the events, its confirms are lost with the connection: "may have happened".
    proxy.swallow_answers(true);
    std::thread broker_goes([&] {
        EXPECT_TRUE(soon([&] { return rabbit.waiting(rabbit.queue) == 5; }));
        proxy.swallow_answers(false);
        proxy.cut();
    });
    const auto events = make_events(5);
    EXPECT_FALSE(publishes(publisher, events));
    broker_goes.join();
    EXPECT_TRUE(soon([&] { return publishes(publisher, events); }));
    EXPECT_EQ(rabbit.waiting(rabbit.queue), 10);
    EXPECT_EQ(observed.lines_with("dependency_down"), 1) << observed.log();
}

TEST(EventPublisher, WaitsForConfirmsNoLongerThanItsLimit) {
    Rabbit rabbit;
    TcpProxy proxy(rabbit.options().address.port);
    Observed observed;
    EventPublisher publisher({.rabbit = rabbit.options_through(proxy), .confirm_limit = 500ms},
                             observed.metrics(), observed.logger());
    ASSERT_EQ(publisher.problem(), std::nullopt);
    proxy.stall(true);
    const Stopwatch watch;
    EXPECT_FALSE(publishes(publisher, make_events(1000)));  // more than fits in any buffer at once
    EXPECT_LT(watch.elapsed(), 900ms);
    const Stopwatch at_once;
    EXPECT_FALSE(publishes(publisher, make_events(1)));
    EXPECT_LT(at_once.elapsed(), 100ms);
    proxy.stall(false);
    EXPECT_TRUE(soon([&] { return publishes(publisher, make_events(1)); }));
}

TEST(EventPublisher, AnIdleConnectionIsKeptAndItsEndNoticed) {
    Rabbit rabbit;
    TcpProxy proxy(rabbit.options().address.port);
    RabbitOptions options = rabbit.options_through(proxy);
    options.heartbeat = 1s;
    Observed observed;
    EventPublisher publisher({.rabbit = options}, observed.metrics(), observed.logger());
    std::this_thread::sleep_for(4s);
    EXPECT_EQ(proxy.accepted(), 1) << observed.log();
    proxy.stall(true);
    EXPECT_TRUE(soon([&] { return publisher.problem().has_value(); }, 6s));
    proxy.stall(false);
    EXPECT_TRUE(soon([&] { return !publisher.problem(); }));
}

TEST(EventPublisher, AQueueMadeOtherwiseIsExplained) {
    Rabbit rabbit;
    rabbit.declare_plainly();
    Observed observed;
    EventPublisher publisher({.rabbit = rabbit.options()}, observed.metrics(), observed.logger());
    EXPECT_FALSE(publishes(publisher, make_events(1)));
    ASSERT_TRUE(publisher.problem());
    EXPECT_NE(publisher.problem()->find("delete it, and it is made anew"), std::string::npos)
        << *publisher.problem();
    EXPECT_NE(publisher.problem()->find("x-dead-letter-exchange"), std::string::npos);
    rabbit.delete_queue(rabbit.queue);
    EXPECT_TRUE(soon([&] { return publishes(publisher, make_events(1)); }));
}

TEST(EventPublisher, ABrokerThatIsAwayOrRefusesIsNoErrorAtTheStart) {
    Observed observed;
    RabbitOptions nobody{.address = {.host = "127.0.0.1", .port = free_port()}};
    EventPublisher publisher({.rabbit = nobody}, observed.metrics(), observed.logger());
    EXPECT_FALSE(publishes(publisher, make_events(1)));
    EXPECT_TRUE(publisher.problem());

    RabbitOptions stranger{.address = shared_rabbit()};
    stranger.address.password = "wr0ng";
    EventPublisher refused({.rabbit = stranger}, observed.metrics(), observed.logger());
    ASSERT_TRUE(refused.problem());
    EXPECT_NE(refused.problem()->find("login failed"), std::string::npos) << *refused.problem();
    EXPECT_EQ(observed.log().find("wr0ng"), std::string::npos) << observed.log();
}

TEST(EventPublisher, StopsWithinASecondWhateverTheBrokerDoes) {
    Rabbit rabbit;
    TcpProxy proxy(rabbit.options().address.port);
    Observed observed;
    EventPublisher connected({.rabbit = rabbit.options_through(proxy)}, observed.metrics(),
                             observed.logger());
    proxy.stall(true);
    EventPublisher connecting({.rabbit = rabbit.options_through(proxy)}, observed.metrics(),
                              observed.logger());
    const Stopwatch watch;
    connected.stop();
    EXPECT_LT(watch.elapsed(), 1s);
    const Stopwatch other;
    connecting.stop();
    EXPECT_LT(other.elapsed(), 1s);
}

}  // namespace cinema::cluster
