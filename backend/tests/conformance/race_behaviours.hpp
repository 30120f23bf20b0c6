#pragma once

#include "conformance/scene.hpp"

// Races on the port, from several threads and in many rounds. Each of these broke an
// implementation of these rules somewhere.
namespace cinema::conformance {

inline int successes(const std::vector<domain::Result<Booking>>& answers) {
    int count = 0;
    for (const auto& answer : answers) count += answer.has_value() ? 1 : 0;
    return count;
}

TEST_P(Conformance, RaceOf200UsersForOneSeatHasOneWinner) {
    std::vector<domain::Actor> crowd;
    for (int i = 0; i < 200; ++i) crowd.push_back(new_user(fmt::format("User {}", i)));
    for (const auto* code : {"A1", "A2", "A3", "A4", "A5"}) {
        std::vector<Call<domain::Result<Booking>>> calls;
        for (const auto& user : crowd) calls.push_back(hold_call(user, {code}));
        const auto answers = at_once(calls);
        EXPECT_EQ(successes(answers), 1);
        for (const auto& answer : answers) {
            if (!answer) {
                EXPECT_EQ(answer.error().conflicts, std::vector<std::string>{code});
            }
        }
        EXPECT_EQ(seat(code).version, 1);
    }
}

TEST_P(Conformance, RaceOfOverlappingHoldsHasOneWinner) {
    for (int round = 0; round < 30; ++round) {
        const auto answers = at_once<domain::Result<Booking>>(
            {hold_call(alice, {"A1", "A2"}), hold_call(bob, {"A2", "A3"})});
        ASSERT_EQ(successes(answers), 1);
        const bool alice_won = answers[0].has_value();
        EXPECT_EQ(answers[alice_won ? 1 : 0].error().conflicts, std::vector<std::string>{"A2"});
        EXPECT_EQ(seat(alice_won ? "A3" : "A1").state, SeatState::AVAILABLE);
        ASSERT_TRUE(cancel(answers[alice_won ? 0 : 1]->id, alice_won ? alice : bob));
    }
}

TEST_P(Conformance, RaceOfHoldsInOppositeOrderHasExactlyOneWinner) {
    for (int round = 0; round < 30; ++round) {
        const auto two = at_once<domain::Result<Booking>>(
            {hold_call(alice, {"A1", "A2"}), hold_call(bob, {"A2", "A1"})});
        EXPECT_EQ(successes(two), 1);
        const auto three = at_once<domain::Result<Booking>>({hold_call(alice, {"B1", "B2", "B3"}),
                                                             hold_call(bob, {"B3", "B2", "B1"}),
                                                             hold_call(carol, {"B2", "B3", "B1"})});
        EXPECT_EQ(successes(three), 1);
        engine->clock().advance(std::chrono::seconds{1});
        for (const auto& answer : two) {
            if (answer) {
                ASSERT_TRUE(cancel(answer->id, admin));
            }
        }
        for (const auto& answer : three) {
            if (answer) {
                ASSERT_TRUE(cancel(answer->id, admin));
            }
        }
    }
}

TEST_P(Conformance, RaceOfConfirmAgainstCancelEndsOneWay) {
    int sold = 0;
    for (int round = 0; round < 30 && sold < 10; ++round) {
        const std::string code = fmt::format("A{}", sold + 1);
        const auto booking = held(alice, {code, fmt::format("B{}", sold + 1)});
        ASSERT_TRUE(pay(booking.id, alice));
        std::vector<Call<domain::Result<Booking>>> calls{confirm_call(booking.id, alice),
                                                         cancel_call(booking.id, alice)};
        if (round % 2 == 1) std::swap(calls[0], calls[1]);
        auto answers = at_once(calls);
        if (round % 2 == 1) std::swap(answers[0], answers[1]);
        ASSERT_EQ(successes(answers), 1);
        EXPECT_EQ(error_of(answers[answers[0] ? 1 : 0]), Errc::booking_not_locked);
        const auto after = find(booking.id);
        if (answers[0]) {
            EXPECT_EQ(after.status, BookingStatus::BOOKED);
            EXPECT_EQ(seat(code).state, SeatState::BOOKED);
            ++sold;  // the next round needs other seats
        } else {
            EXPECT_EQ(after.status, BookingStatus::CANCELLED);
            EXPECT_EQ(after.payment_status, PaymentStatus::REFUNDED);
            EXPECT_EQ(seat(code).state, SeatState::AVAILABLE);
        }
    }
}

TEST_P(Conformance, RaceOfConfirmAgainstExpiryEndsOneWay) {
    // The clock reaches the end of the hold while both are under way.
    for (int round = 0; round < 20; ++round) {
        const auto booking = held(alice, {fmt::format("{}{}", "AB"[round / 10], round % 10 + 1)});
        ASSERT_TRUE(pay(booking.id, alice));
        engine->clock().advance(kHoldTime - std::chrono::milliseconds{1});
        std::thread time([&] { engine->clock().advance(std::chrono::milliseconds{1}); });
        const auto answers = at_once<domain::Result<Booking>>(
            {confirm_call(booking.id, alice), [&]() -> booking::Awaitable<domain::Result<Booking>> {
                 const auto count = co_await engine->ports().bookings().expire_overdue(10);
                 EXPECT_TRUE(count);
                 co_return Booking{};
             }});
        time.join();
        const auto after = find(booking.id);
        if (answers[0]) {
            EXPECT_EQ(after.status, BookingStatus::BOOKED);
        } else {
            EXPECT_EQ(error_of(answers[0]), Errc::hold_expired);
            expire();
            EXPECT_EQ(find(booking.id).status, BookingStatus::EXPIRED);
            EXPECT_EQ(find(booking.id).payment_status, PaymentStatus::REFUNDED);
        }
    }
}

TEST_P(Conformance, RaceOfPayAgainstExpiryNeverKeepsTheMoney) {
    for (int round = 0; round < 20; ++round) {
        const auto booking = held(alice, {"A1"});
        engine->clock().advance(kHoldTime - std::chrono::milliseconds{1});
        std::thread time([&] { engine->clock().advance(std::chrono::milliseconds{1}); });
        const auto answers = at_once<domain::Result<std::size_t>>(
            {[&]() -> booking::Awaitable<domain::Result<std::size_t>> {
                 const auto payment = co_await engine->ports().bookings().pay(booking.id, alice);
                 if (!payment) co_return std::unexpected(payment.error());
                 co_return 1;
             },
             [&] { return engine->ports().bookings().expire_overdue(10); }});
        time.join();
        if (!answers[0]) {
            EXPECT_EQ(error_of(answers[0]), Errc::hold_expired);
        }
        expire();
        const auto after = find(booking.id);
        EXPECT_EQ(after.status, BookingStatus::EXPIRED);
        EXPECT_EQ(after.payment_status.has_value(), answers[0].has_value());
        if (after.payment_status) {
            EXPECT_EQ(after.payment_status, PaymentStatus::REFUNDED);
        }
    }
}

TEST_P(Conformance, RaceOfTenPaysMakesOnePayment) {
    for (int round = 0; round < 10; ++round) {
        const auto booking = held(alice, {"A" + std::to_string(round + 1)});
        std::vector<Call<domain::Result<domain::Payment>>> calls(
            10, [&] { return engine->ports().bookings().pay(booking.id, alice); });
        std::set<domain::PaymentId> payments;
        for (const auto& answer : at_once(calls)) {
            ASSERT_TRUE(answer);
            EXPECT_EQ(answer->status, PaymentStatus::SUCCESS);
            payments.insert(answer->id);
        }
        EXPECT_EQ(payments.size(), 1u);
    }
}

TEST_P(Conformance, RaceOfTenConfirmsAgrees) {
    for (int round = 0; round < 10; ++round) {
        const std::string code = "A" + std::to_string(round + 1);
        const auto booking = held(alice, {code});
        ASSERT_TRUE(pay(booking.id, alice));
        const std::vector<Call<domain::Result<Booking>>> calls(10, confirm_call(booking.id, alice));
        for (const auto& answer : at_once(calls)) {
            ASSERT_TRUE(answer);
            EXPECT_EQ(answer->status, BookingStatus::BOOKED);
        }
        EXPECT_EQ(seat(code).version, 2);
    }
}

TEST_P(Conformance, RaceForOnesOwnBookedSeatChangesNothing) {
    const auto sold = bought(alice, {"A1"});
    const std::vector<Call<domain::Result<Booking>>> calls(20, hold_call(alice, {"A1"}));
    EXPECT_EQ(successes(at_once(calls)), 0);
    EXPECT_EQ(find(sold.id).status, BookingStatus::BOOKED);
    EXPECT_EQ(seat("A1").version, 2);
}

TEST_P(Conformance, RaceOfOneKeyMakesOneBooking) {
    const std::vector<Call<domain::Result<Booking>>> calls(20, [&] {
        return engine->ports().bookings().hold({.showtime_id = tonight,
                                                .actor = alice,
                                                .seats = {"A1", "A2"},
                                                .idempotency_key = "one"});
    });
    std::set<domain::BookingId> bookings;
    for (const auto& answer : at_once(calls)) {
        ASSERT_TRUE(answer);
        bookings.insert(answer->id);
    }
    EXPECT_EQ(bookings.size(), 1u);
}

TEST_P(Conformance, RaceOfNewHoldsForAnOverdueSeatHasOneWinner) {
    for (int round = 0; round < 10; ++round) {
        const auto old = held(carol, {"A1", "A2"});
        ASSERT_TRUE(pay(old.id, carol));
        engine->clock().advance(kHoldTime);
        const auto answers = at_once<domain::Result<Booking>>(
            {hold_call(alice, {"A1"}), hold_call(bob, {"A1"}), confirm_call(old.id, carol)});
        EXPECT_EQ(successes(answers), 1);
        EXPECT_FALSE(answers[2]);
        EXPECT_EQ(find(old.id).payment_status, PaymentStatus::REFUNDED);
        ASSERT_TRUE(cancel(answers[answers[0] ? 0 : 1]->id, admin));
    }
}

TEST_P(Conformance, AStormOfEverythingLeavesTheBooksBalanced) {
    std::vector<domain::Actor> crowd{alice, bob, carol};
    for (int round = 0; round < 15; ++round) {
        std::vector<Call<domain::Result<Booking>>> calls;
        for (int i = 0; i < 30; ++i) {
            const auto& user = crowd[static_cast<std::size_t>(i) % crowd.size()];
            const std::string one = fmt::format("{}{}", "ABC"[i % 3], (i * 7 + round) % 10 + 1);
            const std::string two = fmt::format("{}{}", "BCA"[i % 3], (i * 3 + round) % 10 + 1);
            calls.push_back([this, user, i, take = hold_call(user, {one, two})]()
                                -> booking::Awaitable<domain::Result<Booking>> {
                auto& bookings = engine->ports().bookings();
                auto booking = co_await take();
                if (!booking) co_return booking;
                if (i % 4 != 0) (void)co_await bookings.pay(booking->id, user);
                if (i % 4 == 1) co_return co_await bookings.cancel(booking->id, user);
                if (i % 4 == 2) co_return co_await bookings.confirm(booking->id, user);
                (void)co_await bookings.expire_overdue(5);
                co_return booking;
            });
        }
        at_once(calls);
        engine->clock().advance(kHoldTime / 4);
        check_books();
    }
}

}  // namespace cinema::conformance
