#include <algorithm>

#include "booking/event_texts.hpp"
#include "booking/hold_answers.hpp"
#include "cluster/saga/saga.hpp"
#include "domain/ensure.hpp"
#include "domain/rules.hpp"

/// A hold: 1. the Redis keys, all or none; 2. the seats' records; 3. each seat AVAILABLE → LOCKED
/// at its version; 4. the booking. Whatever fails is undone in the opposite order.
namespace cinema::cluster {

namespace {

/// How often a hold looks again after something was in its way that is gone by now.
constexpr int kAttempts = 4;
/// How long a repeated request waits for the first one, which is under way.
constexpr int kFirstWaits = 40;
constexpr std::chrono::milliseconds kFirstWait{25};

std::optional<std::string> hold_key_of(const booking::HoldRequest& request) {
    if (!request.idempotency_key) return std::nullopt;
    return request.actor.user_id.to_hex() + ":" + *request.idempotency_key;
}

}  // namespace

/// One try of a hold and what it has found out.
struct Saga::HoldAttempt {
    const booking::HoldRequest& request;
    const std::optional<std::string> hold_key;
    domain::Booking booking;  ///< as it will be
    bool keys_taken = false;
    std::vector<TakenKey> refused;       ///< keys that somebody has
    std::vector<std::int64_t> versions;  ///< of the seats, in the order asked; 0 without a record
    std::vector<std::size_t> locked;     ///< places of the seats that were locked for certain
    std::vector<std::string> conflicts;  ///< in the order asked
    bool own_conflict = false;           ///< one of them is the same user's
    std::vector<domain::BookingId> conflicting_bookings;  ///< the same user's
    bool own_without_booking = false;  ///< the same user has a key or a seat, and no booking yet
};

Awaitable<Result<domain::Booking>> Saga::hold(booking::HoldRequest request) {
    auto answer = co_await hold_new(request);
    if (answer || !request.idempotency_key) co_return answer;
    const auto code = answer.error().code;
    if (code == domain::Errc::unavailable || code == domain::Errc::overloaded) co_return answer;
    // What is refused may be a repetition. Looking first would cost every hold a round trip; one
    // that gets as far as its booking is stopped by the key.
    auto first = co_await replay_of(request);
    if (!first) co_return std::unexpected(first.error());
    if (!*first) co_return answer;
    co_return booking::replay(request, **first);
}

Awaitable<Result<domain::Booking>> Saga::hold_new(const booking::HoldRequest& request) {
    const auto now = clock_.now();
    const auto catalogue = ports_.catalog.snapshot();
    const domain::Showtime* showtime = catalogue->showtime(request.showtime_id);
    if (!showtime) co_return std::unexpected(booking::no_such_showtime());
    const domain::SeatMap* map = catalogue->seat_map(showtime->seatmap_id);
    domain::ensure(map != nullptr, "a showtime has a seat map");
    const auto allowed =
        domain::check_hold(*showtime, *map, request.seats, policy_.seats_per_booking_max, now);
    if (!allowed) co_return std::unexpected(allowed.error());
    const auto known = co_await ports_.users.exists(request.actor.user_id);
    if (!known) co_return std::unexpected(known.error());
    if (!*known) co_return std::unexpected(booking::account_gone());

    domain::Booking wanted{
        .id = {},
        .user_id = request.actor.user_id,
        .showtime_id = request.showtime_id,
        .seats = request.seats,
        .status = domain::BookingStatus::LOCKED,
        .amount = domain::price_of(*showtime, *map, request.seats),
        .currency = showtime->currency,
        .lock_expires_at = now + policy_.lock_ttl,
        .payment_id = {},
        .payment_status = {},
        .created_at = now,
        .updated_at = now,
    };
    co_return co_await hold_seats(request, std::move(wanted));
}

Awaitable<Result<std::optional<domain::Booking>>> Saga::replay_of(
    const booking::HoldRequest& request) {
    const auto key = hold_key_of(request);
    if (!key) co_return std::optional<domain::Booking>();
    auto found = co_await ports_.bookings.find_by_hold_key(*key);
    if (!found) co_return std::unexpected(found.error());
    if (!*found) co_return std::optional<domain::Booking>();
    co_return std::optional<domain::Booking>((*found)->booking);
}

Awaitable<Result<domain::Booking>> Saga::hold_seats(const booking::HoldRequest& request,
                                                    domain::Booking wanted) {
    for (int count = 1;; ++count) {
        // Every try has an id of its own: what an earlier one may have left is not this one's.
        wanted.id = ids_.next<domain::BookingId>();
        HoldAttempt tried{.request = request, .hold_key = hold_key_of(request), .booking = wanted};
        auto outcome = co_await attempt(tried);
        if (!outcome) co_return std::unexpected(outcome.error());
        if (*outcome) co_return std::move(**outcome);
        if (tried.conflicts.empty() && count < kAttempts) continue;
        if (tried.hold_key && tried.own_conflict) {
            auto first = co_await wait_for_first(tried);
            if (!first) co_return std::unexpected(first.error());
            if (*first) co_return booking::replay(request, **first);
        }
        metrics_.hold_conflicts.Increment();
        if (tried.conflicts.empty()) tried.conflicts = request.seats;
        co_return std::unexpected(booking::seats_taken(std::move(tried.conflicts)));
    }
}

/// nullopt: not this time; `conflicts` says why, and when it is empty another try may do better.
Awaitable<Result<std::optional<domain::Booking>>> Saga::attempt(HoldAttempt& attempt) {
    auto keys = co_await ports_.locks.acquire(attempt.booking.showtime_id, attempt.booking.seats,
                                              attempt.booking.user_id);
    // Without Redis the store alone decides.
    attempt.keys_taken = keys && keys->empty();
    if (keys) attempt.refused = std::move(*keys);

    const auto free = co_await look(attempt);
    if (!free) {
        co_await undo(attempt, false);
        co_return std::unexpected(free.error());
    }
    if (!*free) {
        co_await undo(attempt, false);
        co_return std::optional<domain::Booking>();
    }
    co_return co_await take(attempt);
}

/// Reads the seats. False when one is taken, or was: an overdue hold in the way is ended here.
Awaitable<Result<bool>> Saga::look(HoldAttempt& attempt) {
    auto found = co_await ports_.seats.find(attempt.booking.showtime_id, attempt.booking.seats);
    if (!found) co_return std::unexpected(found.error());
    const auto now = clock_.now();
    const domain::UserId user = attempt.booking.user_id;
    std::vector<LockedSeat> overdue;
    for (const std::string& code : attempt.booking.seats) {
        const auto record = std::find_if(found->begin(), found->end(), [&](const auto& document) {
            return document.seat.seat_code == code;
        });
        const auto key = std::find_if(attempt.refused.begin(), attempt.refused.end(),
                                      [&](const auto& taken) { return taken.seat_code == code; });
        const bool recorded = record != found->end();
        attempt.versions.push_back(recorded ? record->seat.version : 0);
        if (recorded && record->seat.state != domain::SeatState::AVAILABLE) {
            domain::ensure(record->booking_id && record->seat.locked_by,
                           "a seat that is taken tells by whom");
            if (domain::is_free(record->seat, now)) {
                overdue.push_back({.showtime_id = attempt.booking.showtime_id,
                                   .seat_code = code,
                                   .booking_id = *record->booking_id,
                                   .locked_by = *record->seat.locked_by,
                                   .lock_expires_at = *record->seat.lock_expires_at,
                                   .version = record->seat.version});
                continue;
            }
            attempt.conflicts.push_back(code);
            if (record->seat.locked_by == user) {
                attempt.own_conflict = true;
                attempt.conflicting_bookings.push_back(*record->booking_id);
            }
        } else if (key != attempt.refused.end()) {
            // A hold that is under way has the key, or the key is left over and will end.
            attempt.conflicts.push_back(code);
            if (key->user_id == user) {
                attempt.own_conflict = attempt.own_without_booking = true;
            }
        }
    }
    if (!attempt.conflicts.empty()) co_return false;
    if (overdue.empty()) co_return attempt.refused.empty();
    for (const HeldSeats& held : by_booking(overdue)) {
        const auto resolved = co_await resolve_overdue(held);
        if (!resolved) co_return std::unexpected(resolved.error());
    }
    co_return false;
}

Awaitable<Result<std::optional<domain::Booking>>> Saga::take(HoldAttempt& attempt) {
    const domain::Booking& booking = attempt.booking;
    SeatLockRequest request{.showtime_id = booking.showtime_id,
                            .booking_id = booking.id,
                            .user_id = booking.user_id,
                            .lock_expires_at = booking.lock_expires_at,
                            .seats = {}};
    for (std::size_t i = 0; i < booking.seats.size(); ++i) {
        request.seats.push_back({booking.seats[i], attempt.versions[i]});
    }
    const auto missed = co_await ports_.seats.lock(request);
    if (!missed) {
        co_await undo(attempt, true);
        co_return std::unexpected(missed.error());
    }
    for (std::size_t i = 0; i < booking.seats.size(); ++i) {
        const bool got =
            std::find(missed->begin(), missed->end(), booking.seats[i]) == missed->end();
        if (got) attempt.locked.push_back(i);
    }
    if (!missed->empty()) {
        // Somebody was quicker, past Redis. The next try finds out who has them.
        co_await undo(attempt, true);
        co_return std::optional<domain::Booking>();
    }

    BookingDocument document = new_document(attempt);
    const auto outcome = co_await ports_.bookings.insert(document);
    bool lives = outcome && *outcome == InsertOutcome::inserted;
    domain::Booking held = document.booking;
    if (!outcome) {
        auto asked = co_await ask_again(attempt);
        if (!asked || !*asked) {
            // Seats go only when no booking can have them any more; repair() does the rest.
            co_await undo(attempt, asked.has_value());
            co_return std::unexpected(outcome.error());
        }
        lives = true;
        held = std::move(**asked);
    }
    if (lives) {
        metrics_.holds.Increment();
        announce(document, domain::SeatEventType::SEAT_LOCKED);
        ports_.outbox_filled({booking.id, document.revision, true});
        co_return std::optional<domain::Booking>(std::move(held));
    }
    co_await undo(attempt, true);
    if (*outcome == InsertOutcome::id_taken) {
        // This hold slept so long that its seats were taken for abandoned.
        co_return std::unexpected(store_unavailable());
    }
    auto first = co_await replay_of(attempt.request);
    if (!first) co_return std::unexpected(first.error());
    domain::ensure(first->has_value(), "a key that is taken has a booking");
    auto replayed = booking::replay(attempt.request, **first);
    if (!replayed) co_return std::unexpected(replayed.error());
    co_return std::optional<domain::Booking>(std::move(*replayed));
}

BookingDocument Saga::new_document(const HoldAttempt& attempt) {
    BookingDocument document{.booking = attempt.booking,
                             .seat_versions = {},
                             .hold_key = attempt.hold_key,
                             .revision = 1,
                             .outbox = {},
                             .unfinished_since = {}};
    for (const std::int64_t version : attempt.versions) {
        document.seat_versions.push_back(version + 1);
    }
    document.outbox.push_back(entry(domain::EventType::BookingLocked, attempt.booking.created_at));
    return document;
}

/// Seats first, then keys: whoever gets the keys finds the seats free. What cannot be undone now
/// is found by repair().
Awaitable<void> Saga::undo(HoldAttempt& attempt, bool seats_too) {
    const domain::Booking& booking = attempt.booking;
    if (seats_too) {
        const auto released =
            co_await ports_.seats.release(booking.showtime_id, booking.id, booking.seats);
        // Viewers may have loaded the lock from the store, so they are told of both. A seat that
        // was not locked here must not be told of: its version to come will be somebody else's.
        if (released && *released > 0 && !attempt.locked.empty()) {
            BookingDocument locked{.booking = booking};
            locked.booking.seats.clear();
            for (const std::size_t i : attempt.locked) {
                locked.booking.seats.push_back(booking.seats[i]);
                locked.seat_versions.push_back(attempt.versions[i] + 1);
            }
            announce(locked, domain::SeatEventType::SEAT_LOCKED);
            announce(locked, domain::SeatEventType::SEAT_RELEASED);
        }
    }
    if (!attempt.keys_taken) co_return;
    // A failure is the adapter's to count; the keys end by themselves.
    (void)co_await ports_.locks.release(booking.showtime_id, booking.seats, booking.user_id);
    attempt.keys_taken = false;
}

/// After an insert whose answer was lost: the booking, if it is there and lives; by now it may even
/// be sold. nullopt: none will ever live under this id, because an ended one has it. unavailable:
/// not known.
Awaitable<Result<std::optional<domain::Booking>>> Saga::ask_again(const HoldAttempt& attempt) {
    // Twice around is enough: whatever took the id is there to be found.
    for (int i = 0; i < 2; ++i) {
        const auto found = co_await ports_.bookings.find(attempt.booking.id);
        if (!found) co_return std::unexpected(found.error());
        if (*found) {
            const auto status = (*found)->booking.status;
            const bool lives =
                status == domain::BookingStatus::LOCKED || status == domain::BookingStatus::BOOKED;
            if (!lives) co_return std::optional<domain::Booking>();
            co_return std::optional<domain::Booking>((*found)->booking);
        }
        // It may come yet: an ended booking takes its place.
        const auto now = clock_.now();
        BookingDocument document = new_document(attempt);
        document.hold_key.reset();  // free for another try
        document.booking.status = domain::BookingStatus::CANCELLED;
        document.booking.updated_at = now;
        document.unfinished_since = now;
        document.outbox.push_back(
            entry(domain::EventType::BookingCancelled, now, attempt.booking.user_id));
        const auto inserted = co_await ports_.bookings.insert(document);
        if (!inserted) co_return std::unexpected(inserted.error());
        if (*inserted == InsertOutcome::inserted) {
            ports_.outbox_filled({document.booking.id, document.revision, false});
            co_return std::optional<domain::Booking>();
        }
    }
    co_return std::unexpected(store_unavailable());
}

/// A repeated request may come upon the first one's seats before its booking is there.
Awaitable<Result<std::optional<domain::Booking>>> Saga::wait_for_first(const HoldAttempt& attempt) {
    bool pending = attempt.own_without_booking;
    if (!pending) {
        const auto missing = co_await ports_.bookings.missing(attempt.conflicting_bookings);
        if (!missing) co_return std::unexpected(missing.error());
        pending = !missing->empty();
    }
    for (int i = 0;; ++i) {
        auto first = co_await replay_of(attempt.request);
        if (!first || *first || !pending || i == kFirstWaits) co_return first;
        co_await ports_.pause(kFirstWait);
    }
}

}  // namespace cinema::cluster
