#include "cluster/mongo/seat_documents.hpp"

#include <algorithm>

#include "mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

using domain::SeatState;
using Codes = std::vector<std::string>;

class Seats : public MongoTest {
  protected:
    SeatLockRequest request(std::vector<SeatLockRequest::Seat> asked) {
        return {.showtime_id = showtime,
                .booking_id = ids.next<domain::BookingId>(),
                .user_id = ids.next<domain::UserId>(),
                .lock_expires_at = clock.now() + milliseconds{300'000},
                .seats = std::move(asked)};
    }
    Codes lock(const SeatLockRequest& asked) { return value_of_call(seats.lock(asked)); }
    std::size_t book(const SeatLockRequest& of, const Codes& codes) {
        return value_of_call(seats.book(showtime, of.booking_id, of.user_id, codes));
    }
    std::size_t release(const SeatLockRequest& of, const Codes& codes) {
        return value_of_call(seats.release(showtime, of.booking_id, codes));
    }
    std::optional<SeatDocument> seat(const std::string& code) {
        auto found = value_of_call(seats.find(showtime, {code}));
        return found.empty() ? std::nullopt : std::optional(found.front());
    }

    MongoSeats seats{mongo};
    domain::ShowtimeId showtime = ids.next<domain::ShowtimeId>();
};

TEST_F(Seats, AreLockedWithTheirFirstRecord) {
    const auto hold = request({{"A1", 0}, {"A2", 0}});
    EXPECT_EQ(lock(hold), Codes{});
    for (const char* code : {"A1", "A2"}) {
        const auto locked = seat(code);
        ASSERT_TRUE(locked);
        EXPECT_EQ(locked->seat.state, SeatState::LOCKED);
        EXPECT_EQ(locked->seat.version, 1);
        EXPECT_EQ(locked->seat.locked_by, hold.user_id);
        EXPECT_EQ(locked->seat.lock_expires_at, hold.lock_expires_at);
        EXPECT_EQ(locked->booking_id, hold.booking_id);
    }
    EXPECT_FALSE(seat("A3")) << "a seat without a record is left out";
}

TEST_F(Seats, AreLockedEachByItself) {
    ASSERT_EQ(lock(request({{"A2", 0}})), Codes{});
    const auto second = request({{"A1", 0}, {"A2", 0}, {"A3", 0}});
    EXPECT_EQ(lock(second), Codes{"A2"});
    EXPECT_EQ(seat("A1")->booking_id, second.booking_id);
    EXPECT_NE(seat("A2")->booking_id, second.booking_id);
    EXPECT_EQ(seat("A3")->booking_id, second.booking_id);
}

TEST_F(Seats, AreNotLockedAtAnotherVersionThanTheOneRead) {
    const auto first = request({{"A1", 0}});
    ASSERT_EQ(lock(first), Codes{});
    ASSERT_EQ(release(first, {"A1"}), 1U);
    EXPECT_EQ(seat("A1")->seat.version, 2);
    EXPECT_EQ(lock(request({{"A1", 0}})), Codes{"A1"});
    EXPECT_EQ(lock(request({{"A1", 1}})), Codes{"A1"});
    EXPECT_EQ(lock(request({{"A1", 3}})), Codes{"A1"});
    EXPECT_EQ(lock(request({{"A1", 2}})), Codes{});
    EXPECT_EQ(seat("A1")->seat.version, 3);
}

TEST_F(Seats, AVersionThatNobodyHasReadMakesNoRecordOfItsOwnKind) {
    // A record that went away: the hold goes on where the record would have been.
    EXPECT_EQ(lock(request({{"A1", 4}})), Codes{});
    EXPECT_EQ(seat("A1")->seat.version, 5);
}

TEST_F(Seats, ALockRepeatedAfterALostAnswerFindsItsSeatsTaken) {
    const auto hold = request({{"A1", 0}, {"A2", 0}});
    ASSERT_EQ(lock(hold), Codes{});
    EXPECT_EQ(lock(hold), (Codes{"A1", "A2"}));
}

TEST_F(Seats, OneShowtimeIsNotAnother) {
    ASSERT_EQ(lock(request({{"A1", 0}})), Codes{});
    showtime = ids.next<domain::ShowtimeId>();
    EXPECT_EQ(lock(request({{"A1", 0}})), Codes{});
}

TEST_F(Seats, AreBookedForTheBookingAndUserThatHaveThem) {
    const auto hold = request({{"A1", 0}, {"A2", 0}});
    ASSERT_EQ(lock(hold), Codes{});
    auto stranger = hold;
    stranger.user_id = ids.next<domain::UserId>();
    EXPECT_EQ(book(stranger, {"A1", "A2"}), 0U);
    stranger = hold;
    stranger.booking_id = ids.next<domain::BookingId>();
    EXPECT_EQ(book(stranger, {"A1", "A2"}), 0U);

    EXPECT_EQ(book(hold, {"A1", "A2", "A3"}), 2U);
    const auto sold = seat("A1");
    EXPECT_EQ(sold->seat.state, SeatState::BOOKED);
    EXPECT_EQ(sold->seat.version, 2);
    EXPECT_EQ(sold->seat.locked_by, hold.user_id);
    EXPECT_EQ(sold->seat.lock_expires_at, std::nullopt);
    EXPECT_EQ(sold->booking_id, hold.booking_id);
    EXPECT_EQ(book(hold, {"A1", "A2"}), 0U) << "they were before";
    EXPECT_EQ(release(hold, {"A1"}), 0U) << "BOOKED stays BOOKED";
    EXPECT_EQ(lock(request({{"A1", 2}})), Codes{"A1"});
}

TEST_F(Seats, AreReleasedForTheBookingThatHasThem) {
    const auto hold = request({{"A1", 0}, {"A2", 0}});
    ASSERT_EQ(lock(hold), Codes{});
    EXPECT_EQ(release(request({}), {"A1", "A2"}), 0U);
    EXPECT_EQ(release(hold, {"A1", "A2"}), 2U);
    const auto free = seat("A1");
    EXPECT_EQ(free->seat.state, SeatState::AVAILABLE);
    EXPECT_EQ(free->seat.version, 2);
    EXPECT_EQ(free->seat.locked_by, std::nullopt);
    EXPECT_EQ(free->seat.lock_expires_at, std::nullopt);
    EXPECT_EQ(free->booking_id, std::nullopt);
    EXPECT_EQ(release(hold, {"A1", "A2"}), 0U);
}

TEST_F(Seats, NothingAskedIsNothingDone) {
    EXPECT_TRUE(value_of_call(seats.find(showtime, {})).empty());
    EXPECT_EQ(lock(request({})), Codes{});
    EXPECT_EQ(book(request({}), {}), 0U);
    EXPECT_EQ(release(request({}), {}), 0U);
}

TEST_F(Seats, LockedOnesAreListedByWhenTheyEnd) {
    const auto now = clock.now();
    const auto hold_until = [&](const char* code, int seconds) {
        auto hold = request({{code, 0}});
        hold.lock_expires_at = now + milliseconds{1000 * seconds};
        EXPECT_EQ(lock(hold), Codes{});
        return hold;
    };
    hold_until("A3", 30);
    const auto first = hold_until("A1", 10);
    hold_until("A2", 20);
    const auto sold = hold_until("A4", 15);
    ASSERT_EQ(book(sold, {"A4"}), 1U);
    const auto freed = hold_until("A5", 15);
    ASSERT_EQ(release(freed, {"A5"}), 1U);

    const auto codes = [&](std::optional<int> from, int until, std::size_t limit) {
        std::optional<UtcTime> after;
        if (from) after = now + milliseconds{1000 * *from};
        Codes found;
        for (const LockedSeat& one :
             value_of_call(seats.locked(after, now + milliseconds{1000 * until}, limit))) {
            found.push_back(one.seat_code);
        }
        return found;
    };
    EXPECT_EQ(codes({}, 30, 10), (Codes{"A1", "A2", "A3"}));
    EXPECT_EQ(codes({}, 29, 10), (Codes{"A1", "A2"}));
    EXPECT_EQ(codes(10, 30, 10), (Codes{"A2", "A3"}));
    EXPECT_EQ(codes({}, 30, 2), (Codes{"A1", "A2"}));
    EXPECT_EQ(codes({}, 9, 10), Codes{});
    const auto earliest = value_of_call(seats.locked({}, now + milliseconds{10'000}, 10));
    ASSERT_EQ(earliest.size(), 1U);
    EXPECT_EQ(earliest[0].showtime_id, showtime);
    EXPECT_EQ(earliest[0].booking_id, first.booking_id);
    EXPECT_EQ(earliest[0].locked_by, first.user_id);
    EXPECT_EQ(earliest[0].lock_expires_at, first.lock_expires_at);
    EXPECT_EQ(earliest[0].version, 1);
}

TEST_F(Seats, EachCallIsOneRoundTrip) {
    const auto hold = request({{"A1", 0}, {"A2", 0}, {"A3", 0}});
    lock(hold);
    value_of_call(seats.find(showtime, {"A1", "A2", "A3"}));
    book(hold, {"A1", "A2"});
    release(hold, {"A3"});
    value_of_call(seats.locked({}, clock.now(), 10));
    for (const char* name :
         {"seats.lock", "seats.find", "seats.book", "seats.release", "seats.locked"}) {
        EXPECT_EQ(calls(name), 1) << name;
    }
}

TEST_F(Seats, BrokenRecordsAreNamed) {
    ASSERT_EQ(lock(request({{"A1", 0}})), Codes{});
    set_everywhere("seat_reservations", [](Writer& set) { set.add("version", "1"); });
    try {
        seat("A1");
        FAIL() << "must throw";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "seat_reservations.version: an integer is expected");
    }
    set_everywhere("seat_reservations",
                   [](Writer& set) { set.add("version", 1).add("state", "AVAILABLE"); });
    EXPECT_THROW(seat("A1"), std::runtime_error) << "AVAILABLE with a booking";
}

TEST_F(Seats, OfManyWhoWantOneExactlyOneGetsIt) {
    constexpr int kRounds = 200;
    constexpr int kThreads = 8;
    for (int round = 0; round < kRounds; ++round) {
        const std::string code = "S" + std::to_string(round / 2);
        // Even rounds make the record, odd ones change it.
        const auto before = seat(code);
        const std::int64_t version = before ? before->seat.version : 0;
        std::vector<SeatLockRequest> holds;
        for (int i = 0; i < kThreads; ++i) holds.push_back(request({{code, version}}));
        std::atomic<int> winners{0};
        std::atomic<int> winner{-1};
        at_once(kThreads, [&](int i) {
            if (value_of_call(seats.lock(holds[static_cast<std::size_t>(i)])).empty()) {
                ++winners;
                winner = i;
            }
        });
        ASSERT_EQ(winners, 1) << "round " << round;
        const auto& won = holds[static_cast<std::size_t>(winner.load())];
        const auto after = seat(code);
        ASSERT_EQ(after->booking_id, won.booking_id);
        ASSERT_EQ(after->seat.version, version + 1);
        ASSERT_EQ(release(won, {code}), 1U);
    }
}

}  // namespace
}  // namespace cinema::cluster::mongo
