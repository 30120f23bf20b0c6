#pragma once

#include "conformance/scene.hpp"

namespace cinema::conformance {

TEST_P(Conformance, HoldLocksAllSeatsAndFixesThePrice) {
    const auto booking = hold(alice, {"A2", "B1", "C10"});
    ASSERT_TRUE(booking);
    const auto now = engine->clock().now();
    EXPECT_EQ(booking->user_id, alice.user_id);
    EXPECT_EQ(booking->showtime_id, tonight);
    EXPECT_EQ(booking->seats, (std::vector<std::string>{"A2", "B1", "C10"}));
    EXPECT_EQ(booking->status, BookingStatus::LOCKED);
    EXPECT_EQ(booking->amount, 1'000 + 1'500 + 800);
    EXPECT_EQ(booking->currency, "THB");
    EXPECT_EQ(booking->lock_expires_at, now + kHoldTime);
    EXPECT_EQ(booking->created_at, now);
    EXPECT_FALSE(booking->payment_id || booking->payment_status);
    for (const auto* code : {"A2", "B1", "C10"}) {
        EXPECT_EQ(seat(code), (domain::SeatReservation{code, SeatState::LOCKED, alice.user_id,
                                                       now + kHoldTime, 1}));
    }
    EXPECT_EQ(seat("A1").state, SeatState::AVAILABLE);
    EXPECT_EQ(taken(tonight), 3);
    EXPECT_EQ(taken(tomorrow), 0);

    const auto events = engine->seat_events();
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0].type, domain::SeatEventType::SEAT_LOCKED);
    EXPECT_EQ(events[0].seat_code, "A2");
    EXPECT_EQ(events[0].version, 1);
}

TEST_P(Conformance, HoldOfAnUnknownShowtimeIsNotFound) {
    const auto unknown = engine->ids().next<domain::ShowtimeId>();
    EXPECT_EQ(error_of(hold_at(unknown, alice, {"A1"})), Errc::not_found);
}

TEST_P(Conformance, HoldNamesEveryBadSeat) {
    const auto refused = hold(alice, {"A1", "Z9", "A1", "a1"});
    ASSERT_EQ(error_of(refused), Errc::validation);
    std::vector<std::string> fields;
    for (const auto& error : refused.error().errors) fields.push_back(error.field);
    EXPECT_EQ(fields, (std::vector<std::string>{"seats[1]", "seats[2]", "seats[3]"}));
    EXPECT_EQ(error_of(hold(alice, {})), Errc::validation);
    EXPECT_EQ(
        error_of(hold(alice, {"A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "A10", "B1"})),
        Errc::validation);
    EXPECT_EQ(taken(tonight), 0);
}

TEST_P(Conformance, HoldOfAStartedShowtimeIsRefused) {
    EXPECT_EQ(error_of(hold_at(started, alice, {"A1"})), Errc::showtime_started);
    engine->clock().advance(std::chrono::hours{2});  // tonight starts now
    EXPECT_EQ(error_of(hold(alice, {"A1"})), Errc::showtime_started);
}

TEST_P(Conformance, HoldNamesConflictsInTheOrderAskedAndTakesNothing) {
    held(alice, {"A2", "A4"});
    const auto refused = hold(bob, {"A5", "A4", "A1", "A2"});
    ASSERT_EQ(error_of(refused), Errc::seats_taken);
    EXPECT_EQ(refused.error().conflicts, (std::vector<std::string>{"A4", "A2"}));
    EXPECT_EQ(seat("A5").state, SeatState::AVAILABLE);
    EXPECT_EQ(seat("A1").state, SeatState::AVAILABLE);
    EXPECT_EQ(taken(tonight), 2);
    EXPECT_TRUE(hold(bob, {"A5", "A1"}));
}

TEST_P(Conformance, TheSameSeatOfAnotherShowtimeIsFree) {
    held(alice, {"A1"});
    EXPECT_TRUE(hold_at(tomorrow, bob, {"A1"}));
}

TEST_P(Conformance, HoldOfOnesOwnLockedOrBookedSeatChangesNothing) {
    const auto booked = bought(alice, {"A1"});
    const auto locked = held(alice, {"A2"});
    const auto before = engine->seat_events().size();
    EXPECT_EQ(error_of(hold(alice, {"A1"})), Errc::seats_taken);
    EXPECT_EQ(error_of(hold(alice, {"A2"})), Errc::seats_taken);
    EXPECT_EQ(hold(alice, {"A3", "A1", "A2"}).error().conflicts,
              (std::vector<std::string>{"A1", "A2"}));
    EXPECT_EQ(seat("A1").state, SeatState::BOOKED);
    EXPECT_EQ(find(booked.id).status, BookingStatus::BOOKED);
    EXPECT_EQ(find(locked.id).lock_expires_at, locked.lock_expires_at);
    EXPECT_EQ(engine->seat_events().size(), before);
}

TEST_P(Conformance, HoldForADeletedAccountIsRefusedAndTakesNothing) {
    const domain::Actor ghost{.user_id = engine->ids().next<domain::UserId>()};
    EXPECT_EQ(error_of(hold(ghost, {"A1"})), Errc::account_gone);
    EXPECT_EQ(seat("A1").state, SeatState::AVAILABLE);
    EXPECT_TRUE(hold(alice, {"A1"}));
}

TEST_P(Conformance, AnAccountThatIsGoneDoesNotUndoItsNeighboursInTheSameMoment) {
    const domain::Actor ghost{.user_id = engine->ids().next<domain::UserId>()};
    const auto answers = at_once<domain::Result<Booking>>(
        {hold_call(alice, {"A1"}), hold_call(ghost, {"A2"}), hold_call(bob, {"A3"})});
    EXPECT_TRUE(answers[0]);
    EXPECT_EQ(error_of(answers[1]), Errc::account_gone);
    EXPECT_TRUE(answers[2]);
}

TEST_P(Conformance, ARepeatedKeyAnswersWithTheFirstBooking) {
    const auto first = hold(alice, {"A1", "A2"}, "key-1");
    ASSERT_TRUE(first);
    const auto again = hold(alice, {"A1", "A2"}, "key-1");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id, first->id);
    EXPECT_EQ(engine->seat_events().size(), 2u);
    ASSERT_TRUE(pay(first->id, alice));
    ASSERT_TRUE(confirm(first->id, alice));
    const auto later = hold(alice, {"A1", "A2"}, "key-1");
    ASSERT_TRUE(later);
    EXPECT_EQ(later->id, first->id);
    EXPECT_EQ(later->status, BookingStatus::BOOKED);
    engine->clock().advance(std::chrono::hours{3});  // the showtime has started by now
    EXPECT_TRUE(hold(alice, {"A1", "A2"}, "key-1"));
}

TEST_P(Conformance, AKeyUsedForAnotherRequestIsRefused) {
    ASSERT_TRUE(hold(alice, {"A1", "A2"}, "key-1"));
    EXPECT_EQ(error_of(hold(alice, {"A1"}, "key-1")), Errc::idempotency_mismatch);
    EXPECT_EQ(error_of(hold(alice, {"A2", "A1"}, "key-1")), Errc::idempotency_mismatch);
    EXPECT_EQ(error_of(hold_at(tomorrow, alice, {"A1", "A2"}, "key-1")),
              Errc::idempotency_mismatch);
}

TEST_P(Conformance, KeysBelongToTheirUser) {
    ASSERT_TRUE(hold(alice, {"A1"}, "key-1"));
    const auto other = hold(bob, {"A2"}, "key-1");
    ASSERT_TRUE(other);
    EXPECT_EQ(other->user_id, bob.user_id);
}

TEST_P(Conformance, ARefusedHoldDoesNotUseUpItsKey) {
    const auto first = held(bob, {"A1"});
    EXPECT_EQ(error_of(hold(alice, {"A1"}, "key-1")), Errc::seats_taken);
    ASSERT_TRUE(cancel(first.id, bob));
    EXPECT_TRUE(hold(alice, {"A1"}, "key-1"));
}

TEST_P(Conformance, AnOverdueHoldInTheWayIsExpiredWhole) {
    const auto old = held(alice, {"A1", "A2", "A3"});
    ASSERT_TRUE(pay(old.id, alice));
    engine->clock().advance(kHoldTime - std::chrono::milliseconds{1});
    EXPECT_EQ(error_of(hold(bob, {"A2"})), Errc::seats_taken);
    engine->clock().advance(std::chrono::milliseconds{1});
    const auto next = hold(bob, {"A2", "A4", "A3"});
    ASSERT_TRUE(next);
    EXPECT_EQ(find(old.id).status, BookingStatus::EXPIRED);
    EXPECT_EQ(find(old.id).payment_status, PaymentStatus::REFUNDED);
    EXPECT_EQ(seat("A1"), (domain::SeatReservation{.seat_code = "A1", .version = 2}));
    EXPECT_EQ(seat("A2").version, 3);  // locked, released, locked
    EXPECT_EQ(seat("A2").locked_by, bob.user_id);
    EXPECT_EQ(taken(tonight), 3);
    EXPECT_EQ(event_types_of(old.id),
              (std::vector<std::string>{"BookingLocked", "PaymentSucceeded", "BookingExpired",
                                        "PaymentRefunded"}));
}

TEST_P(Conformance, OneOverdueAndOneLiveHoldInTheWayIsAConflict) {
    const auto old = held(alice, {"A1"});
    engine->clock().advance(kHoldTime);
    held(carol, {"A2"});
    const auto refused = hold(bob, {"A1", "A2"});
    ASSERT_EQ(error_of(refused), Errc::seats_taken);
    EXPECT_EQ(refused.error().conflicts, std::vector<std::string>{"A2"});
    EXPECT_TRUE(hold(bob, {"A1"}));
    EXPECT_EQ(find(old.id).status, BookingStatus::EXPIRED);
}

TEST_P(Conformance, AHoldKeepsThePriceItWasMadeWith) {
    const auto booking = held(alice, {"A1"});
    const auto snapshot = engine->ports().catalog().snapshot();
    auto dearer = *snapshot->showtime(tonight);
    dearer.prices[0] = 9'900;
    catalog::CatalogChange change;
    change.showtimes.push_back(dearer);
    ASSERT_TRUE(engine->ports().catalog().apply(change, snapshot->revision()));
    EXPECT_EQ(held(bob, {"A2"}).amount, 9'900);
    EXPECT_EQ(find(booking.id).amount, 1'000);
    EXPECT_EQ(pay(booking.id, alice)->amount, 1'000);
}

}  // namespace cinema::conformance
