#include <algorithm>

#include "simulation/cluster/customers.hpp"

/// What customers are told, and whether it is and stays true.
namespace cinema::simulation {

using domain::BookingStatus;

Awaitable<Result<domain::Booking>> Customers::hold(Wish wish) {
    // Until the answer is there, it may have been done.
    if (wish.key) {
        ++keyed_[*wish.key].perhaps;
    } else {
        ++without_key_[wish.user];
    }
    booking::HoldRequest request{.showtime_id = wish.showtime,
                                 .actor = {wish.user, domain::Role::USER},
                                 .seats = wish.seats,
                                 .idempotency_key = wish.key};
    std::function<Awaitable<Result<domain::Booking>>(cluster::Saga&)> operation =
        [request](cluster::Saga& saga) { return saga.hold(request); };
    auto answer = co_await cluster_.ask<domain::Booking>(somewhere(), std::move(operation));
    if (answer) {
        told_held(wish, *answer);
        co_return answer;
    }
    const domain::Error& error = answer.error();
    if (error.code == domain::Errc::unavailable) {
        told_unavailable("hold");
        co_return answer;
    }
    if (wish.key) {
        --keyed_[*wish.key].perhaps;
    } else {
        --without_key_[wish.user];
    }
    const auto asked_for = [&](const std::string& seat) {
        return std::find(wish.seats.begin(), wish.seats.end(), seat) != wish.seats.end();
    };
    if (error.code != domain::Errc::seats_taken || error.conflicts.empty() ||
        !std::all_of(error.conflicts.begin(), error.conflicts.end(), asked_for)) {
        stage_.journal.wrong("a hold was refused with '{}'", error.detail);
    }
    co_return answer;
}

void Customers::told_held(const Wish& wish, const domain::Booking& booking) {
    stage_.journal.trace("user {} holds {} with booking {}", brief(wish.user),
                         fmt::join(wish.seats, ","), brief(booking.id));
    const auto there = stage_.store.booking(booking.id);
    if (!there || there->booking.user_id != wish.user ||
        there->booking.showtime_id != wish.showtime || there->booking.seats != wish.seats) {
        stage_.journal.wrong("user {} was told of booking {}, which is not that", brief(wish.user),
                             brief(booking.id));
    }
    if (!wish.key) return;
    Holds& holds = keyed_[*wish.key];
    if (holds.told && holds.told != booking.id) {
        stage_.journal.wrong("{} gave booking {} and then {}", *wish.key, brief(*holds.told),
                             brief(booking.id));
    }
    holds.told = booking.id;
}

Awaitable<bool> Customers::pay(domain::Booking booking, domain::UserId who) {
    std::function<Awaitable<Result<domain::Payment>>(cluster::Saga&)> operation =
        [id = booking.id, who](cluster::Saga& saga) {
            return saga.pay(id, {who, domain::Role::USER});
        };
    const auto answer = co_await cluster_.ask<domain::Payment>(somewhere(), std::move(operation));
    const bool stranger = who != booking.user_id;
    if (!answer) {
        told_no("pay", answer.error(), stranger);
        co_return false;
    }
    if (stranger) stage_.journal.wrong("a stranger paid booking {}", brief(booking.id));
    told_paid(booking, *answer);
    co_return true;
}

void Customers::told_paid(const domain::Booking& booking, const domain::Payment& payment) {
    stage_.journal.trace("user {} has paid booking {}", brief(booking.user_id), brief(booking.id));
    const auto there = stage_.store.booking(booking.id);
    if (!there || there->booking.payment_id != payment.id || payment.amount != booking.amount) {
        stage_.journal.wrong("booking {} was said to be paid and is not", brief(booking.id));
    }
}

Awaitable<bool> Customers::confirm(domain::Booking booking, domain::UserId who) {
    std::function<Awaitable<Result<domain::Booking>>(cluster::Saga&)> operation =
        [id = booking.id, who](cluster::Saga& saga) {
            return saga.confirm(id, {who, domain::Role::USER});
        };
    const auto answer = co_await cluster_.ask<domain::Booking>(somewhere(), std::move(operation));
    const bool stranger = who != booking.user_id;
    if (!answer) {
        told_no("confirm", answer.error(), stranger);
        co_return false;
    }
    if (stranger) stage_.journal.wrong("a stranger confirmed booking {}", brief(booking.id));
    told_ended("confirmed", *answer, BookingStatus::BOOKED);
    co_return true;
}

Awaitable<bool> Customers::cancel(domain::Booking booking, domain::Actor who) {
    std::function<Awaitable<Result<domain::Booking>>(cluster::Saga&)> operation =
        [id = booking.id, who](cluster::Saga& saga) { return saga.cancel(id, who); };
    const auto answer = co_await cluster_.ask<domain::Booking>(somewhere(), std::move(operation));
    const bool stranger = who.user_id != booking.user_id && who.role != domain::Role::ADMIN;
    if (!answer) {
        told_no("cancel", answer.error(), stranger);
        co_return false;
    }
    if (stranger) stage_.journal.wrong("a stranger cancelled booking {}", brief(booking.id));
    told_ended("cancelled", *answer, BookingStatus::CANCELLED);
    co_return true;
}

/// The store lets no booking leave BOOKED or CANCELLED, so what is true now stays true.
void Customers::told_ended(const char* what, const domain::Booking& answer, BookingStatus status) {
    stage_.journal.trace("booking {} is {}", brief(answer.id), what);
    const auto there = stage_.store.booking(answer.id);
    if (answer.status != status || !there || there->booking.status != status) {
        stage_.journal.wrong("booking {} was said to be {} and is {}", brief(answer.id), what,
                             there ? domain::word(there->booking.status) : "not there");
    }
}

/// Clocks that disagree may be a reason, in the last moments of a hold. Otherwise something is.
void Customers::told_unavailable(const char* what) {
    if (stage_.plan.faultless && stage_.plan.skew_max == Moment{}) {
        stage_.journal.wrong("{} is unavailable although nothing fails", what);
    }
}

void Customers::told_no(const char* what, const domain::Error& error, bool stranger) {
    using domain::Errc;
    stage_.journal.trace("{} refused: {}", what, error.detail);
    const bool possible = stranger ? error.code == Errc::not_found
                                   : error.code == Errc::hold_expired ||
                                         error.code == Errc::booking_not_locked ||
                                         error.code == Errc::payment_required;
    if (error.code == Errc::unavailable) {
        told_unavailable(what);
    } else if (!possible) {
        stage_.journal.wrong("{} was refused with '{}'", what, error.detail);
    }
}

/// Nobody has more bookings than holds that were, or may have been, granted.
void Customers::check() {
    std::map<domain::UserId, std::size_t> held;
    for (const auto& [id, document] : stage_.store.bookings()) {
        const auto& key = document.hold_key;
        // Bookings that only stand for an abandoned hold are nobody's success.
        const bool ended = document.booking.status == BookingStatus::EXPIRED ||
                           document.booking.status == BookingStatus::CANCELLED;
        if (key) {
            const Holds& holds = keyed_[key->substr(key->find(':') + 1)];
            if (holds.perhaps == 0) {
                stage_.journal.wrong("booking {} exists although its hold was refused", brief(id));
            }
            if (holds.told && holds.told != id) {
                stage_.journal.wrong("{} has booking {} beside {}", *key, brief(id),
                                     brief(*holds.told));
            }
        } else if (!ended) {
            ++held[document.booking.user_id];
        }
    }
    for (const auto& [user, count] : held) {
        if (count > without_key_[user]) {
            stage_.journal.wrong("user {} has {} bookings for at most {} holds", brief(user), count,
                                 without_key_[user]);
        }
    }
}

}  // namespace cinema::simulation
