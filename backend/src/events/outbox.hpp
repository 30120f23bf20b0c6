#pragma once

#include <cstddef>

#include "booking/booking_engine.hpp"

namespace cinema::events {

/// Events that were written with their change and are not yet delivered. Delivery is repeated
/// until it has succeeded; the audit log recognises a repetition by the event's id.
class Outbox {
  public:
    virtual ~Outbox() = default;

    /// Delivers `limit` events, each booking's oldest first, and forgets only what was delivered;
    /// some more where those of one booking go together. Answers how many; fewer than `limit`
    /// means that the outbox was emptied.
    virtual booking::Awaitable<domain::Result<std::size_t>> relay(std::size_t limit) = 0;
};

}  // namespace cinema::events
