#pragma once

#include "booking/booking_code.hpp"
#include "conformance/scene.hpp"

// How staff find bookings.
namespace cinema::conformance {

class SearchIds {
  public:
    explicit SearchIds(EngineUnderTest& engine) : engine_(engine) {}
    std::vector<domain::BookingId> operator()(booking::BookingFilter filter,
                                              booking::PageRequest page = {}) const {
        const auto rows = wait_for(engine_.ports().queries().search(std::move(filter), page));
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
    const auto rows = wait_for(engine->ports().queries().search({}, {}));
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 1u);
    EXPECT_EQ(rows->at(0).user_name, "Alice Ames");
    EXPECT_EQ(rows->at(0).user_email, alice.user_id.to_hex() + "@example.com");
    EXPECT_EQ(rows->at(0).movie_id, movie);
    EXPECT_EQ(rows->at(0).movie_title, "The Test: 100% Real");
    EXPECT_EQ(rows->at(0).auditorium_name, "Room One");
    EXPECT_EQ(rows->at(0).showtime_start,
              engine->ports().catalog().snapshot()->showtime(tonight)->start_time);
    EXPECT_EQ(rows->at(0).showtime_end,
              engine->ports().catalog().snapshot()->showtime(tonight)->end_time);
}

}  // namespace cinema::conformance
