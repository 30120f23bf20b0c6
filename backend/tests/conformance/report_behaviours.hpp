#pragma once

#include "conformance/scene.hpp"

namespace cinema::conformance {

using reports::Occupancy;
using reports::Sum;
using std::chrono::hours;
using std::chrono::milliseconds;

/// The figures of two days: the one that began an hour before the test, and the one before it.
class Figures {
  public:
    Figures(EngineUnderTest& engine, std::vector<domain::ShowtimeId> showtimes = {})
        : engine_(engine), showtimes_(std::move(showtimes)) {
        const auto today = engine.clock().now() - hours{1};
        days_ = {today - hours{24}, today, today + hours{24}};
    }

    reports::HouseReport operator()() const {
        const auto report = wait_for(engine_.ports().reports().report(
            {.days = days_, .now = engine_.clock().now(), .showtimes = showtimes_}));
        if (!report) throw std::runtime_error(report.error().detail);
        EXPECT_EQ(report->sales.size(), days_.size() - 1);
        EXPECT_EQ(report->occupancy.size(), showtimes_.size());
        return *report;
    }
    void set_days(std::vector<domain::UtcTime> days) { days_ = std::move(days); }
    domain::UtcTime midnight() const { return days_.back(); }  ///< at the end of today

  private:
    EngineUnderTest& engine_;
    std::vector<domain::ShowtimeId> showtimes_;
    std::vector<domain::UtcTime> days_;
};

TEST_P(Conformance, AnEmptyHouseHasEmptyFigures) {
    const Figures figures(*engine, {tonight, engine->ids().next<domain::ShowtimeId>()});
    const auto report = figures();
    EXPECT_EQ(report.sales, (std::vector<Sum>(2)));
    EXPECT_EQ(report.refunds, Sum{});
    EXPECT_EQ(report.holds, Sum{});
    EXPECT_EQ(report.next_expiry, std::nullopt);
    EXPECT_EQ(report.occupancy, (std::vector<Occupancy>(2)));
}

TEST_P(Conformance, SalesAreBookedBookingsByCurrency) {
    bought(alice, {"A1", "B1"});  // 1,000 + 1,500
    bought(bob, {"C1"});          // 800
    const auto in_euros = hold_at(tomorrow, bob, {"A1"});
    ASSERT_TRUE(in_euros);
    ASSERT_TRUE(pay(in_euros->id, bob));
    ASSERT_TRUE(confirm(in_euros->id, bob));
    ASSERT_TRUE(pay(held(carol, {"A5"}).id, carol));  // paid is not sold
    ASSERT_TRUE(cancel(held(carol, {"A6"}).id, carol));
    const auto report = Figures(*engine)();
    EXPECT_EQ(report.sales[0], Sum{});
    EXPECT_EQ(report.sales[1],
              (Sum{.bookings = 3, .seats = 4, .amount = {{"EUR", 1'000}, {"THB", 3'300}}}));
}

TEST_P(Conformance, ASaleCountsAtTheInstantOfItsConfirm) {
    Figures figures(*engine);
    auto& clock = engine->clock();
    const auto midnight = figures.midnight();
    clock.set(midnight - std::chrono::seconds{200});
    const auto late = *hold_at(tomorrow, alice, {"A1"});
    const auto early = *hold_at(tomorrow, bob, {"A2"});
    ASSERT_TRUE(pay(late.id, alice));
    ASSERT_TRUE(pay(early.id, bob));
    clock.set(midnight - milliseconds{1});
    ASSERT_TRUE(confirm(late.id, alice));  // the day's last millisecond
    clock.advance(milliseconds{1});
    ASSERT_TRUE(confirm(early.id, bob));  // the next day's first
    EXPECT_EQ(figures().sales[1].bookings, 1);
    figures.set_days({midnight - hours{24}, midnight, midnight + hours{24}});
    EXPECT_EQ(figures().sales[0].bookings, 1);
    EXPECT_EQ(figures().sales[1].bookings, 1);
    ASSERT_TRUE(confirm(late.id, alice));  // a repetition sells nothing
    EXPECT_EQ(figures().sales[1].bookings, 1);
    // A day of its own finds what was booked before it began.
    figures.set_days({midnight, midnight + hours{24}});
    EXPECT_EQ(figures().sales[0].bookings, 1);
}

TEST_P(Conformance, DaysMayHaveAnyLengthAndLeaveSalesOut) {
    Figures figures(*engine);
    auto& clock = engine->clock();
    const auto start = clock.now();
    std::vector<int> sold(5);
    for (int i = 0; i < 5; ++i) {
        bought(alice, {"A" + std::to_string(i + 1)});
        clock.advance(std::chrono::minutes{10});
    }
    // 0 before the first day; an empty day; then 23, 1 and 16 minutes.
    const auto minute = [&](int i) { return start + std::chrono::minutes{i}; };
    figures.set_days({minute(5), minute(5), minute(28), minute(29), minute(45)});
    const auto report = figures();
    EXPECT_EQ(report.sales[0].bookings, 0);
    EXPECT_EQ(report.sales[1].bookings, 2);
    EXPECT_EQ(report.sales[2].bookings, 0);
    EXPECT_EQ(report.sales[3].bookings, 2);
}

TEST_P(Conformance, RefundsCountAtTheInstantTheMoneyWentBack) {
    Figures figures(*engine);
    const auto cancelled = held(alice, {"A1", "A2"});
    ASSERT_TRUE(pay(cancelled.id, alice));
    ASSERT_TRUE(cancel(cancelled.id, alice));
    ASSERT_TRUE(cancel(held(bob, {"A3"}).id, bob));  // nothing was paid
    const Sum one{.bookings = 1, .seats = 2, .amount = {{"THB", 2'000}}};
    EXPECT_EQ(figures().refunds, one);
    EXPECT_EQ(figures().sales[1], Sum{});
    trail();  // delivers the events
    EXPECT_EQ(figures().refunds, one);

    // A server that was down for days finds the hold overdue only then.
    const auto forgotten = *hold_at(tomorrow, carol, {"B1"});
    ASSERT_TRUE(pay(forgotten.id, carol));
    engine->clock().advance(hours{72});
    ASSERT_EQ(expire(), 1u);
    EXPECT_EQ(figures().refunds, one);
    const auto now = engine->clock().now();
    figures.set_days({now - hours{1}, now + hours{1}});
    const Sum late{.bookings = 1, .seats = 1, .amount = {{"EUR", 1'500}}};
    EXPECT_EQ(figures().refunds, late);
    trail();
    EXPECT_EQ(figures().refunds, late);
    figures.set_days({now - hours{1}, now});
    EXPECT_EQ(figures().refunds, Sum{});
}

TEST_P(Conformance, HoldsCountUntilTheyAreOverdue) {
    const Figures figures(*engine);
    const auto first = held(alice, {"A1", "A2"});
    engine->clock().advance(std::chrono::seconds{60});
    const auto second = *hold_at(tomorrow, bob, {"B1"});
    ASSERT_TRUE(pay(second.id, bob));
    bought(carol, {"A3"});
    EXPECT_EQ(figures().holds,
              (Sum{.bookings = 2, .seats = 3, .amount = {{"EUR", 1'500}, {"THB", 2'000}}}));
    EXPECT_EQ(figures().next_expiry, first.lock_expires_at);

    engine->clock().set(first.lock_expires_at - milliseconds{1});
    EXPECT_EQ(figures().holds.bookings, 2);
    engine->clock().advance(milliseconds{1});  // overdue, and not yet expired
    EXPECT_EQ(figures().holds, (Sum{.bookings = 1, .seats = 1, .amount = {{"EUR", 1'500}}}));
    EXPECT_EQ(figures().next_expiry, second.lock_expires_at);
    ASSERT_TRUE(cancel(second.id, bob));
    EXPECT_EQ(figures().holds, Sum{});
    EXPECT_EQ(figures().next_expiry, std::nullopt);
}

TEST_P(Conformance, OccupancyTellsSoldFromHeld) {
    const Figures figures(*engine, {tomorrow, tonight, started, tonight});
    bought(alice, {"A1", "A2", "A3"});
    const auto holding = held(bob, {"B1", "B2"});
    ASSERT_TRUE(cancel(held(carol, {"C1"}).id, carol));
    ASSERT_TRUE(hold_at(tomorrow, carol, {"A1"}));
    const Occupancy of_tonight{.seats_booked = 3, .seats_locked = 2};
    EXPECT_EQ(figures().occupancy,
              (std::vector<Occupancy>{{0, 1}, of_tonight, {0, 0}, of_tonight}));

    engine->clock().set(holding.lock_expires_at);  // overdue: nobody's any more
    EXPECT_EQ(figures().occupancy[1], (Occupancy{.seats_booked = 3, .seats_locked = 0}));
    expire();
    EXPECT_EQ(figures().occupancy[1], (Occupancy{.seats_booked = 3, .seats_locked = 0}));
}

}  // namespace cinema::conformance
