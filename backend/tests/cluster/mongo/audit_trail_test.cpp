#include "cluster/mongo/audit_trail.hpp"

#include <algorithm>

#include "cluster/mongo/audit_log.hpp"
#include "cluster/mongo/mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

using domain::Event;
using domain::EventType;

class AuditTrail : public MongoTest {
  protected:
    Event event(EventType type, domain::BookingId booking = {}, domain::UserId user = {}) {
        return {.event_id = ids.uuid(),
                .type = type,
                .occurred_at = clock.now(),
                .booking_id = booking,
                .user_id = user,
                .showtime_id = showtime,
                .seats = {"A1", "A2"},
                .payload = R"({"amount":2000,"currency":"THB"})"};
    }
    void write(const std::vector<Event>& events) {
        const auto written = log.write(events);
        ASSERT_TRUE(written) << written.error().detail;
    }
    std::vector<domain::AuditLog> trail(audit::AuditFilter filter = {},
                                        booking::PageRequest page = {}) {
        return value_of_call(audit.search(filter, page));
    }
    /// A booking's whole life, in one millisecond if nothing moves the clock.
    std::vector<Event> life(domain::BookingId booking) {
        return {
            event(EventType::BookingLocked, booking), event(EventType::PaymentSucceeded, booking),
            event(EventType::BookingExpired, booking), event(EventType::PaymentRefunded, booking)};
    }

    AuditLogWriter log{mongo};
    MongoAuditTrail audit{mongo};
    domain::ShowtimeId showtime = ids.next<domain::ShowtimeId>();
};

TEST_F(AuditTrail, KeepsEveryField) {
    auto written = event(EventType::BookingCancelled, ids.next<domain::BookingId>(),
                         ids.next<domain::UserId>());
    write({written});
    const auto logs = trail();
    ASSERT_EQ(logs.size(), 1u);
    EXPECT_EQ(logs[0].id, audit_log_id(written));
    EXPECT_EQ(logs[0].event_id, written.event_id);
    EXPECT_EQ(logs[0].event_type, "BookingCancelled");
    EXPECT_EQ(logs[0].user_id, written.user_id);
    EXPECT_EQ(logs[0].showtime_id, showtime);
    EXPECT_EQ(logs[0].booking_id, written.booking_id);
    EXPECT_EQ(logs[0].seats, written.seats);
    EXPECT_EQ(logs[0].payload, written.payload);
    EXPECT_EQ(logs[0].created_at, written.occurred_at);
    each("audit_logs",
         [](Fields& entry) { EXPECT_EQ(entry.object("payload").integer("amount"), 2'000); });
}

TEST_F(AuditTrail, AnEventWithoutAPayloadHasNone) {
    auto bare = event(EventType::BookingLocked);
    bare.payload.clear();
    write({bare});
    EXPECT_EQ(trail().at(0).payload, "");
}

TEST_F(AuditTrail, TheIdTellsTheSecondTheMillisecondAndTheRank) {
    auto told = event(EventType::PaymentRefunded);
    told.event_id = "0198f3a1-7b2c-7def-8123-A1b2c3d4e5f6";
    told.occurred_at = UtcTime{milliseconds{0x6b04396aLL * 1000 + 999}};
    EXPECT_EQ(audit_log_id(told).to_hex(), "6b04396af9c3a1b2c3d4e5f6");  // 999 << 6 | 3
    told.type = EventType::BookingLocked;
    EXPECT_EQ(audit_log_id(told).to_hex(), "6b04396af9c0a1b2c3d4e5f6");
    for (const std::string bad : {"", "0198f3a1", "0198f3a1-7b2c-7def-8123-a1b2c3d4e5fx"}) {
        told.event_id = bad;
        EXPECT_THROW(audit_log_id(told), std::runtime_error);
    }
}

TEST_F(AuditTrail, RedeliveredEventsAreThereOnce) {
    const auto booking = ids.next<domain::BookingId>();
    const auto events = life(booking);
    write({events[0], events[1]});
    write(events);                  // the first two are repeated
    write({events[1], events[1]});  // twice in one delivery
    write({events[3], events[0]});  // in another order
    const auto logs = trail({.booking_id = booking});
    ASSERT_EQ(logs.size(), 4u);
    const auto fresh = event(EventType::BookingLocked, booking);
    write({events[2], fresh, events[0]});  // one between repeated ones is not lost
    EXPECT_EQ(trail({.booking_id = booking}).size(), 5u);
}

TEST_F(AuditTrail, ManyConsumersMayWriteTheSame) {
    std::vector<Event> events;
    for (int i = 0; i < 40; ++i) events.push_back(event(EventType::BookingLocked));
    at_once(4, [&](int i) {
        auto mine = events;
        std::rotate(mine.begin(), mine.begin() + i * 10, mine.end());
        for (int round = 0; round < 5; ++round) EXPECT_TRUE(log.write(mine));
    });
    EXPECT_EQ(trail({}, {.limit = 500, .before = {}}).size(), 40u);
}

TEST_F(AuditTrail, ABookingsTrailSortsAsItsLifeHoweverItWasDelivered) {
    for (int round = 0; round < 20; ++round) {
        clock.advance(milliseconds{137});
        const auto booking = ids.next<domain::BookingId>();
        auto events = life(booking);
        std::rotate(events.begin(), events.begin() + round % 4, events.end());
        if (round % 2) std::swap(events[0], events[2]);
        for (const auto& one : events) write({one});
        const auto logs = trail({.booking_id = booking});
        std::vector<std::string> types;
        for (const auto& entry : logs) types.push_back(entry.event_type);
        EXPECT_EQ(types, (std::vector<std::string>{"PaymentRefunded", "BookingExpired",
                                                   "PaymentSucceeded", "BookingLocked"}));
    }
}

TEST_F(AuditTrail, IsSearchedByEveryMemberOfTheFilter) {
    const auto booking = ids.next<domain::BookingId>();
    const auto alice = ids.next<domain::UserId>();
    const auto bob = ids.next<domain::UserId>();
    write({event(EventType::BookingLocked, booking, alice),
           event(EventType::PaymentSucceeded, booking, alice)});
    clock.advance(milliseconds{250});
    const auto later = clock.now();
    write({event(EventType::BookingLocked, ids.next<domain::BookingId>(), bob)});
    EXPECT_EQ(trail().size(), 3u);
    EXPECT_EQ(trail({.event_type = EventType::BookingLocked}).size(), 2u);
    EXPECT_EQ(trail({.event_type = EventType::BookingExpired}).size(), 0u);
    EXPECT_EQ(trail({.booking_id = booking}).size(), 2u);
    EXPECT_EQ(trail({.user_id = bob}).size(), 1u);
    EXPECT_EQ(trail({.booking_id = booking, .user_id = bob}).size(), 0u);
    EXPECT_EQ(trail({.from = later}).size(), 1u);
    EXPECT_EQ(trail({.before = later}).size(), 2u);
    EXPECT_EQ(trail({.from = later - milliseconds{250}, .before = later}).size(), 2u);
    EXPECT_EQ(trail({.from = later + milliseconds{1}}).size(), 0u);
    EXPECT_EQ(trail({.event_type = EventType::BookingLocked,
                     .booking_id = booking,
                     .user_id = alice,
                     .from = later - milliseconds{250},
                     .before = later})
                  .size(),
              1u);
    EXPECT_EQ(trail({.from = UtcTime{}, .before = UtcTime{milliseconds{5'000'000'000'000}}}).size(),
              3u);
}

TEST_F(AuditTrail, ComesNewestFirstInPages) {
    std::vector<Event> events;
    for (int i = 0; i < 230; ++i) {
        events.push_back(event(EventType::BookingLocked));
        clock.advance(milliseconds{7});
    }
    write(events);
    std::vector<domain::AuditLogId> read;
    booking::PageRequest page{.limit = 150, .before = {}};
    while (true) {
        const auto logs = trail({}, page);
        for (const auto& entry : logs) read.push_back(entry.id);
        if (logs.size() < page.limit) break;
        page.before = read.back().value;
    }
    std::vector<domain::AuditLogId> expected;
    for (const auto& one : events) expected.push_back(audit_log_id(one));
    std::reverse(expected.begin(), expected.end());
    EXPECT_EQ(read, expected);
    EXPECT_TRUE(trail({}, {.limit = 0, .before = {}}).empty());
}

TEST_F(AuditTrail, WhatIsNoEventIsRefusedWhole) {
    auto bad = event(EventType::BookingLocked);
    bad.payload = "[1]";
    EXPECT_THROW((void)log.write({event(EventType::BookingLocked), bad}), std::runtime_error);
    bad = event(EventType::BookingLocked);
    bad.event_id = "1";
    EXPECT_THROW((void)log.write({event(EventType::BookingLocked), bad}), std::runtime_error);
    EXPECT_TRUE(trail().empty());
    EXPECT_TRUE(log.write({}));
}

}  // namespace
}  // namespace cinema::cluster::mongo
