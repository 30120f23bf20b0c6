#pragma once

#include <optional>

#include "domain/booking.hpp"
#include "domain/words.hpp"
#include "embedded/writer.hpp"
#include "env/ids.hpp"
#include "events/outbox.hpp"

namespace cinema::embedded {

/// Writes an event of the booking, in the transaction of the change that it tells of.
/// `cancelled_by` as for booking::event_payload(). Event ids are made here.
void append_event(WriteContext& context, env::IdSource& ids, domain::EventType type,
                  const domain::Booking& booking,
                  const std::optional<domain::UserId>& cancelled_by = {});

/// Moves events from the outbox to the audit log of the same database, set-based: both happen in
/// one transaction, and an event id that is there already is not written again.
class EmbeddedOutbox final : public events::Outbox {
  public:
    explicit EmbeddedOutbox(Writer& writer) : writer_(writer) {}

    booking::Awaitable<domain::Result<std::size_t>> relay(std::size_t limit) override;

  private:
    Writer& writer_;
};

}  // namespace cinema::embedded
