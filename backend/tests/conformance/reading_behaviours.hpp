#pragma once

#include "booking/booking_code.hpp"
#include "conformance/scene.hpp"

namespace cinema::conformance {

TEST_P(Conformance, FindOfAnUnknownBookingIsEmpty) {
    const auto found = wait_for(engine->queries().find(engine->ids().next<domain::BookingId>()));
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
    const auto first = wait_for(engine->queries().seat_states(tonight));
    const auto second = wait_for(engine->queries().seat_states(tonight));
    EXPECT_EQ(first->get(), second->get());
    ASSERT_TRUE(hold_at(tomorrow, bob, {"A1"}));
    EXPECT_EQ(wait_for(engine->queries().seat_states(tonight))->get(), first->get());
    held(bob, {"A2"});
    const auto changed = wait_for(engine->queries().seat_states(tonight));
    EXPECT_NE(changed->get(), first->get());
    EXPECT_EQ((*first)->seats.size(), 1u);  // what was handed out does not change
    EXPECT_EQ((*changed)->seats.size(), 2u);
}

TEST_P(Conformance, SeatStatesOfAnUnknownShowtimeAreEmpty) {
    const auto unknown = engine->ids().next<domain::ShowtimeId>();
    EXPECT_TRUE((*wait_for(engine->queries().seat_states(unknown)))->seats.empty());
}

TEST_P(Conformance, SeatsTakenAnswersInTheOrderAsked) {
    held(alice, {"A1", "A2"});
    ASSERT_TRUE(hold_at(tomorrow, alice, {"A1"}));
    EXPECT_EQ(wait_for(engine->queries().seats_taken({tomorrow, started, tonight, tomorrow})),
              (std::vector<int>{1, 0, 2, 1}));
    EXPECT_EQ(wait_for(engine->queries().seats_taken({})), std::vector<int>{});
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
        const auto bookings = wait_for(engine->queries().of_user(alice.user_id, page));
        ASSERT_TRUE(bookings);
        EXPECT_EQ(bookings->size(), pages < 2 ? 3u : 1u);
        for (const auto& booking : *bookings) read.push_back(booking.id);
        page.before = read.back().value;
    }
    EXPECT_EQ(read, made);
    EXPECT_TRUE(wait_for(engine->queries().of_user(carol.user_id, page))->empty());
}

class SearchIds {
  public:
    explicit SearchIds(EngineUnderTest& engine) : engine_(engine) {}
    std::vector<domain::BookingId> operator()(booking::BookingFilter filter,
                                              booking::PageRequest page = {}) const {
        const auto rows = wait_for(engine_.queries().search(std::move(filter), page));
        EXPECT_TRUE(rows) << (rows ? "" : rows.error().detail);
        std::vector<domain::BookingId> ids;
        if (!rows) return ids;
        for (const auto& row : *rows) ids.push_back(row.booking.id);
        return ids;
    }

  private:
    EngineUnderTest& engine_;
};

TEST_P(Conformance, SearchRestrictsByEveryMemberOfTheFilter) {
    using Ids = std::vector<domain::BookingId>;
    const auto sold = bought(alice, {"A1"}).id;
    const auto cancelled = held(alice, {"A2"}).id;
    ASSERT_TRUE(cancel(cancelled, alice));
    const auto expired = held(bob, {"A3"}).id;
    engine->clock().advance(kHoldTime);
    ASSERT_EQ(expire(), 1u);
    const auto later = engine->clock().now();
    const auto locked = held(bob, {"A4"}).id;
    const auto other = hold_at(tomorrow, alice, {"A1"})->id;

    const SearchIds search(*engine);
    EXPECT_EQ(search({}), (Ids{other, locked, expired, cancelled, sold}));
    EXPECT_EQ(search({.status = BookingStatus::BOOKED}), Ids{sold});
    EXPECT_EQ(search({.status = BookingStatus::LOCKED}), (Ids{other, locked}));
    EXPECT_EQ(search({.status = BookingStatus::CANCELLED}), Ids{cancelled});
    EXPECT_EQ(search({.status = BookingStatus::EXPIRED}), Ids{expired});
    EXPECT_EQ(search({.user_id = bob.user_id}), (Ids{locked, expired}));
    EXPECT_EQ(search({.user_id = carol.user_id}), Ids{});
    EXPECT_EQ(search({.showtime_id = tomorrow}), Ids{other});
    EXPECT_EQ(search({.id = cancelled}), Ids{cancelled});
    EXPECT_EQ(search({.id = engine->ids().next<domain::BookingId>()}), Ids{});
    EXPECT_EQ(search({.movie_id = other_movie}), Ids{other});
    EXPECT_EQ(search({.movie_id = movie}), (Ids{locked, expired, cancelled, sold}));
    EXPECT_EQ(search({.movie_id = engine->ids().next<domain::MovieId>()}), Ids{});
    EXPECT_EQ(search({.created_from = later}), (Ids{other, locked}));
    EXPECT_EQ(search({.created_before = later}), (Ids{expired, cancelled, sold}));
    EXPECT_EQ(search({.status = BookingStatus::LOCKED, .user_id = bob.user_id}), Ids{locked});
    EXPECT_EQ(
        search({.status = BookingStatus::EXPIRED, .showtime_id = tonight, .created_before = later}),
        Ids{expired});
    EXPECT_EQ(search({.status = BookingStatus::LOCKED, .movie_id = movie}), Ids{locked});
    EXPECT_EQ(search({.status = BookingStatus::CANCELLED, .movie_id = movie}), Ids{cancelled});
    EXPECT_EQ(search({.user_id = alice.user_id, .movie_id = other_movie}), Ids{other});
    EXPECT_EQ(search({.showtime_id = tonight, .movie_id = other_movie}), Ids{});
    EXPECT_EQ(search({.status = BookingStatus::BOOKED,
                      .user_id = alice.user_id,
                      .id = sold,
                      .showtime_id = tonight,
                      .movie_id = movie,
                      .created_before = later,
                      .text = "alice"}),
              Ids{sold});
    EXPECT_EQ(search({.status = BookingStatus::LOCKED, .id = sold}), Ids{});
    EXPECT_EQ(search({.status = BookingStatus::LOCKED, .created_from = later}, {.limit = 1}),
              Ids{other});
    EXPECT_EQ(search({}, {.limit = 2, .before = expired.value}), (Ids{cancelled, sold}));
}

TEST_P(Conformance, SearchFindsTextInNamesTitlesAndCodes) {
    using Ids = std::vector<domain::BookingId>;
    const auto of_alice = held(alice, {"A1"}).id;
    const auto of_carol = held(carol, {"A2"}).id;
    const SearchIds search(*engine);
    EXPECT_EQ(search({.text = "aLiCe"}), Ids{of_alice});
    EXPECT_EQ(search({.text = alice.user_id.to_hex() + "@EXAMPLE"}), Ids{of_alice});
    EXPECT_EQ(search({.text = "the test"}), (Ids{of_carol, of_alice}));
    EXPECT_EQ(search({.text = "nobody"}), Ids{});
    const std::string code = booking::booking_code_of(of_carol);
    EXPECT_EQ(search({.text = code}), Ids{of_carol});
    EXPECT_EQ(search({.text = code.substr(0, 4) + "-" + code.substr(4)}), Ids{of_carol});
    EXPECT_EQ(search({.text = of_carol.to_hex().substr(16)}), Ids{of_carol});
    EXPECT_EQ(search({.text = code.substr(1)}), Ids{});
    EXPECT_EQ(search({.user_id = alice.user_id, .text = code}), Ids{});
    // Eight hex digits may be part of a name, too.
    const auto cafe = new_user("Deadbeef Caf\u00e9");
    const auto of_cafe = held(cafe, {"A3"}).id;
    EXPECT_EQ(search({.text = "dEADBEEF"}), Ids{of_cafe});
    // LIKE's own signs are letters like any other.
    EXPECT_EQ(search({.text = "50%_"}), Ids{of_carol});
    EXPECT_EQ(search({.text = "A%e"}), Ids{});
    EXPECT_EQ(search({.text = "_lice"}), Ids{});
    EXPECT_EQ(search({.text = "\\"}), Ids{});
    EXPECT_EQ(search({.text = "'; DROP TABLE bookings; --"}), Ids{});
}

TEST_P(Conformance, SearchTellsTheNamesStaffRead) {
    held(alice, {"A1"});
    const auto rows = wait_for(engine->queries().search({}, {}));
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 1u);
    EXPECT_EQ(rows->at(0).user_name, "Alice Ames");
    EXPECT_EQ(rows->at(0).user_email, alice.user_id.to_hex() + "@example.com");
    EXPECT_EQ(rows->at(0).movie_id, movie);
    EXPECT_EQ(rows->at(0).movie_title, "The Test: 100% Real");
    EXPECT_EQ(rows->at(0).auditorium_name, "Room One");
    EXPECT_EQ(rows->at(0).showtime_start,
              engine->catalog().snapshot()->showtime(tonight)->start_time);
    EXPECT_EQ(rows->at(0).showtime_end, engine->catalog().snapshot()->showtime(tonight)->end_time);
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
    EXPECT_TRUE(wait_for(engine->audit().search({.booking_id = booking.id}, {}))->empty());
    EXPECT_EQ(wait_for(engine->outbox().relay(2)), 2u);
    EXPECT_EQ(wait_for(engine->audit().search({.booking_id = booking.id}, {}))->size(), 2u);
    EXPECT_EQ(wait_for(engine->outbox().relay(2)), 1u);
    EXPECT_EQ(wait_for(engine->outbox().relay(2)), 0u);
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
    const auto newest = wait_for(engine->audit().search({}, {.limit = 4, .before = {}}));
    ASSERT_EQ(newest->size(), 4u);
    for (std::size_t i = 1; i < 4; ++i) EXPECT_LT(newest->at(i).id, newest->at(i - 1).id);
    const auto rest =
        wait_for(engine->audit().search({}, {.limit = 4, .before = newest->back().id.value}));
    ASSERT_EQ(rest->size(), 2u);
    EXPECT_LT(rest->at(0).id, newest->back().id);
}

TEST_P(Conformance, AccountsAreFoundAndMadeOnce) {
    auto& users = engine->users();
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
            return engine->users().find_or_create({.id = id,
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
