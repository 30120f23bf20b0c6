#include "cluster/mongo/booking_fixture.hpp"

// What a booking has left to do: steps to finish, events to deliver.
namespace cinema::cluster::mongo {
namespace {

TEST_F(Bookings, UnfinishedOnesAreListedLongestFirstUntilFinished) {
    std::vector<BookingDocument> ended;
    for (int i = 0; i < 3; ++i) {
        ended.push_back(*end(inserted(), BookingStatus::EXPIRED, {}));
        clock.advance(milliseconds{1000});
    }
    inserted();
    const auto until = *ended[1].unfinished_since;
    const auto unfinished = [&](UtcTime at, std::size_t limit) {
        std::vector<domain::BookingId> found;
        for (const auto& one : value_of_call(bookings.unfinished(at, limit))) {
            found.push_back(one.booking.id);
        }
        return found;
    };
    const auto id = [&](int i) { return ended[static_cast<std::size_t>(i)].booking.id; };
    EXPECT_EQ(unfinished(until, 10), (std::vector{id(0), id(1)}));
    EXPECT_EQ(unfinished(clock.now(), 2), (std::vector{id(0), id(1)}));

    value_of_call(bookings.mark_finished(id(0), ended[0].revision - 1));
    EXPECT_EQ(unfinished(clock.now(), 10).size(), 3U) << "another revision";
    value_of_call(bookings.mark_finished(id(0), ended[0].revision));
    EXPECT_EQ(unfinished(clock.now(), 10), (std::vector{id(1), id(2)}));
    auto expected = ended[0];
    expected.unfinished_since.reset();
    expect_same(*find(ended[0]), expected);
}

TEST_F(Bookings, OutboxesAreFoundAndClearedAtTheirRevision) {
    const auto a = *end(inserted(), BookingStatus::EXPIRED, {event(EventType::BookingExpired)});
    const auto b = inserted();
    auto empty = some_booking();
    empty.outbox = {};
    ASSERT_EQ(value_of_call(bookings.insert(empty)), InsertOutcome::inserted);
    const auto ids_of_all = std::vector{a.booking.id, b.booking.id, empty.booking.id};
    EXPECT_EQ(value_of_call(bookings.with_outbox(ids_of_all)).size(), 2U);
    EXPECT_TRUE(value_of_call(bookings.with_outbox({})).empty());

    const auto paid = *pay(b);  // b's revision moves on
    value_of_call(bookings.clear_outbox(
        {{a.booking.id, a.revision, true}, {b.booking.id, b.revision, true}}));
    EXPECT_EQ(calls("bookings.clear_outbox"), 1);
    auto expected = a;
    expected.outbox = {};
    expected.unfinished_since.reset();
    expect_same(*find(a), expected);
    expect_same(*find(b), paid);
    const auto left = value_of_call(bookings.with_outbox(ids_of_all));
    ASSERT_EQ(left.size(), 1U);
    expect_same(left[0], paid);
    value_of_call(bookings.clear_outbox({{b.booking.id, paid.revision, false}}));
    EXPECT_TRUE(value_of_call(bookings.with_outbox(ids_of_all)).empty());
    value_of_call(bookings.clear_outbox({}));
}

TEST_F(Bookings, ClearingMayLeaveThemUnfinished) {
    const auto a = *end(inserted(), BookingStatus::EXPIRED, {event(EventType::BookingExpired)});
    value_of_call(bookings.clear_outbox({{a.booking.id, a.revision, false}}));
    EXPECT_TRUE(find(a)->outbox.empty());
    EXPECT_EQ(find(a)->unfinished_since, a.unfinished_since);
}

TEST_F(Bookings, AnOutboxIsAsOldAsItsOldestEvent) {
    const auto start = clock.now();
    const auto first = inserted();
    clock.advance(milliseconds{1000});
    const auto second = inserted();
    clock.advance(milliseconds{1000});
    const auto paid = *pay(first);
    const auto old = [&](UtcTime until, std::size_t limit) {
        std::vector<domain::BookingId> found;
        for (const auto& one : value_of_call(bookings.with_old_outbox(until, limit))) {
            found.push_back(one.booking.id);
        }
        return found;
    };
    EXPECT_EQ(old(start, 10), std::vector{first.booking.id}) << "still its first event";
    EXPECT_EQ(old(clock.now(), 10), (std::vector{first.booking.id, second.booking.id}));
    EXPECT_EQ(old(clock.now(), 1), std::vector{first.booking.id});

    value_of_call(bookings.clear_outbox({{first.booking.id, paid.revision, false}}));
    clock.advance(milliseconds{1000});
    ASSERT_TRUE(confirm(first));
    EXPECT_EQ(old(clock.now() - milliseconds{1}, 10), std::vector{second.booking.id});
    EXPECT_EQ(old(clock.now(), 10), (std::vector{second.booking.id, first.booking.id}));
}

}  // namespace
}  // namespace cinema::cluster::mongo
