#pragma once

#include "cluster/mongo/booking_documents.hpp"
#include "cluster/mongo/mongo_fixture.hpp"

namespace cinema::cluster::mongo {

using domain::BookingStatus;
using domain::EventType;
using domain::PaymentStatus;

/// The documents of bookings, as the saga changes them.
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

inline void expect_same(const BookingDocument& a, const BookingDocument& b) {
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

}  // namespace cinema::cluster::mongo
