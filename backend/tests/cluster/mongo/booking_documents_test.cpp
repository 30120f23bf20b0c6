#include "cluster/mongo/booking_documents.hpp"

#include "mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

using domain::BookingStatus;
using domain::EventType;
using domain::PaymentStatus;

class Bookings : public MongoTest {
  protected:
    OutboxEntry event(EventType type) {
        return {
            .event_id = ids.uuid(), .type = type, .occurred_at = clock.now(), .cancelled_by = {}};
    }
    BookingDocument some_booking() {
        BookingDocument document;
        document.booking = {.id = ids.next<domain::BookingId>(),
                            .user_id = ids.next<domain::UserId>(),
                            .showtime_id = ids.next<domain::ShowtimeId>(),
                            .seats = {"A1", "A2"},
                            .status = BookingStatus::LOCKED,
                            .amount = 5'000'000'000,
                            .currency = "THB",
                            .lock_expires_at = clock.now() + milliseconds{300'000},
                            .payment_id = {},
                            .payment_status = {},
                            .created_at = clock.now(),
                            .updated_at = clock.now()};
        document.seat_versions = {1, 7};
        document.outbox = {event(EventType::BookingLocked)};
        return document;
    }
    BookingDocument inserted() {
        const BookingDocument document = some_booking();
        EXPECT_EQ(value_of_call(bookings.insert(document)), InsertOutcome::inserted);
        return document;
    }
    std::optional<BookingDocument> find(const BookingDocument& document) {
        return value_of_call(bookings.find(document.booking.id));
    }
    std::optional<BookingDocument> pay(const BookingDocument& of) {
        return value_of_call(bookings.note_payment(of.booking.id, of.booking.user_id,
                                                   ids.next<domain::PaymentId>(), clock.now(),
                                                   event(EventType::PaymentSucceeded)));
    }
    std::optional<BookingDocument> confirm(const BookingDocument& of) {
        return value_of_call(bookings.mark_booked(of.booking.id, of.booking.user_id, clock.now(),
                                                  event(EventType::BookingConfirmed)));
    }
    std::optional<BookingDocument> end(const BookingDocument& of, BookingStatus status,
                                       std::vector<OutboxEntry> events) {
        return value_of_call(bookings.mark_ended(of.booking.id, of.revision, status, clock.now(),
                                                 std::move(events)));
    }

    MongoBookings bookings{mongo};
};

void expect_same(const BookingDocument& a, const BookingDocument& b) {
    EXPECT_EQ(a.booking.id, b.booking.id);
    EXPECT_EQ(a.booking.user_id, b.booking.user_id);
    EXPECT_EQ(a.booking.showtime_id, b.booking.showtime_id);
    EXPECT_EQ(a.booking.seats, b.booking.seats);
    EXPECT_EQ(a.booking.status, b.booking.status);
    EXPECT_EQ(a.booking.amount, b.booking.amount);
    EXPECT_EQ(a.booking.currency, b.booking.currency);
    EXPECT_EQ(a.booking.lock_expires_at, b.booking.lock_expires_at);
    EXPECT_EQ(a.booking.payment_id, b.booking.payment_id);
    EXPECT_EQ(a.booking.payment_status, b.booking.payment_status);
    EXPECT_EQ(a.booking.created_at, b.booking.created_at);
    EXPECT_EQ(a.booking.updated_at, b.booking.updated_at);
    EXPECT_EQ(a.seat_versions, b.seat_versions);
    EXPECT_EQ(a.hold_key, b.hold_key);
    EXPECT_EQ(a.revision, b.revision);
    EXPECT_EQ(a.unfinished_since, b.unfinished_since);
    ASSERT_EQ(a.outbox.size(), b.outbox.size());
    for (std::size_t i = 0; i < a.outbox.size(); ++i) {
        EXPECT_EQ(a.outbox[i].event_id, b.outbox[i].event_id);
        EXPECT_EQ(a.outbox[i].type, b.outbox[i].type);
        EXPECT_EQ(a.outbox[i].occurred_at, b.outbox[i].occurred_at);
        EXPECT_EQ(a.outbox[i].cancelled_by, b.outbox[i].cancelled_by);
    }
}

TEST_F(Bookings, AreReadAsTheyWereWritten) {
    const auto plain = inserted();
    expect_same(*find(plain), plain);

    auto full = some_booking();
    full.booking.status = BookingStatus::CANCELLED;
    full.booking.payment_id = ids.next<domain::PaymentId>();
    full.booking.payment_status = PaymentStatus::REFUNDED;
    full.booking.updated_at += milliseconds{7};
    full.hold_key = full.booking.user_id.to_hex() + ":key 1";
    full.revision = 9;
    full.outbox.push_back(event(EventType::BookingCancelled));
    full.outbox.back().cancelled_by = ids.next<domain::UserId>();
    full.unfinished_since = clock.now();
    ASSERT_EQ(value_of_call(bookings.insert(full)), InsertOutcome::inserted);
    expect_same(*find(full), full);
    expect_same(*value_of_call(bookings.find_by_hold_key(*full.hold_key)), full);

    auto bare = some_booking();
    bare.booking.seats = {};
    bare.seat_versions = {};
    bare.outbox = {};
    ASSERT_EQ(value_of_call(bookings.insert(bare)), InsertOutcome::inserted);
    expect_same(*find(bare), bare);
}

TEST_F(Bookings, HaveTheCodeOfTheirTicketAndNoEmptyFields) {
    auto document = some_booking();
    document.outbox = {};
    ASSERT_EQ(value_of_call(bookings.insert(document)), InsertOutcome::inserted);
    each("bookings", [&](Fields& fields) {
        const std::string code(fields.text("code"));
        EXPECT_EQ(code.size(), 8U);
        for (const char* name : {"payment_id", "payment_status", "hold_key", "outbox",
                                 "outbox_since", "unfinished_since"}) {
            EXPECT_FALSE(fields.has(name)) << name;
        }
    });
}

TEST_F(Bookings, ThatAreNotThereAreNotFound) {
    EXPECT_FALSE(find(some_booking()));
    EXPECT_FALSE(value_of_call(bookings.find_by_hold_key("nobody:1")));
    EXPECT_FALSE(pay(some_booking()));
    EXPECT_FALSE(confirm(some_booking()));
    EXPECT_FALSE(end(some_booking(), BookingStatus::EXPIRED, {}));
}

TEST_F(Bookings, AnInsertTellsWhatWasTaken) {
    auto first = some_booking();
    first.hold_key = "u:1";
    ASSERT_EQ(value_of_call(bookings.insert(first)), InsertOutcome::inserted);
    EXPECT_EQ(value_of_call(bookings.insert(first)), InsertOutcome::id_taken);
    auto same_id = some_booking();
    same_id.booking.id = first.booking.id;
    EXPECT_EQ(value_of_call(bookings.insert(same_id)), InsertOutcome::id_taken);
    auto same_key = some_booking();
    same_key.hold_key = "u:1";
    EXPECT_EQ(value_of_call(bookings.insert(same_key)), InsertOutcome::key_taken);
    same_key.hold_key = "u:2";
    EXPECT_EQ(value_of_call(bookings.insert(same_key)), InsertOutcome::inserted);
    expect_same(*find(first), first);
}

TEST_F(Bookings, MissingOnesAreToldInTheOrderAsked) {
    const auto there = inserted();
    const auto a = ids.next<domain::BookingId>();
    const auto b = ids.next<domain::BookingId>();
    EXPECT_EQ(value_of_call(bookings.missing({b, there.booking.id, a})),
              (std::vector<domain::BookingId>{b, a}));
    EXPECT_TRUE(value_of_call(bookings.missing({there.booking.id})).empty());
    EXPECT_TRUE(value_of_call(bookings.missing({})).empty());
}

TEST_F(Bookings, APaymentIsNotedOnce) {
    const auto before = inserted();
    clock.advance(milliseconds{1000});
    const auto payment = ids.next<domain::PaymentId>();
    const auto succeeded = event(EventType::PaymentSucceeded);
    const auto paid = value_of_call(bookings.note_payment(before.booking.id, before.booking.user_id,
                                                          payment, clock.now(), succeeded));
    ASSERT_TRUE(paid);
    auto expected = before;
    expected.booking.payment_id = payment;
    expected.booking.payment_status = PaymentStatus::SUCCESS;
    expected.booking.updated_at = clock.now();
    expected.revision = 2;
    expected.outbox.push_back(succeeded);
    expect_same(*paid, expected);
    expect_same(*find(before), expected);
    EXPECT_FALSE(pay(before));
    expect_same(*find(before), expected);
}

TEST_F(Bookings, APaymentIsNotNotedForAStrangerOrAnOverdueOrEndedHold) {
    const auto document = inserted();
    auto strangers = document;
    strangers.booking.user_id = ids.next<domain::UserId>();
    EXPECT_FALSE(pay(strangers));
    clock.advance(milliseconds{300'000});
    EXPECT_FALSE(pay(document)) << "overdue from the last millisecond on";
    clock.advance(milliseconds{-1});
    const auto paid = pay(document);
    EXPECT_TRUE(paid);

    const auto ended = inserted();
    ASSERT_TRUE(end(ended, BookingStatus::CANCELLED, {}));
    EXPECT_FALSE(pay(ended));
}

TEST_F(Bookings, AreBookedWhenPaid) {
    const auto document = inserted();
    EXPECT_FALSE(confirm(document)) << "not paid";
    const auto paid = pay(document);
    ASSERT_TRUE(paid);
    clock.advance(milliseconds{1000});
    auto strangers = document;
    strangers.booking.user_id = ids.next<domain::UserId>();
    EXPECT_FALSE(confirm(strangers));

    const auto sold = confirm(document);
    ASSERT_TRUE(sold);
    EXPECT_EQ(sold->booking.status, BookingStatus::BOOKED);
    EXPECT_EQ(sold->booking.updated_at, clock.now());
    EXPECT_EQ(sold->unfinished_since, clock.now());
    EXPECT_EQ(sold->revision, 3);
    ASSERT_EQ(sold->outbox.size(), 3U);
    EXPECT_EQ(sold->outbox.back().type, EventType::BookingConfirmed);
    EXPECT_EQ(sold->booking.payment_id, paid->booking.payment_id);
    expect_same(*find(document), *sold);
    EXPECT_FALSE(confirm(document)) << "once";
    EXPECT_FALSE(end(*sold, BookingStatus::CANCELLED, {})) << "BOOKED stays BOOKED";
}

TEST_F(Bookings, AreNotBookedWhenOverdue) {
    const auto document = inserted();
    ASSERT_TRUE(pay(document));
    clock.advance(milliseconds{300'000});
    EXPECT_FALSE(confirm(document));
}

TEST_F(Bookings, EndWithTheirPaymentReturned) {
    const auto document = inserted();
    const auto paid = pay(document);
    ASSERT_TRUE(paid);
    EXPECT_FALSE(end(document, BookingStatus::CANCELLED, {})) << "at an older revision";
    clock.advance(milliseconds{1000});
    auto cancelled = event(EventType::BookingCancelled);
    cancelled.cancelled_by = document.booking.user_id;
    const auto ended =
        end(*paid, BookingStatus::CANCELLED, {cancelled, event(EventType::PaymentRefunded)});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->booking.status, BookingStatus::CANCELLED);
    EXPECT_EQ(ended->booking.payment_status, PaymentStatus::REFUNDED);
    EXPECT_EQ(ended->booking.updated_at, clock.now());
    EXPECT_EQ(ended->unfinished_since, clock.now());
    EXPECT_EQ(ended->revision, 3);
    ASSERT_EQ(ended->outbox.size(), 4U);
    EXPECT_EQ(ended->outbox[2].cancelled_by, document.booking.user_id);
    expect_same(*find(document), *ended);
    EXPECT_EQ(calls("bookings.mark_ended"), 1 + 2);  // the miss asked both ways
}

TEST_F(Bookings, EndUnpaid) {
    const auto document = inserted();
    const auto ended = end(document, BookingStatus::EXPIRED, {event(EventType::BookingExpired)});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->booking.status, BookingStatus::EXPIRED);
    EXPECT_EQ(ended->booking.payment_status, std::nullopt);
    EXPECT_FALSE(end(*ended, BookingStatus::CANCELLED, {}));
    EXPECT_EQ(calls("bookings.mark_ended"), 1 + 2);
}

TEST_F(Bookings, AreEndedAsTheyAreWhateverTheEventsSay) {
    const auto paid = pay(inserted());
    const auto ended = end(*paid, BookingStatus::EXPIRED, {event(EventType::BookingExpired)});
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->booking.payment_status, PaymentStatus::REFUNDED);
    const auto unpaid =
        end(inserted(), BookingStatus::EXPIRED, {event(EventType::PaymentRefunded)});
    ASSERT_TRUE(unpaid);
    EXPECT_EQ(unpaid->booking.payment_status, std::nullopt);
}

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

TEST_F(Bookings, ManyComeInOneRoundTrip) {
    std::vector<domain::BookingId> many;
    for (int i = 0; i < 150; ++i) many.push_back(inserted().booking.id);
    EXPECT_EQ(value_of_call(bookings.with_outbox(many)).size(), 150U);
    EXPECT_EQ(calls("bookings.with_outbox"), 1);
}

TEST_F(Bookings, BrokenDataIsNamed) {
    const auto document = inserted();
    const auto complaint = [&] {
        try {
            find(document);
        } catch (const std::runtime_error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    const auto broken = [&](auto change) {
        set_everywhere("bookings", change);
        return complaint();
    };
    EXPECT_EQ(broken([](Writer& set) { set.add("amount", "5"); }),
              "bookings.amount: an integer is expected");
    EXPECT_EQ(broken([](Writer& set) { set.add("amount", 5).add("status", "SOLD"); }),
              "bookings.status: an unknown word");
    EXPECT_EQ(broken([](Writer& set) {
                  set.add("status", "LOCKED").add("seats", std::vector<std::string>{"A1"});
              }),
              "bookings.seat_versions: one for each seat is expected");
}

TEST_F(Bookings, OfConfirmCancelAndExpiryExactlyOneWins) {
    constexpr int kRounds = 200;
    for (int round = 0; round < kRounds; ++round) {
        const auto paid = *pay(inserted());
        std::atomic<int> winners{0};
        at_once(8, [&](int i) {
            const bool won =
                i % 2 == 0
                    ? confirm(paid).has_value()
                    : end(paid, i % 4 == 1 ? BookingStatus::CANCELLED : BookingStatus::EXPIRED,
                          {event(EventType::PaymentRefunded)})
                          .has_value();
            if (won) ++winners;
        });
        ASSERT_EQ(winners, 1) << "round " << round;
        const auto after = *find(paid);
        ASSERT_EQ(after.revision, paid.revision + 1);
        ASSERT_EQ(after.outbox.size(), paid.outbox.size() + 1);
        ASSERT_EQ(after.booking.payment_status, after.booking.status == BookingStatus::BOOKED
                                                    ? PaymentStatus::SUCCESS
                                                    : PaymentStatus::REFUNDED);
    }
}

TEST_F(Bookings, OneHoldKeyMakesOneBooking) {
    for (int round = 0; round < 50; ++round) {
        std::vector<BookingDocument> documents;
        for (int i = 0; i < 8; ++i) {
            documents.push_back(some_booking());
            documents.back().hold_key = "u:" + std::to_string(round);
        }
        std::atomic<int> made{0};
        std::atomic<int> taken{0};
        at_once(8, [&](int i) {
            const auto outcome =
                value_of_call(bookings.insert(documents[static_cast<std::size_t>(i)]));
            made += outcome == InsertOutcome::inserted;
            taken += outcome == InsertOutcome::key_taken;
        });
        ASSERT_EQ(made, 1);
        ASSERT_EQ(taken, 7);
    }
}

}  // namespace
}  // namespace cinema::cluster::mongo
