#include "embedded/booking_commands.hpp"

#include "booking/event_texts.hpp"
#include "booking/hold_answers.hpp"
#include "domain/ensure.hpp"
#include "embedded/booking_records.hpp"
#include "embedded/outbox.hpp"
#include "embedded/seat_records.hpp"

namespace cinema::embedded {

namespace {

using domain::ensure;

/// By how much a clock may go back before the ends of older holds follow it.
constexpr std::chrono::seconds kClockStepTolerated{60};

/// Which of the seats somebody has, in the order asked; their versions go to `versions`.
std::vector<std::string> find_conflicts(WriteContext& context, const booking::HoldRequest& request,
                                        std::vector<std::int64_t>& versions, bool& any_overdue) {
    std::vector<std::string> conflicts;
    for (const std::string& code : request.seats) {
        const auto [seat, booking_id] = read_seat(context.db, request.showtime_id, code);
        if (!domain::is_free(seat, context.now)) conflicts.push_back(code);
        if (seat.state == domain::SeatState::LOCKED) any_overdue = true;
        versions.push_back(seat.version);
    }
    return conflicts;
}

}  // namespace

domain::Result<domain::Booking> BookingCommands::hold(WriteContext& context,
                                                      const booking::HoldRequest& request) const {
    if (request.idempotency_key) {
        const auto first =
            find_booking_by_key(context.db, request.actor.user_id, *request.idempotency_key);
        if (first) return booking::replay(request, *first);
    }
    const auto catalogue = catalog_.snapshot();
    const domain::Showtime* showtime = catalogue->showtime(request.showtime_id);
    if (!showtime) return std::unexpected(booking::no_such_showtime());
    const domain::SeatMap* map = catalogue->seat_map(showtime->seatmap_id);
    ensure(map != nullptr, "a showtime has a seat map");
    const auto allowed = domain::check_hold(*showtime, *map, request.seats,
                                            policy_.seats_per_booking_max, context.now);
    if (!allowed) return std::unexpected(allowed.error());

    std::vector<std::int64_t> versions;
    bool any_overdue = false;
    auto conflicts = find_conflicts(context, request, versions, any_overdue);
    if (!conflicts.empty()) {
        ++context.effects.tally.hold_conflicts;
        return std::unexpected(booking::seats_taken(std::move(conflicts)));
    }
    if (any_overdue) {
        clear_overdue(context, request.showtime_id, request.seats);
        versions.clear();
        conflicts = find_conflicts(context, request, versions, any_overdue);
        ensure(conflicts.empty(), "a seat whose overdue hold was expired is free");
    }

    domain::Booking booking{
        .id = ids_.next<domain::BookingId>(),
        .user_id = request.actor.user_id,
        .showtime_id = request.showtime_id,
        .seats = request.seats,
        .status = domain::BookingStatus::LOCKED,
        .amount = domain::price_of(*showtime, *map, request.seats),
        .currency = showtime->currency,
        .lock_expires_at = context.now + policy_.lock_ttl,
        .payment_id = {},
        .payment_status = {},
        .created_at = context.now,
        .updated_at = context.now,
    };
    if (!insert_booking(context.db, booking, request.idempotency_key)) {
        return std::unexpected(booking::account_gone());
    }
    for (std::size_t i = 0; i < booking.seats.size(); ++i) {
        ensure(lock_seat(context.db, booking, booking.seats[i]), "a seat found free is free");
        context.effects.seat_events.push_back(booking::seat_event(
            domain::SeatEventType::SEAT_LOCKED, booking, booking.seats[i], versions[i] + 1));
    }
    add_seats_taken(context.db, booking.showtime_id, booking.seats.size());
    append_event(context, ids_, domain::EventType::BookingLocked, booking);
    ++context.effects.tally.holds;
    return booking;
}

domain::Result<domain::Payment> BookingCommands::pay(WriteContext& context,
                                                     const domain::BookingId& id,
                                                     const domain::Actor& actor) const {
    auto booking = find_booking(context.db, id);
    if (!booking) return std::unexpected(domain::booking_not_found());
    const auto verdict = domain::decide_pay(*booking, actor, context.now);
    if (!verdict) return std::unexpected(verdict.error());
    if (*verdict == domain::Verdict::already_done) {
        const auto first = find_payment(context.db, id);
        ensure(first.has_value(), "a paid booking has its payment");
        return *first;
    }
    // The mock provider always succeeds and knows nothing, so PENDING is never seen outside.
    domain::Payment payment{.id = ids_.next<domain::PaymentId>(),
                            .booking_id = id,
                            .status = domain::PaymentStatus::SUCCESS,
                            .amount = booking->amount,
                            .currency = booking->currency,
                            .created_at = context.now,
                            .updated_at = context.now};
    insert_payment(context.db, payment);
    booking->payment_id = payment.id;
    append_event(context, ids_, domain::EventType::PaymentSucceeded, *booking);
    ++context.effects.tally.payments;
    return payment;
}

domain::Result<domain::Booking> BookingCommands::confirm(WriteContext& context,
                                                         const domain::BookingId& id,
                                                         const domain::Actor& actor) const {
    auto booking = find_booking(context.db, id);
    if (!booking) return std::unexpected(domain::booking_not_found());
    const auto verdict = domain::decide_confirm(*booking, actor, context.now);
    if (!verdict) return std::unexpected(verdict.error());
    if (*verdict == domain::Verdict::already_done) return *booking;

    ensure(mark_booked(context.db, id, actor.user_id, context.now),
           "a booking that may be confirmed is LOCKED, the actor's, paid and not overdue");
    for (const std::string& code : booking->seats) {
        const std::int64_t version = read_seat(context.db, booking->showtime_id, code).seat.version;
        ensure(book_seat(context.db, *booking, code), "a LOCKED booking has its seats LOCKED");
        context.effects.seat_events.push_back(
            booking::seat_event(domain::SeatEventType::SEAT_BOOKED, *booking, code, version + 1));
    }
    booking->status = domain::BookingStatus::BOOKED;
    booking->updated_at = context.now;
    append_event(context, ids_, domain::EventType::BookingConfirmed, *booking);
    ++context.effects.tally.confirmations;
    return *booking;
}

domain::Result<domain::Booking> BookingCommands::cancel(WriteContext& context,
                                                        const domain::BookingId& id,
                                                        const domain::Actor& actor) const {
    auto booking = find_booking(context.db, id);
    if (!booking) return std::unexpected(domain::booking_not_found());
    const auto verdict = domain::decide_cancel(*booking, actor);
    if (!verdict) return std::unexpected(verdict.error());
    if (*verdict == domain::Verdict::already_done) return *booking;
    end_booking(context, *booking, domain::BookingStatus::CANCELLED, &actor);
    return *booking;
}

std::size_t BookingCommands::expire_overdue(WriteContext& context, std::size_t limit) const {
    shorten_far(context, limit);
    auto overdue = find_overdue(context.db, context.now, limit);
    for (domain::Booking& booking : overdue) {
        end_booking(context, booking, domain::BookingStatus::EXPIRED, nullptr);
    }
    return overdue.size();
}

void BookingCommands::shorten_far(WriteContext& context, std::size_t limit) const {
    const auto end = context.now + policy_.lock_ttl;
    auto far = find_ending_after(context.db, end + kClockStepTolerated, limit);
    for (domain::Booking& booking : far) {
        booking.lock_expires_at = end;
        ensure(move_end(context.db, booking.id, end, context.now), "a far hold is LOCKED");
        for (const std::string& code : booking.seats) {
            const std::int64_t version =
                read_seat(context.db, booking.showtime_id, code).seat.version;
            ensure(move_seat_end(context.db, booking, code),
                   "a LOCKED booking has its seats LOCKED");
            context.effects.seat_events.push_back(booking::seat_event(
                domain::SeatEventType::SEAT_LOCKED, booking, code, version + 1));
        }
    }
}

void BookingCommands::clear_overdue(WriteContext& context, const domain::ShowtimeId& showtime,
                                    const std::vector<std::string>& seats) const {
    for (const std::string& code : seats) {
        // Read again each time: one overdue booking may have several of these seats.
        const auto [seat, booking_id] = read_seat(context.db, showtime, code);
        if (seat.state != domain::SeatState::LOCKED) continue;
        ensure(booking_id.has_value(), "a LOCKED seat belongs to a booking");
        auto booking = find_booking(context.db, *booking_id);
        ensure(booking && domain::is_overdue(booking->lock_expires_at, context.now),
               "a seat's hold is overdue together with its booking");
        end_booking(context, *booking, domain::BookingStatus::EXPIRED, nullptr);
    }
}

void BookingCommands::end_booking(WriteContext& context, domain::Booking& booking,
                                  domain::BookingStatus status,
                                  const domain::Actor* canceller) const {
    ensure(mark_ended(context.db, booking.id, status, context.now),
           "a booking that ends is LOCKED");
    for (const std::string& code : booking.seats) {
        const std::int64_t version = read_seat(context.db, booking.showtime_id, code).seat.version;
        ensure(release_seat(context.db, booking, code), "a LOCKED booking has its seats LOCKED");
        context.effects.seat_events.push_back(
            booking::seat_event(domain::SeatEventType::SEAT_RELEASED, booking, code, version + 1));
    }
    subtract_seats_taken(context.db, booking.showtime_id, booking.seats.size());
    booking.status = status;
    booking.updated_at = context.now;
    if (canceller) {
        append_event(context, ids_, domain::EventType::BookingCancelled, booking,
                     canceller->user_id);
        ++context.effects.tally.cancellations;
    } else {
        append_event(context, ids_, domain::EventType::BookingExpired, booking);
        ++context.effects.tally.expiries;
    }
    if (booking.payment_status != domain::PaymentStatus::SUCCESS) return;
    ensure(mark_refunded(context.db, booking.id, context.now),
           "a SUCCESS payment is refunded once");
    booking.payment_status = domain::PaymentStatus::REFUNDED;
    append_event(context, ids_, domain::EventType::PaymentRefunded, booking);
    ++context.effects.tally.refunds;
}

}  // namespace cinema::embedded
