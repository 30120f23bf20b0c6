#include "cluster/mongo/payment_documents.hpp"

#include "mongo_fixture.hpp"

namespace cinema::cluster::mongo {
namespace {

using domain::PaymentStatus;

class Payments : public MongoTest {
  protected:
    PaymentDocument some_payment() {
        return {.payment = {.id = ids.next<domain::PaymentId>(),
                            .booking_id = ids.next<domain::BookingId>(),
                            .status = PaymentStatus::PENDING,
                            .amount = 5'000'000'000,
                            .currency = "THB",
                            .created_at = clock.now(),
                            .updated_at = clock.now()},
                .user_id = ids.next<domain::UserId>()};
    }
    PaymentDocument inserted() {
        const auto document = some_payment();
        EXPECT_TRUE(value_of_call(payments.insert(document)));
        return document;
    }
    PaymentDocument find(const PaymentDocument& of) {
        return value_of_call(payments.find_of(of.payment.booking_id)).value();
    }
    std::vector<domain::PaymentId> unsettled(UtcTime until, std::size_t limit = 10) {
        std::vector<domain::PaymentId> found;
        for (const auto& one : value_of_call(payments.unsettled(until, limit))) {
            found.push_back(one.payment.id);
        }
        return found;
    }

    MongoPayments payments{mongo};
};

TEST_F(Payments, AreReadAsTheyWereWritten) {
    const auto written = inserted();
    const auto read = find(written);
    EXPECT_EQ(read.payment.id, written.payment.id);
    EXPECT_EQ(read.payment.booking_id, written.payment.booking_id);
    EXPECT_EQ(read.payment.status, PaymentStatus::PENDING);
    EXPECT_EQ(read.payment.amount, written.payment.amount);
    EXPECT_EQ(read.payment.currency, "THB");
    EXPECT_EQ(read.payment.created_at, written.payment.created_at);
    EXPECT_EQ(read.payment.updated_at, written.payment.updated_at);
    EXPECT_EQ(read.user_id, written.user_id);
    EXPECT_FALSE(value_of_call(payments.find_of(ids.next<domain::BookingId>())));
}

TEST_F(Payments, ABookingHasOne) {
    const auto first = inserted();
    auto second = some_payment();
    second.payment.booking_id = first.payment.booking_id;
    EXPECT_FALSE(value_of_call(payments.insert(second)));
    EXPECT_FALSE(value_of_call(payments.insert(first)));
    EXPECT_EQ(find(first).payment.id, first.payment.id);
}

TEST_F(Payments, SucceedOnce) {
    const auto document = inserted();
    clock.advance(milliseconds{5});
    const auto at = clock.now();
    value_of_call(payments.mark_succeeded(document.payment.id, at));
    EXPECT_EQ(find(document).payment.status, PaymentStatus::SUCCESS);
    EXPECT_EQ(find(document).payment.updated_at, at);
    value_of_call(payments.mark_succeeded(document.payment.id, at + milliseconds{5}));
    EXPECT_EQ(find(document).payment.updated_at, at) << "it was before";
    value_of_call(payments.mark_succeeded(ids.next<domain::PaymentId>(), at));
    EXPECT_EQ(unsettled(clock.now()), std::vector{document.payment.id});
}

TEST_F(Payments, AreReturnedOnceAndSettledByIt) {
    const auto pending = inserted();
    const auto paid = inserted();
    const auto declined = inserted();
    value_of_call(payments.mark_succeeded(paid.payment.id, clock.now()));
    const auto at = clock.now() + milliseconds{5};
    value_of_call(payments.mark_returned(pending.payment.id, false, at));
    value_of_call(payments.mark_returned(paid.payment.id, false, at));
    value_of_call(payments.mark_returned(declined.payment.id, true, at));
    EXPECT_EQ(find(pending).payment.status, PaymentStatus::REFUNDED);
    EXPECT_EQ(find(paid).payment.status, PaymentStatus::REFUNDED);
    EXPECT_EQ(find(declined).payment.status, PaymentStatus::FAILED);
    EXPECT_EQ(find(paid).payment.updated_at, at);
    EXPECT_TRUE(unsettled(clock.now()).empty());

    value_of_call(payments.mark_returned(declined.payment.id, false, at + milliseconds{5}));
    EXPECT_EQ(find(declined).payment.status, PaymentStatus::FAILED) << "nothing to return";
    EXPECT_EQ(find(declined).payment.updated_at, at);
    value_of_call(payments.mark_succeeded(declined.payment.id, at));
    EXPECT_EQ(find(declined).payment.status, PaymentStatus::FAILED) << "it stays so";
}

TEST_F(Payments, UnsettledOnesAreListedOldestFirst) {
    const auto start = clock.now();
    const auto a = inserted();
    clock.advance(milliseconds{1000});
    const auto b = inserted();
    clock.advance(milliseconds{1000});
    const auto c = inserted();
    EXPECT_EQ(unsettled(start), std::vector{a.payment.id});
    EXPECT_EQ(unsettled(clock.now(), 2), (std::vector{a.payment.id, b.payment.id}));
    value_of_call(payments.mark_settled(a.payment.id));
    EXPECT_EQ(unsettled(clock.now()), (std::vector{b.payment.id, c.payment.id}));
    EXPECT_EQ(find(a).payment.status, PaymentStatus::PENDING) << "only the mark goes";
}

TEST_F(Payments, EachCallIsOneRoundTrip) {
    const auto document = inserted();
    find(document);
    value_of_call(payments.mark_succeeded(document.payment.id, clock.now()));
    value_of_call(payments.mark_returned(document.payment.id, false, clock.now()));
    value_of_call(payments.mark_settled(document.payment.id));
    unsettled(clock.now());
    for (const char* name :
         {"payments.insert", "payments.find_of", "payments.mark_succeeded",
          "payments.mark_returned", "payments.mark_settled", "payments.unsettled"}) {
        EXPECT_EQ(calls(name), 1) << name;
    }
}

TEST_F(Payments, BrokenDataIsNamed) {
    const auto document = inserted();
    set_everywhere("payments", [](Writer& set) { set.add("created_at", 5); });
    try {
        find(document);
        FAIL() << "must throw";
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "payments.created_at: a Date is expected");
    }
}

TEST_F(Payments, OfManyForOneBookingOneIsMade) {
    for (int round = 0; round < 200; ++round) {
        std::vector<PaymentDocument> documents;
        for (int i = 0; i < 8; ++i) {
            documents.push_back(some_payment());
            documents.back().payment.booking_id = documents.front().payment.booking_id;
        }
        std::atomic<int> made{0};
        at_once(8, [&](int i) {
            made += value_of_call(payments.insert(documents[static_cast<std::size_t>(i)]));
        });
        ASSERT_EQ(made, 1) << "round " << round;
    }
}

TEST_F(Payments, SuccessAndReturnDoNotBothHappenLast) {
    for (int round = 0; round < 200; ++round) {
        const auto document = inserted();
        at_once(8, [&](int i) {
            if (i % 2 == 0) {
                value_of_call(payments.mark_succeeded(document.payment.id, clock.now()));
            } else {
                value_of_call(payments.mark_returned(document.payment.id, false, clock.now()));
            }
        });
        ASSERT_EQ(find(document).payment.status, PaymentStatus::REFUNDED) << "round " << round;
    }
}

}  // namespace
}  // namespace cinema::cluster::mongo
