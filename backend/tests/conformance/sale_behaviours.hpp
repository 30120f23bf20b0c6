#pragma once

#include "conformance/scene.hpp"

namespace cinema::conformance {

TEST_P(Conformance, PayThenConfirmSellsTheSeats) {
    const auto booking = held(alice, {"A1", "B2"});
    engine->clock().advance(std::chrono::seconds{10});
    const auto payment = pay(booking.id, alice);
    ASSERT_TRUE(payment);
    EXPECT_EQ(payment->booking_id, booking.id);
    EXPECT_EQ(payment->status, PaymentStatus::SUCCESS);
    EXPECT_EQ(payment->amount, 2'500);
    EXPECT_EQ(payment->currency, "THB");
    EXPECT_EQ(find(booking.id).payment_id, payment->id);
    EXPECT_EQ(find(booking.id).payment_status, PaymentStatus::SUCCESS);
    EXPECT_EQ(find(booking.id).updated_at, engine->clock().now());
    EXPECT_EQ(find(booking.id).status, BookingStatus::LOCKED);

    engine->clock().advance(std::chrono::seconds{10});
    const auto sold = confirm(booking.id, alice);
    ASSERT_TRUE(sold);
    EXPECT_EQ(sold->status, BookingStatus::BOOKED);
    EXPECT_EQ(sold->payment_id, payment->id);
    EXPECT_EQ(sold->updated_at, engine->clock().now());
    EXPECT_EQ(find(booking.id).status, BookingStatus::BOOKED);
    EXPECT_EQ(seat("A1"), (domain::SeatReservation{"A1", SeatState::BOOKED, alice.user_id, {}, 2}));
    EXPECT_EQ(taken(tonight), 2);
    EXPECT_EQ(engine->seat_events().back().type, domain::SeatEventType::SEAT_BOOKED);
    EXPECT_EQ(engine->seat_events().back().locked_by, alice.user_id);
    EXPECT_EQ(event_types_of(booking.id),
              (std::vector<std::string>{"BookingLocked", "PaymentSucceeded", "BookingConfirmed"}));
}

TEST_P(Conformance, RepeatedPayAndConfirmAnswerWithTheFirst) {
    const auto booking = held(alice, {"A1"});
    const auto first = pay(booking.id, alice);
    EXPECT_EQ(pay(booking.id, alice)->id, first->id);
    ASSERT_TRUE(confirm(booking.id, alice));
    EXPECT_EQ(pay(booking.id, alice)->id, first->id);
    const auto again = confirm(booking.id, alice);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->status, BookingStatus::BOOKED);
    engine->clock().advance(std::chrono::hours{1});
    EXPECT_TRUE(confirm(booking.id, alice));
    EXPECT_EQ(seat("A1").version, 2);
}

TEST_P(Conformance, ConfirmNeedsAPayment) {
    const auto booking = held(alice, {"A1"});
    EXPECT_EQ(error_of(confirm(booking.id, alice)), Errc::payment_required);
    EXPECT_EQ(seat("A1").state, SeatState::LOCKED);
}

TEST_P(Conformance, AnUnknownBookingIsNotFound) {
    const auto unknown = engine->ids().next<domain::BookingId>();
    EXPECT_EQ(error_of(pay(unknown, alice)), Errc::not_found);
    EXPECT_EQ(error_of(confirm(unknown, alice)), Errc::not_found);
    EXPECT_EQ(error_of(cancel(unknown, alice)), Errc::not_found);
}

TEST_P(Conformance, AnothersBookingIsNotFound) {
    const auto booking = held(alice, {"A1"});
    EXPECT_EQ(error_of(pay(booking.id, bob)), Errc::not_found);
    ASSERT_TRUE(pay(booking.id, alice));
    EXPECT_EQ(error_of(confirm(booking.id, bob)), Errc::not_found);
    EXPECT_EQ(error_of(cancel(booking.id, bob)), Errc::not_found);
    EXPECT_EQ(find(booking.id).status, BookingStatus::LOCKED);
    EXPECT_EQ(seat("A1").locked_by, alice.user_id);
}

TEST_P(Conformance, AnAdminMayCancelButNeitherPayNorConfirmForAnother) {
    const auto booking = held(alice, {"A1"});
    EXPECT_EQ(error_of(pay(booking.id, admin)), Errc::not_found);
    ASSERT_TRUE(pay(booking.id, alice));
    EXPECT_EQ(error_of(confirm(booking.id, admin)), Errc::not_found);
    const auto cancelled = cancel(booking.id, admin);
    ASSERT_TRUE(cancelled);
    EXPECT_EQ(cancelled->status, BookingStatus::CANCELLED);
    EXPECT_EQ(cancelled->user_id, alice.user_id);
    const auto log = trail({.event_type = domain::EventType::BookingCancelled}).at(0);
    EXPECT_EQ(log.user_id, alice.user_id);
    EXPECT_NE(log.payload.find(admin.user_id.to_hex()), std::string::npos);
}

TEST_P(Conformance, CancelReleasesTheSeatsAndRefunds) {
    const auto booking = held(alice, {"A1", "A2"});
    ASSERT_TRUE(pay(booking.id, alice));
    const auto cancelled = cancel(booking.id, alice);
    ASSERT_TRUE(cancelled);
    EXPECT_EQ(cancelled->status, BookingStatus::CANCELLED);
    EXPECT_EQ(cancelled->payment_status, PaymentStatus::REFUNDED);
    EXPECT_EQ(seat("A1"), (domain::SeatReservation{.seat_code = "A1", .version = 2}));
    EXPECT_EQ(taken(tonight), 0);
    EXPECT_EQ(engine->seat_events().back().type, domain::SeatEventType::SEAT_RELEASED);
    EXPECT_EQ(event_types_of(booking.id),
              (std::vector<std::string>{"BookingLocked", "PaymentSucceeded", "BookingCancelled",
                                        "PaymentRefunded"}));
    const auto again = cancel(booking.id, alice);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->status, BookingStatus::CANCELLED);
    EXPECT_TRUE(hold(bob, {"A1", "A2"}));
}

TEST_P(Conformance, AnUnpaidCancelRefundsNothing) {
    const auto booking = held(alice, {"A1"});
    EXPECT_FALSE(cancel(booking.id, alice)->payment_status);
    EXPECT_EQ(event_types_of(booking.id),
              (std::vector<std::string>{"BookingLocked", "BookingCancelled"}));
}

TEST_P(Conformance, WhatIsOverStaysOver) {
    const auto cancelled = held(alice, {"A1"});
    ASSERT_TRUE(cancel(cancelled.id, alice));
    EXPECT_EQ(error_of(pay(cancelled.id, alice)), Errc::booking_not_locked);
    EXPECT_EQ(error_of(confirm(cancelled.id, alice)), Errc::booking_not_locked);

    const auto sold = bought(alice, {"A2"});
    EXPECT_EQ(error_of(cancel(sold.id, alice)), Errc::booking_not_locked);
    EXPECT_EQ(error_of(cancel(sold.id, admin)), Errc::booking_not_locked);

    const auto expired = held(alice, {"A3"});
    engine->clock().advance(kHoldTime);
    EXPECT_EQ(expire(), 1u);
    EXPECT_EQ(error_of(pay(expired.id, alice)), Errc::hold_expired);
    EXPECT_EQ(error_of(confirm(expired.id, alice)), Errc::hold_expired);
    EXPECT_EQ(error_of(cancel(expired.id, alice)), Errc::hold_expired);
}

TEST_P(Conformance, AnOverdueHoldCanNeitherBePaidNorConfirmed) {
    const auto unpaid = held(alice, {"A1"});
    const auto paid = held(alice, {"A2"});
    ASSERT_TRUE(pay(paid.id, alice));
    engine->clock().advance(kHoldTime);  // no worker has run
    EXPECT_EQ(error_of(pay(unpaid.id, alice)), Errc::hold_expired);
    EXPECT_EQ(error_of(confirm(paid.id, alice)), Errc::hold_expired);
    EXPECT_FALSE(find(unpaid.id).payment_status);
    EXPECT_NE(find(paid.id).status, BookingStatus::BOOKED);
    EXPECT_EQ(expire(), 2u);
    EXPECT_EQ(find(paid.id).payment_status, PaymentStatus::REFUNDED);
}

TEST_P(Conformance, TheLastMillisecondOfAHoldStillCounts) {
    const auto booking = held(alice, {"A1"});
    engine->clock().advance(kHoldTime - std::chrono::milliseconds{1});
    EXPECT_EQ(expire(), 0u);
    EXPECT_TRUE(pay(booking.id, alice));
    EXPECT_TRUE(confirm(booking.id, alice));
}

TEST_P(Conformance, ExpiryTakesTheOldestFirstUpToTheLimit) {
    const auto first = held(alice, {"A1", "A2"});
    engine->clock().advance(std::chrono::seconds{1});
    const auto second = held(bob, {"A3"});
    engine->clock().advance(std::chrono::seconds{1});
    const auto third = held(carol, {"A4"});
    const auto sold = bought(alice, {"A5"});
    engine->clock().advance(kHoldTime);
    EXPECT_EQ(expire(2), 2u);
    EXPECT_EQ(find(first.id).status, BookingStatus::EXPIRED);
    EXPECT_EQ(find(second.id).status, BookingStatus::EXPIRED);
    EXPECT_EQ(find(third.id).status, BookingStatus::LOCKED);
    EXPECT_EQ(expire(2), 1u);
    EXPECT_EQ(expire(2), 0u);
    EXPECT_EQ(find(third.id).status, BookingStatus::EXPIRED);
    EXPECT_EQ(find(sold.id).status, BookingStatus::BOOKED);
    EXPECT_EQ(taken(tonight), 1);
}

TEST_P(Conformance, ExpiryLeavesHoldsThatAreStillGood) {
    const auto old = held(alice, {"A1"});
    engine->clock().advance(kHoldTime / 2);
    const auto young = held(bob, {"A2"});
    engine->clock().advance(kHoldTime / 2);
    EXPECT_EQ(expire(), 1u);
    EXPECT_EQ(find(old.id).status, BookingStatus::EXPIRED);
    EXPECT_EQ(find(young.id).status, BookingStatus::LOCKED);
}

}  // namespace cinema::conformance
