#pragma once

#include "cluster/mongo/bson.hpp"
#include "cluster/saga/documents.hpp"

/// How a booking is kept in `bookings`.
namespace cinema::cluster::mongo {

inline constexpr std::string_view kBookings = "bookings";

/// The booking alone. Throws std::runtime_error for broken data, as the one below does.
domain::Booking read_booking(Fields& fields);

/// The booking with all that the engine keeps beside it.
BookingDocument read_booking_document(Fields& fields);

/// All fields of a booking that is to be inserted. Two are derived: `code`, which staff type off a
/// ticket, and `outbox_since`, which is there iff the outbox is not empty.
void write_booking_document(Writer& out, const BookingDocument& document);

/// One element of `outbox`.
void write_outbox_entry(Writer& out, const OutboxEntry& entry);

}  // namespace cinema::cluster::mongo
