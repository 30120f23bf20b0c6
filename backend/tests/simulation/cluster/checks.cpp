#include "simulation/cluster/checks.hpp"

#include <algorithm>

namespace cinema::simulation {

using domain::BookingStatus;
using domain::EventType;
using domain::PaymentStatus;
using domain::SeatState;

namespace {

std::chrono::milliseconds whole(Moment moment) {
    return std::chrono::ceil<std::chrono::milliseconds>(moment);
}

bool has(const domain::Booking& booking, const std::string& seat) {
    return std::find(booking.seats.begin(), booking.seats.end(), seat) != booking.seats.end();
}

void check_seats(Stage& stage) {
    const auto latest = stage.utc() - whole(longest_overdue(stage.plan));
    for (const auto& [showtime, seats] : stage.store.seats()) {
        for (const auto& [code, record] : seats) {
            const bool taken = record.seat.state != SeatState::AVAILABLE;
            if (taken != record.booking_id.has_value()) {
                stage.journal.wrong("seat {} is {} with or without a booking", code,
                                    domain::word(record.seat.state));
            }
            if (record.seat.state != SeatState::LOCKED) continue;
            if (*record.seat.lock_expires_at < latest) {
                stage.journal.wrong("seat {} is LOCKED long after its hold's end", code);
            }
            const auto booking = stage.store.booking(*record.booking_id);
            // Seats that a hold took after it had ended wait for its time to pass.
            if (booking && booking->booking.status != BookingStatus::LOCKED &&
                has(booking->booking, code)) {
                stage.journal.wrong("seat {} is LOCKED for booking {}, which is {}", code,
                                    brief(*record.booking_id),
                                    domain::word(booking->booking.status));
            }
        }
    }
}

void check_bookings(Stage& stage) {
    const auto latest = stage.utc() - whole(longest_overdue(stage.plan));
    for (const auto& [id, document] : stage.store.bookings()) {
        const domain::Booking& booking = document.booking;
        if (booking.status == BookingStatus::LOCKED && booking.lock_expires_at < latest) {
            stage.journal.wrong("booking {} is LOCKED long after its hold's end", brief(id));
        }
        for (const std::string& code : booking.seats) {
            const auto record = stage.store.seat(booking.showtime_id, code);
            if (booking.status == BookingStatus::BOOKED &&
                (!record || record->seat.state != SeatState::BOOKED || record->booking_id != id)) {
                stage.journal.wrong("booking {} is BOOKED without seat {}", brief(id), code);
            }
        }
        if (!document.outbox.empty()) {
            stage.journal.wrong("booking {} still has an outbox", brief(id));
        }
        if (document.unfinished_since) {
            stage.journal.wrong("booking {} is still unfinished", brief(id));
        }
    }
}

/// What a booking's events must be, from what it is.
std::vector<EventType> life_of(const domain::Booking& booking) {
    std::vector<EventType> life{EventType::BookingLocked};
    if (booking.payment_id) life.push_back(EventType::PaymentSucceeded);
    if (booking.status == BookingStatus::BOOKED) life.push_back(EventType::BookingConfirmed);
    if (booking.status == BookingStatus::CANCELLED) life.push_back(EventType::BookingCancelled);
    if (booking.status == BookingStatus::EXPIRED) life.push_back(EventType::BookingExpired);
    if (booking.payment_status == PaymentStatus::REFUNDED) {
        life.push_back(EventType::PaymentRefunded);
    }
    std::sort(life.begin(), life.end());
    return life;
}

void check_log(Stage& stage) {
    std::map<domain::BookingId, std::vector<EventType>> lives;
    std::set<std::string> ids;
    for (const auto& event : stage.store.audit_log()) {
        if (!ids.insert(event.event_id).second) {
            stage.journal.wrong("{} is in the audit log twice", event.event_id);
        }
        lives[event.booking_id].push_back(event.type);
    }
    for (const auto& [event, booking] : stage.store.events()) {
        if (!ids.contains(event)) {
            stage.journal.wrong("{} of booking {} is not in the audit log", event, brief(booking));
        }
    }
    for (const auto& [id, document] : stage.store.bookings()) {
        auto& life = lives[id];
        std::sort(life.begin(), life.end());
        if (life != life_of(document.booking)) {
            stage.journal.wrong("the audit log tells another life of booking {}", brief(id));
        }
    }
    if (stage.queue.size() != 0) stage.journal.wrong("the queue still has messages");
}

/// Money is kept for what is BOOKED, once, and for nothing else but holds that go on.
void check_money(Stage& stage) {
    std::map<domain::BookingId, std::int64_t> kept;
    for (const auto& [id, account] : stage.provider.accounts()) {
        if (account.state != Provider::State::charged) continue;
        const auto booking = stage.store.booking(account.payment.booking_id);
        const bool live = booking && (booking->booking.status == BookingStatus::LOCKED ||
                                      booking->booking.status == BookingStatus::BOOKED);
        if (!live) stage.journal.wrong("payment {} is kept without a ticket", brief(id));
        kept[account.payment.booking_id] += account.payment.amount;
    }
    for (const auto& [id, document] : stage.store.bookings()) {
        if (document.booking.status != BookingStatus::BOOKED) continue;
        if (kept[id] != document.booking.amount) {
            stage.journal.wrong("booking {} costs {} and {} was kept", brief(id),
                                document.booking.amount, kept[id]);
        }
    }
    for (const auto& [id, record] : stage.store.payments()) {
        const auto& payment = record.document.payment;
        const auto booking = stage.store.booking(payment.booking_id);
        if (!booking || booking->booking.status == BookingStatus::LOCKED) continue;
        const bool sold = booking->booking.status == BookingStatus::BOOKED;
        const bool right = sold ? payment.status == PaymentStatus::SUCCESS
                                : payment.status == PaymentStatus::REFUNDED ||
                                      payment.status == PaymentStatus::FAILED;
        if (!record.settled || !right) {
            stage.journal.wrong("payment {} is {} ({}settled), its booking {}", brief(id),
                                domain::word(payment.status), record.settled ? "" : "not ",
                                domain::word(booking->booking.status));
        }
    }
}

void check_viewers(Stage& stage, Cluster& cluster) {
    for (const auto& rooms : cluster.rooms()) {
        for (const auto& [showtime, seats] : stage.store.seats()) {
            const SeatMapOf& map = rooms->map_of(showtime);
            for (const auto& [code, record] : seats) {
                const KnownSeat truth{record.seat.state, record.seat.locked_by,
                                      record.seat.version};
                const auto known = map.find(code);
                if (known != map.end() && known->second == truth) continue;
                stage.journal.wrong(
                    "a viewer sees seat {} of {} as {} v{}, it is {} v{}", code, brief(showtime),
                    known == map.end() ? "nothing" : domain::word(known->second.state),
                    known == map.end() ? 0 : known->second.version, domain::word(truth.state),
                    truth.version);
            }
        }
    }
}

}  // namespace

Moment longest_overdue(const Plan& plan) {
    return plan.skew_max + 2 * plan.expiry_interval + std::chrono::seconds(1);
}

void check_quiet(Stage& stage, Cluster& cluster) {
    check_seats(stage);
    check_bookings(stage);
    check_log(stage);
    check_money(stage);
    check_viewers(stage, cluster);
}

void check_end(Stage& stage) {
    for (const auto& [showtime, seats] : stage.store.seats()) {
        for (const auto& [code, record] : seats) {
            if (record.seat.state == SeatState::LOCKED) {
                stage.journal.wrong("seat {} is LOCKED in the end", code);
            }
        }
    }
    for (const auto& [id, document] : stage.store.bookings()) {
        if (document.booking.status == BookingStatus::LOCKED) {
            stage.journal.wrong("booking {} is LOCKED in the end", brief(id));
        }
    }
    if (stage.redis.keys() != 0) stage.journal.wrong("Redis keys are left in the end");
}

}  // namespace cinema::simulation
