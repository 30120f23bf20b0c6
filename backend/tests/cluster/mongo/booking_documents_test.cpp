#include "cluster/mongo/booking_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

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

/// Calls that share a trip: each still hears of its own booking, also when some miss.
TEST_F(Bookings, ManySoldAtOnceAreToldApart) {
    constexpr int kBuyers = 16;
    int trips = 0;
    for (int round = 0; round < 20; ++round) {
        std::vector<BookingDocument> documents;
        for (int i = 0; i < kBuyers; ++i) documents.push_back(inserted());
        const auto of = [&](int i) -> const BookingDocument& {
            return documents[static_cast<std::size_t>(i)];
        };
        const bool all_pay = round % 2 == 0;
        const auto pays = [&](int i) { return all_pay || i % 3 != 0; };
        at_once(kBuyers, [&](int i) {
            if (!pays(i)) return;
            const auto paid = pay(of(i));
            if (!paid || paid->booking.id != of(i).booking.id || !paid->booking.payment_id) {
                ADD_FAILURE() << "a payment was not noted";
            }
        });
        const int before = calls("bookings.mark_booked");
        std::atomic<int> wrong{0};
        at_once(kBuyers, [&](int i) {
            const auto sold = confirm(of(i));
            if (sold.has_value() != pays(i)) ++wrong;
            if (sold && (sold->booking.id != of(i).booking.id ||
                         sold->booking.status != BookingStatus::BOOKED)) {
                ++wrong;
            }
        });
        ASSERT_EQ(wrong, 0) << "round " << round;
        trips += calls("bookings.mark_booked") - before;
    }
    EXPECT_LT(trips, 20 * kBuyers) << "none went together";
}

TEST_F(Bookings, SoldByManyAtOnceItIsSoldOnce) {
    for (int round = 0; round < 30; ++round) {
        const auto document = inserted();
        const auto other = inserted();
        ASSERT_TRUE(pay(document));
        std::atomic<int> sold{0};
        at_once(8, [&](int i) {
            if (i == 7) {
                EXPECT_FALSE(confirm(other)) << "unpaid";
            } else {
                sold += confirm(document).has_value();
            }
        });
        ASSERT_EQ(sold, 1) << "round " << round;
        ASSERT_EQ(find(document)->outbox.size(), 3U);
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
