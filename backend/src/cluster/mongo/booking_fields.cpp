#include "cluster/mongo/booking_fields.hpp"

#include "booking/booking_code.hpp"

namespace cinema::cluster::mongo {

// Both readers ask in the order in which write_booking_document writes: Fields is fastest so.

domain::Booking read_booking(Fields& fields) {
    domain::Booking booking;
    booking.id = fields.id<domain::BookingId>("_id");
    booking.user_id = fields.id<domain::UserId>("user_id");
    booking.showtime_id = fields.id<domain::ShowtimeId>("showtime_id");
    booking.seats = fields.texts("seats");
    booking.status = fields.word<domain::BookingStatus>("status");
    booking.amount = fields.integer("amount");
    booking.currency = fields.text("currency");
    booking.lock_expires_at = fields.time("lock_expires_at");
    booking.created_at = fields.time("created_at");
    booking.updated_at = fields.time("updated_at");
    booking.payment_id = fields.optional_id<domain::PaymentId>("payment_id");
    booking.payment_status = fields.optional_word<domain::PaymentStatus>("payment_status");
    return booking;
}

BookingDocument read_booking_document(Fields& fields) {
    BookingDocument document;
    document.booking = read_booking(fields);
    document.seat_versions = fields.integers("seat_versions");
    if (document.seat_versions.size() != document.booking.seats.size()) {
        fields.fail("seat_versions", "one for each seat is expected");
    }
    document.hold_key = fields.optional_text("hold_key");
    document.revision = fields.integer("revision");
    fields.optional_objects("outbox", [&](Fields& entry) {
        document.outbox.push_back(
            {.event_id = std::string(entry.text("event_id")),
             .type = entry.word<domain::EventType>("event_type"),
             .occurred_at = entry.time("occurred_at"),
             .cancelled_by = entry.optional_id<domain::UserId>("cancelled_by")});
    });
    document.unfinished_since = fields.optional_time("unfinished_since");
    return document;
}

void write_booking_document(Writer& out, const BookingDocument& document) {
    const domain::Booking& booking = document.booking;
    out.add("_id", booking.id)
        .add("user_id", booking.user_id)
        .add("showtime_id", booking.showtime_id)
        .add("seats", booking.seats)
        .add("status", booking.status)
        .add("amount", booking.amount)
        .add("currency", booking.currency)
        .add("lock_expires_at", booking.lock_expires_at)
        .add("created_at", booking.created_at)
        .add("updated_at", booking.updated_at)
        .add("payment_id", booking.payment_id)
        .add("payment_status", booking.payment_status)
        .add("seat_versions", document.seat_versions)
        .add("code", booking::booking_code_of(booking.id))
        .add("hold_key", document.hold_key)
        .add("revision", document.revision);
    if (!document.outbox.empty()) {
        out.array("outbox", [&](ArrayWriter& entries) {
            for (const OutboxEntry& entry : document.outbox) {
                entries.object([&](Writer& fields) { write_outbox_entry(fields, entry); });
            }
        });
        out.add("outbox_since", booking.updated_at);
    }
    out.add("unfinished_since", document.unfinished_since);
}

void write_outbox_entry(Writer& out, const OutboxEntry& entry) {
    out.add("event_id", entry.event_id)
        .add("event_type", entry.type)
        .add("occurred_at", entry.occurred_at)
        .add("cancelled_by", entry.cancelled_by);
}

}  // namespace cinema::cluster::mongo
