#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "domain/booking.hpp"
#include "domain/error.hpp"
#include "domain/event.hpp"
#include "domain/user.hpp"

/// Everything that a house has beside its catalogue, as records that are the same on every engine:
/// how a cinema moves from one engine to another (docs/operations.md, "Moving").
namespace cinema::archive {

/// A seat that was ever held. Who has it and until when is told by the booking.
struct SeatRecord {
    domain::ShowtimeId showtime_id;
    std::string seat_code;
    domain::SeatState state = domain::SeatState::AVAILABLE;
    std::optional<domain::BookingId> booking_id;  ///< there unless AVAILABLE
    std::int64_t version = 0;
};

struct BookingRecord {
    domain::Booking booking;
    std::optional<domain::Payment> payment;  ///< the one that the booking tells of
    std::optional<std::string> idempotency_key;
};

/// Events that were not delivered yet count as entries of the audit log.
using Record = std::variant<domain::User, SeatRecord, BookingRecord, domain::AuditLog>;

/// An engine's side. Both calls block: for the command line, with no server running.
class HouseArchive {
  public:
    virtual ~HouseArchive() = default;

    /// Hands over every record: users, seats, bookings, audit log. Errors: unavailable; validation
    /// when something is half done that a server has to finish first.
    virtual domain::Result<void> read(const std::function<void(const Record&)>& take) = 0;

    /// Takes what `next` gives, in that order, until it gives nothing. The catalogue must be there
    /// and the house empty: no seat, booking or log entry. An account with the same e-mail keeps
    /// its place only when it has the same id. Errors: unavailable, validation, and whatever
    /// `next` fails with. The embedded engine takes all or nothing; on the cluster an import that
    /// broke off leaves a house that is not empty, whose database has to be dropped.
    virtual domain::Result<void> load(
        const std::function<domain::Result<std::optional<Record>>()>& next) = 0;
};

}  // namespace cinema::archive
