#include "cluster/mongo/booking_queries.hpp"

#include "cluster/mongo/small_cinema.hpp"

namespace cinema::cluster::mongo {
namespace {

using domain::SeatState;

class BookingQueriesTest : public SmallCinema {
  protected:
    std::shared_ptr<const booking::SeatStates> states(domain::ShowtimeId of) {
        return value_of_call(queries.seat_states(of));
    }

    MongoBookingQueries queries{mongo, catalogue, 2};
};

TEST_F(BookingQueriesTest, ABookingIsReadAsItIsKept) {
    auto made = new_booking(alice);
    made.seats = {"B1", "AA7"};
    made.status = domain::BookingStatus::CANCELLED;
    made.payment_id = ids.next<domain::PaymentId>();
    made.payment_status = domain::PaymentStatus::REFUNDED;
    made.updated_at += std::chrono::seconds{7};
    put(made);
    const auto read = value_of_call(queries.find(made.id));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, made.id);
    EXPECT_EQ(read->user_id, alice);
    EXPECT_EQ(read->showtime_id, showtime);
    EXPECT_EQ(read->seats, made.seats);
    EXPECT_EQ(read->status, made.status);
    EXPECT_EQ(read->amount, 1'000);
    EXPECT_EQ(read->currency, "THB");
    EXPECT_EQ(read->lock_expires_at, made.lock_expires_at);
    EXPECT_EQ(read->payment_id, made.payment_id);
    EXPECT_EQ(read->payment_status, made.payment_status);
    EXPECT_EQ(read->created_at, made.created_at);
    EXPECT_EQ(read->updated_at, made.updated_at);
    EXPECT_FALSE(value_of_call(queries.find(ids.next<domain::BookingId>())));
}

TEST_F(BookingQueriesTest, AUsersBookingsComeNewestFirstInPages) {
    std::vector<domain::BookingId> made;
    for (int i = 0; i < 130; ++i) {
        made.push_back(put(new_booking(alice)).id);
        if (i % 10 == 0) put(new_booking(bob));
    }
    std::reverse(made.begin(), made.end());
    std::vector<domain::BookingId> read;
    booking::PageRequest page{.limit = 110, .before = {}};
    for (int pages = 0; pages < 2; ++pages) {
        for (const auto& one : value_of_call(queries.of_user(alice, page))) read.push_back(one.id);
        page.before = read.back().value;
    }
    EXPECT_EQ(read, made);
    EXPECT_TRUE(value_of_call(queries.of_user(alice, page)).empty());
    EXPECT_TRUE(value_of_call(queries.of_user(alice, {.limit = 0, .before = {}})).empty());
}

TEST_F(BookingQueriesTest, SeatStatesTellWhatTheRecordsSay) {
    put_seat(showtime, "B1", SeatState::BOOKED, 2);
    put_seat(showtime, "AA8", SeatState::AVAILABLE, 4);
    const auto expires = clock.now() + std::chrono::seconds{300};
    put_seat(showtime, "AA7", SeatState::LOCKED, 1, expires);
    const auto read = states(showtime);
    ASSERT_EQ(read->seats.size(), 3u);
    const domain::SeatReservation expected[] = {
        {.seat_code = "AA7",
         .state = SeatState::LOCKED,
         .locked_by = alice,
         .lock_expires_at = expires,
         .version = 1},
        {.seat_code = "AA8", .state = SeatState::AVAILABLE, .version = 4},
        {.seat_code = "B1", .state = SeatState::BOOKED, .locked_by = alice, .version = 2}};
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(read->seats[i], expected[i]);
    EXPECT_TRUE(states(ids.next<domain::ShowtimeId>())->seats.empty());
}

TEST_F(BookingQueriesTest, SeatStatesAreSharedUntilTheyChange) {
    put_seat(showtime, "B1", SeatState::BOOKED, 2);
    const auto first = states(showtime);
    EXPECT_EQ(states(showtime), first);
    const auto other = ids.next<domain::ShowtimeId>();
    put_seat(other, "B1", SeatState::BOOKED, 2);
    states(other);
    EXPECT_EQ(states(showtime), first);
    // Any instance may have changed them.
    put_seat(showtime, "AA7", SeatState::BOOKED, 2);
    const auto changed = states(showtime);
    EXPECT_EQ(changed->seats.size(), 2u);
    EXPECT_EQ(first->seats.size(), 1u);
    EXPECT_EQ(states(showtime), changed);
}

TEST_F(BookingQueriesTest, SeatStatesOfAFewShowtimesAreKept) {
    put_seat(showtime, "B1", SeatState::BOOKED, 2);
    const auto first = states(showtime);
    for (int i = 0; i < 2; ++i) states(ids.next<domain::ShowtimeId>());  // two are kept
    EXPECT_NE(states(showtime), first);
}

TEST_F(BookingQueriesTest, SeatStatesAndCountsAreOneRoundTrip) {
    for (int i = 0; i < 600; ++i) {
        put_seat(showtime, "S" + std::to_string(i), SeatState::BOOKED, 2);
    }
    EXPECT_EQ(states(showtime)->seats.size(), 600u);
    EXPECT_EQ(calls("seats.of_showtime"), 1);
    EXPECT_EQ(value_of_call(queries.seats_taken({showtime})), std::vector<int>{600});
    EXPECT_EQ(calls("seats.taken"), 1);
}

TEST_F(BookingQueriesTest, SeatsTakenAnswersInTheOrderAsked) {
    const auto other = ids.next<domain::ShowtimeId>();
    const auto empty = ids.next<domain::ShowtimeId>();
    put_seat(showtime, "AA7", SeatState::LOCKED, 1, clock.now());
    put_seat(showtime, "AA8", SeatState::AVAILABLE, 2);
    put_seat(showtime, "B1", SeatState::BOOKED, 2);
    put_seat(other, "B1", SeatState::BOOKED, 2);
    EXPECT_EQ(value_of_call(queries.seats_taken({other, empty, showtime, other})),
              (std::vector<int>{1, 0, 2, 1}));
    EXPECT_EQ(value_of_call(queries.seats_taken({})), std::vector<int>{});
}

}  // namespace
}  // namespace cinema::cluster::mongo
