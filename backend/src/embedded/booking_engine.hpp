#pragma once

#include "booking/booking_engine.hpp"
#include "embedded/booking_commands.hpp"
#include "embedded/writer.hpp"

namespace cinema::embedded {

/// The BookingEngine port on SQLite: hands every operation to the writer.
class EmbeddedBookingEngine final : public booking::BookingEngine {
  public:
    EmbeddedBookingEngine(Writer& writer, const BookingCommands& commands)
        : writer_(writer), commands_(commands) {}

    booking::Awaitable<domain::Result<domain::Booking>> hold(booking::HoldRequest request) override;
    booking::Awaitable<domain::Result<domain::Payment>> pay(domain::BookingId id,
                                                            domain::Actor actor) override;
    booking::Awaitable<domain::Result<domain::Booking>> confirm(domain::BookingId id,
                                                                domain::Actor actor) override;
    booking::Awaitable<domain::Result<domain::Booking>> cancel(domain::BookingId id,
                                                               domain::Actor actor) override;
    booking::Awaitable<domain::Result<std::size_t>> expire_overdue(std::size_t limit) override;

  private:
    Writer& writer_;
    const BookingCommands& commands_;
};

}  // namespace cinema::embedded
