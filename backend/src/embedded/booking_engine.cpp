#include "embedded/booking_engine.hpp"

namespace cinema::embedded {

using booking::Awaitable;
using domain::Result;

Awaitable<Result<domain::Booking>> EmbeddedBookingEngine::hold(booking::HoldRequest request) {
    return writer_.run<domain::Booking>(
        [this, request = std::move(request)](WriteContext& context) {
            return commands_.hold(context, request);
        });
}

Awaitable<Result<domain::Payment>> EmbeddedBookingEngine::pay(domain::BookingId id,
                                                              domain::Actor actor) {
    return writer_.run<domain::Payment>(
        [this, id, actor](WriteContext& context) { return commands_.pay(context, id, actor); });
}

Awaitable<Result<domain::Booking>> EmbeddedBookingEngine::confirm(domain::BookingId id,
                                                                  domain::Actor actor) {
    return writer_.run<domain::Booking>(
        [this, id, actor](WriteContext& context) { return commands_.confirm(context, id, actor); });
}

Awaitable<Result<domain::Booking>> EmbeddedBookingEngine::cancel(domain::BookingId id,
                                                                 domain::Actor actor) {
    return writer_.run<domain::Booking>(
        [this, id, actor](WriteContext& context) { return commands_.cancel(context, id, actor); });
}

Awaitable<Result<std::size_t>> EmbeddedBookingEngine::expire_overdue(std::size_t limit) {
    return writer_.run<std::size_t>([this, limit](WriteContext& context) -> Result<std::size_t> {
        return commands_.expire_overdue(context, limit);
    });
}

}  // namespace cinema::embedded
