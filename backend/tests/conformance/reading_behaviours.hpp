#pragma once

#include "conformance/scene.hpp"

namespace cinema::conformance {

TEST_P(Conformance, FindOfAnUnknownBookingIsEmpty) {
    const auto found =
        wait_for(engine->ports().queries().find(engine->ids().next<domain::BookingId>()));
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
}

TEST_P(Conformance, ReadsSeeWhatWasAnswered) {
    for (int i = 1; i <= 10; ++i) {
        const std::string code = "A" + std::to_string(i);
        EXPECT_EQ(seat(code).state, SeatState::AVAILABLE);  // fills whatever caches there are
        const auto booking = held(alice, {code});
        EXPECT_EQ(seat(code).state, SeatState::LOCKED);
        EXPECT_EQ(find(booking.id).seats, std::vector<std::string>{code});
        EXPECT_EQ(taken(tonight), i);
    }
}

TEST_P(Conformance, SeatStatesAreShared) {
    held(alice, {"A1"});
    const auto first = wait_for(engine->ports().queries().seat_states(tonight));
    const auto second = wait_for(engine->ports().queries().seat_states(tonight));
    EXPECT_EQ(first->get(), second->get());
    ASSERT_TRUE(hold_at(tomorrow, bob, {"A1"}));
    EXPECT_EQ(wait_for(engine->ports().queries().seat_states(tonight))->get(), first->get());
    held(bob, {"A2"});
    const auto changed = wait_for(engine->ports().queries().seat_states(tonight));
    EXPECT_NE(changed->get(), first->get());
    EXPECT_EQ((*first)->seats.size(), 1u);  // what was handed out does not change
    EXPECT_EQ((*changed)->seats.size(), 2u);
}

TEST_P(Conformance, SeatStatesOfAnUnknownShowtimeAreEmpty) {
    const auto unknown = engine->ids().next<domain::ShowtimeId>();
    EXPECT_TRUE((*wait_for(engine->ports().queries().seat_states(unknown)))->seats.empty());
}

TEST_P(Conformance, SeatsTakenAnswersInTheOrderAsked) {
    held(alice, {"A1", "A2"});
    ASSERT_TRUE(hold_at(tomorrow, alice, {"A1"}));
    EXPECT_EQ(
        wait_for(engine->ports().queries().seats_taken({tomorrow, started, tonight, tomorrow})),
        (std::vector<int>{1, 0, 2, 1}));
    EXPECT_EQ(wait_for(engine->ports().queries().seats_taken({})), std::vector<int>{});
}

TEST_P(Conformance, ABookingIsReadAsItWasAnswered) {
    const auto held_booking = held(alice, {"B3", "A1"});
    const auto read = find(held_booking.id);
    EXPECT_EQ(read.user_id, held_booking.user_id);
    EXPECT_EQ(read.showtime_id, held_booking.showtime_id);
    EXPECT_EQ(read.seats, held_booking.seats);
    EXPECT_EQ(read.amount, held_booking.amount);
    EXPECT_EQ(read.currency, held_booking.currency);
    EXPECT_EQ(read.lock_expires_at, held_booking.lock_expires_at);
    EXPECT_EQ(read.created_at, held_booking.created_at);
    EXPECT_EQ(read.updated_at, held_booking.updated_at);
}

TEST_P(Conformance, AUsersBookingsComeNewestFirstInPages) {
    std::vector<domain::BookingId> made;
    for (int i = 1; i <= 7; ++i) {
        made.push_back(held(alice, {"A" + std::to_string(i)}).id);
        held(bob, {"B" + std::to_string(i)});
    }
    std::reverse(made.begin(), made.end());
    std::vector<domain::BookingId> read;
    booking::PageRequest page{.limit = 3, .before = {}};
    for (int pages = 0; pages < 3; ++pages) {
        const auto bookings = wait_for(engine->ports().queries().of_user(alice.user_id, page));
        ASSERT_TRUE(bookings);
        EXPECT_EQ(bookings->size(), pages < 2 ? 3u : 1u);
        for (const auto& booking : *bookings) read.push_back(booking.id);
        page.before = read.back().value;
    }
    EXPECT_EQ(read, made);
    EXPECT_TRUE(wait_for(engine->ports().queries().of_user(carol.user_id, page))->empty());
}

TEST_P(Conformance, TheTrailTellsOfEveryEventOnce) {
    const auto before = engine->clock().now();
    const auto booking = bought(alice, {"A1", "A2"});
    const auto logs = trail({.booking_id = booking.id});
    ASSERT_EQ(logs.size(), 3u);
    const auto& locked = logs[0];
    EXPECT_EQ(locked.event_type, "BookingLocked");
    EXPECT_EQ(locked.event_id.size(), 36u);
    EXPECT_EQ(locked.user_id, alice.user_id);
    EXPECT_EQ(locked.showtime_id, tonight);
    EXPECT_EQ(locked.booking_id, booking.id);
    EXPECT_EQ(locked.seats, (std::vector<std::string>{"A1", "A2"}));
    EXPECT_EQ(locked.created_at, before);
    EXPECT_NE(locked.payload.find("\"amount\":2000"), std::string::npos);
    EXPECT_NE(logs[1].payload.find(booking.payment_id->to_hex()), std::string::npos);
    EXPECT_EQ(trail({.booking_id = booking.id}).size(), 3u);  // relaying again adds nothing
}

TEST_P(Conformance, NothingIsInTheTrailBeforeItIsRelayed) {
    const auto booking = bought(alice, {"A1"});
    EXPECT_TRUE(wait_for(engine->ports().audit().search({.booking_id = booking.id}, {}))->empty());
    std::size_t delivered = 0;
    for (;;) {
        const auto count = wait_for(engine->outbox().relay(1));
        ASSERT_TRUE(count);
        if (*count == 0) break;
        delivered += *count;
        EXPECT_EQ(wait_for(engine->ports().audit().search({.booking_id = booking.id}, {}))->size(),
                  delivered);
    }
    EXPECT_EQ(delivered, 3u);
}

TEST_P(Conformance, TheTrailIsSearchedByEveryMemberOfTheFilter) {
    const auto first = bought(alice, {"A1"});
    engine->clock().advance(std::chrono::seconds{10});
    const auto later = engine->clock().now();
    const auto second = held(bob, {"A2"});
    ASSERT_TRUE(cancel(second.id, bob));
    EXPECT_EQ(trail().size(), 5u);
    EXPECT_EQ(trail({.event_type = domain::EventType::BookingLocked}).size(), 2u);
    EXPECT_EQ(trail({.event_type = domain::EventType::BookingCancelled}).size(), 1u);
    EXPECT_EQ(trail({.event_type = domain::EventType::PaymentRefunded}).size(), 0u);
    EXPECT_EQ(trail({.booking_id = first.id}).size(), 3u);
    EXPECT_EQ(trail({.user_id = bob.user_id}).size(), 2u);
    EXPECT_EQ(trail({.user_id = carol.user_id}).size(), 0u);
    EXPECT_EQ(trail({.from = later}).size(), 2u);
    EXPECT_EQ(trail({.before = later}).size(), 3u);
    EXPECT_EQ(trail({.event_type = domain::EventType::BookingLocked,
                     .user_id = alice.user_id,
                     .before = later})
                  .size(),
              1u);
    EXPECT_EQ(trail({.booking_id = first.id, .user_id = bob.user_id}).size(), 0u);
}

TEST_P(Conformance, TheTrailComesNewestFirstInPages) {
    bought(alice, {"A1"});
    bought(bob, {"A2"});
    ASSERT_EQ(trail().size(), 6u);
    const auto newest = wait_for(engine->ports().audit().search({}, {.limit = 4, .before = {}}));
    ASSERT_EQ(newest->size(), 4u);
    for (std::size_t i = 1; i < 4; ++i) EXPECT_LT(newest->at(i).id, newest->at(i - 1).id);
    const auto rest = wait_for(
        engine->ports().audit().search({}, {.limit = 4, .before = newest->back().id.value}));
    ASSERT_EQ(rest->size(), 2u);
    EXPECT_LT(rest->at(0).id, newest->back().id);
}

TEST_P(Conformance, AccountsAreFoundAndMadeOnce) {
    auto& users = engine->ports().users();
    domain::User dora{.id = engine->ids().next<domain::UserId>(),
                      .email = "dora@example.com",
                      .name = "Dora",
                      .role = domain::Role::USER,
                      .password_hash = "",
                      .created_at = engine->clock().now()};
    EXPECT_FALSE(*wait_for(users.find_by_email(dora.email)));
    EXPECT_EQ(wait_for(users.find_or_create(dora))->id, dora.id);
    auto twin = dora;
    twin.id = engine->ids().next<domain::UserId>();
    twin.name = "Another";
    twin.role = domain::Role::ADMIN;
    const auto found = wait_for(users.find_or_create(twin));
    EXPECT_EQ(found->id, dora.id);
    EXPECT_EQ(found->name, "Dora");
    EXPECT_EQ(found->role, domain::Role::USER);

    twin.password_hash = "hash";
    const auto changed = wait_for(users.put(twin));
    EXPECT_EQ(changed->id, dora.id);
    EXPECT_EQ(changed->name, "Another");
    EXPECT_EQ(changed->role, domain::Role::ADMIN);
    const auto read = *wait_for(users.find(dora.id));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->password_hash, "hash");
    EXPECT_EQ(read->created_at, dora.created_at);
}

TEST_P(Conformance, RaceForOneEmailMakesOneAccount) {
    std::vector<Call<domain::Result<domain::User>>> calls;
    for (int i = 0; i < 20; ++i) {
        calls.push_back([this, id = engine->ids().next<domain::UserId>()] {
            return engine->ports().users().find_or_create({.id = id,
                                                           .email = "eve@example.com",
                                                           .name = "Eve",
                                                           .role = domain::Role::USER,
                                                           .password_hash = "",
                                                           .created_at = engine->clock().now()});
        });
    }
    std::set<domain::UserId> ids;
    for (const auto& user : at_once(calls)) {
        ASSERT_TRUE(user);
        ids.insert(user->id);
    }
    EXPECT_EQ(ids.size(), 1u);
}

}  // namespace cinema::conformance
