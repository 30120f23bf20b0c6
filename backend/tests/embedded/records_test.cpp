#include "embedded/booking_records.hpp"

#include "domain/ensure.hpp"
#include "embedded/cinema_fixture.hpp"
#include "embedded/encoding.hpp"
#include "embedded/seat_records.hpp"

// The statements' own conditions: each change is refused by the statement that would make it,
// even when whoever calls it has decided wrongly.
namespace cinema::embedded {
namespace {

using domain::BookingStatus;
using domain::SeatState;

class RecordsTest : public testing::Test {
  protected:
    RecordsTest() : db_(cinema_.database(), ConnectionOptions{}), booking_(*cinema_.hold({"A1"})) {}

    domain::Booking another() {
        auto other = booking_;
        other.id = cinema_.ids().next<domain::BookingId>();
        return other;
    }
    void pay() { ASSERT_TRUE(wait_for(cinema_.store->bookings().pay(booking_.id, cinema_.user))); }

    EmbeddedCinema cinema_;
    Connection db_;
    domain::Booking booking_;
};

TEST_F(RecordsTest, ALockedOrBookedSeatIsNotLockedAgain) {
    const auto other = another();
    ASSERT_TRUE(insert_booking(db_, other, {}));
    EXPECT_FALSE(lock_seat(db_, other, "A1"));
    EXPECT_EQ(read_seat(db_, booking_.showtime_id, "A1").booking_id, booking_.id);
    ASSERT_TRUE(book_seat(db_, booking_, "A1"));
    EXPECT_FALSE(lock_seat(db_, other, "A1"));
    EXPECT_EQ(read_seat(db_, booking_.showtime_id, "A1").seat.state, SeatState::BOOKED);
    EXPECT_TRUE(lock_seat(db_, other, "A2"));
}

TEST_F(RecordsTest, ASeatIsBookedOnlyByItsBookingAndHolderWhileLocked) {
    EXPECT_FALSE(book_seat(db_, another(), "A1"));
    auto stolen = booking_;
    stolen.user_id = cinema_.ids().next<domain::UserId>();
    EXPECT_FALSE(book_seat(db_, stolen, "A1"));
    EXPECT_FALSE(book_seat(db_, booking_, "A2"));
    EXPECT_TRUE(book_seat(db_, booking_, "A1"));
    EXPECT_FALSE(book_seat(db_, booking_, "A1"));
}

TEST_F(RecordsTest, ASeatIsReleasedOnlyByItsBookingWhileLocked) {
    EXPECT_FALSE(release_seat(db_, another(), "A1"));
    EXPECT_TRUE(release_seat(db_, booking_, "A1"));
    EXPECT_FALSE(release_seat(db_, booking_, "A1"));
    ASSERT_TRUE(lock_seat(db_, booking_, "A1"));
    ASSERT_TRUE(book_seat(db_, booking_, "A1"));
    EXPECT_FALSE(release_seat(db_, booking_, "A1"));
    EXPECT_EQ(read_seat(db_, booking_.showtime_id, "A1").seat.version, 4);
}

TEST_F(RecordsTest, ABookingIsBookedOnlyWhenLockedPaidOwnedAndInTime) {
    const auto now = cinema_.clock().now();
    const auto stranger = cinema_.ids().next<domain::UserId>();
    EXPECT_FALSE(mark_booked(db_, booking_.id, booking_.user_id, now)) << "unpaid";
    pay();
    EXPECT_FALSE(mark_booked(db_, booking_.id, stranger, now)) << "another's";
    EXPECT_FALSE(mark_booked(db_, booking_.id, booking_.user_id, booking_.lock_expires_at))
        << "overdue";
    EXPECT_TRUE(mark_booked(db_, booking_.id, booking_.user_id,
                            booking_.lock_expires_at - std::chrono::milliseconds{1}));
    EXPECT_FALSE(mark_booked(db_, booking_.id, booking_.user_id, now)) << "twice";
}

TEST_F(RecordsTest, ABookingIsNotBookedWithARefundedPayment) {
    pay();
    ASSERT_TRUE(mark_refunded(db_, booking_.id, cinema_.clock().now()));
    EXPECT_FALSE(mark_refunded(db_, booking_.id, cinema_.clock().now()));
    EXPECT_FALSE(mark_booked(db_, booking_.id, booking_.user_id, cinema_.clock().now()));
}

TEST_F(RecordsTest, ABookingEndsOnce) {
    const auto now = cinema_.clock().now();
    EXPECT_TRUE(mark_ended(db_, booking_.id, BookingStatus::EXPIRED, now));
    EXPECT_FALSE(mark_ended(db_, booking_.id, BookingStatus::CANCELLED, now));
    EXPECT_EQ(find_booking(db_, booking_.id)->status, BookingStatus::EXPIRED);
}

TEST_F(RecordsTest, TheCounterCannotBecomeNegative) {
    EXPECT_THROW(subtract_seats_taken(db_, booking_.showtime_id, 2), SqliteError);
    EXPECT_NO_THROW(subtract_seats_taken(db_, booking_.showtime_id, 1));
    EXPECT_THROW(subtract_seats_taken(db_, cinema_.ids().next<domain::ShowtimeId>(), 1),
                 domain::InvariantBroken);
}

TEST_F(RecordsTest, ABookingNeedsItsUser) {
    auto ghost = another();
    ghost.user_id = cinema_.ids().next<domain::UserId>();
    EXPECT_FALSE(insert_booking(db_, ghost, {}));
    auto nowhere = another();
    nowhere.showtime_id = cinema_.ids().next<domain::ShowtimeId>();
    EXPECT_THROW(insert_booking(db_, nowhere, {}), domain::InvariantBroken);
}

TEST(Encoding, ListsComeBackAsTheyWere) {
    const std::vector<std::vector<std::string>> lists{
        {},
        {"A1"},
        {"A1", "AA12"},
        {"\"", "\\", "ก", "line\nbreak", ""},
        std::vector<std::string>(500, "a seat with quite a long name")};
    for (const auto& list : lists) EXPECT_EQ(list_from_json(list_to_json(list)), list);
    for (const auto* damaged : {"", "{}", "[1]", "[\"A1\"", "[\"A1\"]]", "null"}) {
        EXPECT_THROW((void)list_from_json(damaged), SqliteError) << damaged;
    }
}

TEST(Encoding, UuidsComeBackAsTheyWere) {
    const std::string text = "0192f3a4-5b6c-7def-8012-3456789abcde";
    EXPECT_EQ(uuid_to_text(uuid_from_text(text)), text);
    for (const auto* bad :
         {"", "0192f3a4-5b6c-7def-8012-3456789abcd", "0192F3A4-5b6c-7def-8012-3456789abcde",
          "0192f3a4x5b6c-7def-8012-3456789abcde"}) {
        EXPECT_THROW((void)uuid_from_text(bad), domain::InvariantBroken) << bad;
    }
}

TEST(Encoding, IdBoundsEncloseTheIdsOfTheirTime) {
    conformance::ManualClock clock;
    env::SystemIds ids(clock);
    const auto from = clock.now();
    const auto id = ids.object_id();
    EXPECT_LE(first_id_from(from), id);
    EXPECT_LT(id, first_id_after(from));
    clock.advance(std::chrono::seconds{4});
    EXPECT_GE(ids.object_id(), first_id_after(from));
    EXPECT_GT(first_id_from(clock.now()), id);
    EXPECT_EQ(first_id_from(domain::UtcTime{}), domain::ObjectId{});
    EXPECT_LT(first_id_after(domain::UtcTime{std::chrono::hours{24 * 366 * 200}}), kAfterEveryId);
}

}  // namespace
}  // namespace cinema::embedded
