#include <gtest/gtest.h>

#include <random>

#include "cluster/rabbitmq/pending_confirms.hpp"
#include "cluster/rabbitmq/rabbit_under_test.hpp"

namespace cinema::cluster {

TEST(EventMessage, IsTheContract) {
    domain::Event event = make_event();
    event.event_id = "019389a4-0000-7000-8000-0123456789ab";
    event.booking_id = *domain::BookingId::parse("0123456789abcdef01234567");
    event.user_id = *domain::UserId::parse("1123456789abcdef01234567");
    event.showtime_id = *domain::ShowtimeId::parse("2123456789abcdef01234567");
    EXPECT_EQ(event_to_message(event),
              R"({"eventId":"019389a4-0000-7000-8000-0123456789ab",)"
              R"("eventType":"BookingConfirmed","occurredAt":"2027-01-15T08:00:00.123Z",)"
              R"("bookingId":"0123456789abcdef01234567","userId":"1123456789abcdef01234567",)"
              R"("showtimeId":"2123456789abcdef01234567","seats":["A1","A2"]})");
    event.payload = R"({"cancelledBy":"3123456789abcdef01234567"})";
    EXPECT_TRUE(event_to_message(event).ends_with(
        R"(,"payload":{"cancelledBy":"3123456789abcdef01234567"}})"));
}

TEST(EventMessage, ThereAndBack) {
    for (const char* payload : {"", "{}", R"({"amount":1500,"nested":{"list":[1,"two",null]}})"}) {
        const domain::Event event = make_event(payload);
        const auto read = event_from_message(event_to_message(event));
        ASSERT_TRUE(read) << read.error();
        EXPECT_TRUE(same(*read, event)) << event_to_message(*read);
    }
}

TEST(EventMessage, TheBriefsOwnExampleIsRead) {
    const auto read = event_from_message(
        R"({"eventId":"4FD1B6C0-7b4e-4f6e-9a70-0d9d9d1c5a11","eventType":"BookingConfirmed",
            "occurredAt":"2024-01-01T00:00:00Z","bookingId":"0123456789abcdef01234567",
            "userId":"1123456789abcdef01234567","showtimeId":"2123456789abcdef01234567",
            "seats":["A1","A2"],"somethingNew":[1,2]})");
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->event_id, "4fd1b6c0-7b4e-4f6e-9a70-0d9d9d1c5a11");
    EXPECT_EQ(read->payload, "");
    EXPECT_EQ(read->seats.size(), 2u);
}

TEST(EventMessage, WhatIsWrongIsNamed) {
    const std::string good = event_to_message(make_event("{}"));
    const struct {
        const char* from;
        const char* to;
        const char* word;
    } kChanges[] = {
        {"\"eventId\":\"", "\"eventId\":\"x", "eventId"},
        {"\"eventId\":", "\"eventID\":", "eventId"},
        {"BookingConfirmed", "BookingSold", "eventType"},
        {"\"2027", "\"x027", "occurredAt"},
        {"\"bookingId\":\"", "\"bookingId\":\"0", "bookingId"},
        {"\"userId\":\"", "\"userId\":\"g", "userId"},
        {"\"showtimeId\":", "\"showtimeId\":null,\"x\":", "showtimeId"},
        {"[\"A1\",\"A2\"]", "\"A1\"", "seats"},
        {"[\"A1\",\"A2\"]", "[\"A1\",2]", "seats"},
        {"[\"A1\",\"A2\"]", "[\"\"]", "seats"},
        {"\"payload\":{}", "\"payload\":[]", "payload"},
        {"\"payload\":{}", "\"payload\":null", "payload"},
        {"\"payload\":{}", "\"payload\":{\"amount\":1e999}", "the body is not"},
    };
    for (const auto& change : kChanges) {
        std::string bad = good;
        const std::size_t at = bad.find(change.from);
        ASSERT_NE(at, std::string::npos) << change.from;
        bad.replace(at, std::string(change.from).size(), change.to);
        const auto read = event_from_message(bad);
        ASSERT_FALSE(read) << bad;
        EXPECT_TRUE(read.error().starts_with(change.word)) << read.error() << "\n" << bad;
    }
    for (const char* bad : {"", "x", "[]", "1", "\"text\"", "{", "{}}", "\xff"}) {
        EXPECT_FALSE(event_from_message(bad)) << bad;
    }
    EXPECT_FALSE(event_from_message(good + std::string(70'000, ' ')));
}

TEST(EventMessage, NoBytesDoHarm) {
    std::minstd_rand random(7);
    const std::string good = event_to_message(make_event(R"({"a":[{"b":1.5e3}]})"));
    int read = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string bad = good;
        for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
            const std::size_t at = random() % bad.size();
            switch (random() % 3) {
                case 0:
                    bad[at] = static_cast<char>(random());
                    break;
                case 1:
                    bad.erase(at, 1 + random() % 8);
                    break;
                default:
                    bad.insert(at, bad.substr(random() % bad.size(), 8));
                    break;
            }
            if (bad.empty()) bad = "{";
        }
        read += event_from_message(bad) ? 1 : 0;
    }
    EXPECT_LT(read, 20'000);
}

TEST(PendingConfirms, OneByOneAndManyAtOnce) {
    PendingConfirms pending(11, 5);
    pending.confirmed(10, false);  // another window's
    pending.confirmed(16, false);
    pending.confirmed(12, false);
    pending.confirmed(12, false);
    pending.confirmed(13, true);
    EXPECT_FALSE(pending.all_confirmed());
    pending.confirmed(15, false);
    EXPECT_FALSE(pending.all_confirmed());
    pending.confirmed(14, false);
    EXPECT_TRUE(pending.all_confirmed());

    PendingConfirms all(1, 3);
    all.confirmed(0, true);
    EXPECT_TRUE(all.all_confirmed());
}

TEST(RabbitAddress, Forms) {
    const auto plain = parse_rabbit_address("amqp://localhost");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->port, 5672);
    EXPECT_EQ(plain->user, "guest");
    EXPECT_EQ(plain->vhost, "/");
    EXPECT_FALSE(plain->tls);
    const auto all = parse_rabbit_address("amqps://app:p%40ss@mq.example.com:1234/a%2Fb");
    ASSERT_TRUE(all);
    EXPECT_TRUE(all->tls);
    EXPECT_EQ(all->user, "app");
    EXPECT_EQ(all->password, "p@ss");
    EXPECT_EQ(all->port, 1234);
    EXPECT_EQ(all->vhost, "a/b");
    EXPECT_EQ(parse_rabbit_address("amqps://h")->port, 5671);
    EXPECT_EQ(parse_rabbit_address("amqp://guest:guest@h:5672/")->vhost, "/");
    EXPECT_EQ(parse_rabbit_address("amqp://guest:guest@h/%2F")->vhost, "/");
}

TEST(RabbitAddress, WhatIsWrongIsNamed) {
    for (const char* wrong :
         {"", "localhost:5672", "http://u:s3cret@h", "amqp://s3cret@h", "amqp://:s3cret@h",
          "amqp://u:s3cret@h:x", "amqp://u:s3cret@h?heartbeat=5"}) {
        const auto address = parse_rabbit_address(wrong);
        ASSERT_FALSE(address) << wrong;
        EXPECT_EQ(address.error().find("s3cret"), std::string::npos) << address.error();
    }
}

}  // namespace cinema::cluster
