#pragma once

#include <string>

#include "booking/booking_engine.hpp"
#include "booking/policy.hpp"
#include "catalog/catalog.hpp"
#include "domain/rules.hpp"
#include "embedded/write_context.hpp"
#include "env/ids.hpp"

namespace cinema::embedded {

/// The business operations of BookingEngine as they run on the writer's thread: each reads,
/// lets domain/rules decide, and writes, inside one command of one transaction. Every change is
/// checked again by the statement that makes it (ensure): a defect undoes the command.
class BookingCommands {
  public:
    BookingCommands(const catalog::Catalog& catalog, env::IdSource& ids,
                    booking::BookingPolicy policy)
        : catalog_(catalog), ids_(ids), policy_(policy) {}

    domain::Result<domain::Booking> hold(WriteContext& context,
                                         const booking::HoldRequest& request) const;
    domain::Result<domain::Payment> pay(WriteContext& context, const domain::BookingId& id,
                                        const domain::Actor& actor) const;
    domain::Result<domain::Booking> confirm(WriteContext& context, const domain::BookingId& id,
                                            const domain::Actor& actor) const;
    domain::Result<domain::Booking> cancel(WriteContext& context, const domain::BookingId& id,
                                           const domain::Actor& actor) const;
    std::size_t expire_overdue(WriteContext& context, std::size_t limit) const;

  private:
    /// Cancel (with the one who does it) and expire: seats AVAILABLE, a SUCCESS payment REFUNDED,
    /// events. `booking` becomes what it is afterwards.
    void end_booking(WriteContext& context, domain::Booking& booking, domain::BookingStatus status,
                     const domain::Actor* canceller) const;
    /// Holds that would end later than one made now, because the clock was set back since.
    void shorten_far(WriteContext& context, std::size_t limit) const;
    /// Expires the holds that are overdue on these seats.
    void clear_overdue(WriteContext& context, const domain::ShowtimeId& showtime,
                       const std::vector<std::string>& seats) const;

    const catalog::Catalog& catalog_;
    env::IdSource& ids_;
    const booking::BookingPolicy policy_;
};

}  // namespace cinema::embedded
