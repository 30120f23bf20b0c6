#include "simulation/embedded/customers.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>

namespace cinema::simulation::machine {

using domain::BookingStatus;
using domain::Errc;
using domain::Result;

Customers::Customers(const Plan& plan, Random& random, Scheduler& scheduler, House& house,
                     Disk& disk, Journal& journal)
    : plan_(plan),
      random_(random),
      scheduler_(scheduler),
      house_(house),
      disk_(disk),
      journal_(journal) {}

template <class T>
void Customers::ask(booking::Awaitable<Result<T>> call,
                    std::function<void(const Result<T>&)> answered) {
    boost::asio::co_spawn(
        scheduler_.context(), std::move(call),
        [this, life = house_.life(), faults = disk_.faults(), answered = std::move(answered)](
            const std::exception_ptr& failure, const Result<T>& answer) {
            if (house_.life() != life || disk_.ended() != Disk::End::none) return;  // nobody hears
            if (failure) {
                try {
                    std::rethrow_exception(failure);
                } catch (const std::exception& error) {
                    journal_.wrong("an operation failed: {}", error.what());
                }
                return;
            }
            const bool away = !answer && (answer.error().code == Errc::unavailable ||
                                          answer.error().code == Errc::overloaded);
            if (away && disk_.faults() == faults) {
                journal_.wrong("unavailable although nothing failed: {}", answer.error().detail);
            }
            if (!away) answered(answer);
        });
}

void Customers::act() {
    Order* order = some_order();
    const std::uint64_t what = random_.below(100);
    if (!order || what < 30) return this->order();
    if (!order->booking) return hold(*order);
    if (what < 50) return pay(*order);
    if (what < 70) return confirm(*order);
    if (what < 78) return cancel(*order);
    if (what < 90) return look(*order);
    if (what < 93) return look_as_stranger(*order);
    look_at_map();
}

/// Mostly one of the latest.
Order* Customers::some_order() {
    if (orders_.empty()) return nullptr;
    const std::size_t back = std::min<std::size_t>(orders_.size(), random_.one_in(8) ? 100 : 6);
    return &orders_[orders_.size() - 1 - random_.below(back)];
}

void Customers::order() {
    Order& order = orders_.emplace_back();
    order.who.user_id = customer(random_.below(plan_.users));
    order.showtime = showtime(random_.below(plan_.showtimes));
    const std::size_t first = random_.below(plan_.seats);
    const std::size_t count = 1 + random_.below(std::min<std::size_t>(3, plan_.seats));
    for (std::size_t i = 0; i < count; ++i) {
        order.seats.push_back(seat((first + i) % plan_.seats));
    }
    if (random_.one_in(2)) order.key = "key-" + std::to_string(orders_.size());
    hold(order);
    if (order.key && random_.one_in(4)) hold(order);
}

void Customers::hold(Order& order) {
    ++order.unanswered;
    ask<domain::Booking>(house_.store().bookings().hold({.showtime_id = order.showtime,
                                                         .actor = order.who,
                                                         .seats = order.seats,
                                                         .idempotency_key = order.key}),
                         [this, &order](const Result<domain::Booking>& answer) {
                             --order.unanswered;
                             if (answer) return held(order, *answer);
                             if (answer.error().code != Errc::seats_taken) {
                                 journal_.wrong("a hold is refused: {}", answer.error().detail);
                             } else if (order.key && order.booking) {
                                 journal_.wrong("{} does not find its booking", *order.key);
                             }
                         });
}

void Customers::held(Order& order, const domain::Booking& booking) {
    journal_.trace("  held: {} {}", brief(booking.id), fmt::join(booking.seats, " "));
    if (order.booking && order.key) {
        if (order.booking->id != booking.id) {
            journal_.wrong("{} gave booking {} and then {}", *order.key, brief(order.booking->id),
                           brief(booking.id));
        }
    } else if (order.booking) {
        // Asked again although it was there: without a key that is another booking.
        Order copy{.who = order.who, .showtime = order.showtime, .seats = order.seats, .key = {}};
        orders_.push_back(std::move(copy));
        orders_.back().booking = booking;
    } else {
        order.booking = booking;
    }
    if (booking.status != BookingStatus::LOCKED) end_told(order, booking.status);
    if (booking.status == BookingStatus::LOCKED &&
        booking.amount != kSeatPrice * static_cast<std::int64_t>(booking.seats.size())) {
        journal_.wrong("booking {} costs {}", brief(booking.id), booking.amount);
    }
}

void Customers::pay(Order& order) {
    order.pay_asked = true;
    ask<domain::Payment>(house_.store().bookings().pay(order.booking->id, order.who),
                         [this, &order](const Result<domain::Payment>& answer) {
                             if (!answer) return refused(order, answer.error(), "paid", false);
                             journal_.trace("  paid: {}", brief(answer->booking_id));
                             if (order.paid && *order.paid != answer->id) {
                                 journal_.wrong("booking {} is paid twice",
                                                brief(answer->booking_id));
                             }
                             order.paid = answer->id;
                         });
}

void Customers::confirm(Order& order) {
    order.confirm_asked = true;
    ask<domain::Booking>(
        house_.store().bookings().confirm(order.booking->id, order.who),
        [this, &order, was_paid = order.paid.has_value()](const Result<domain::Booking>& answer) {
            if (!answer) return refused(order, answer.error(), "confirmed", was_paid);
            journal_.trace("  confirmed: {}", brief(answer->id));
            end_told(order, answer->status);
            if (answer->status != BookingStatus::BOOKED) {
                journal_.wrong("a confirmed booking is {}", word(answer->status));
            }
        });
}

void Customers::cancel(Order& order) {
    order.cancel_asked = true;
    const domain::Actor who = random_.one_in(4) ? staff() : order.who;
    ask<domain::Booking>(house_.store().bookings().cancel(order.booking->id, who),
                         [this, &order](const Result<domain::Booking>& answer) {
                             if (!answer) return refused(order, answer.error(), "cancelled", false);
                             journal_.trace("  cancelled: {}", brief(answer->id));
                             end_told(order, answer->status);
                         });
}

/// Is the refusal true?
void Customers::refused(const Order& order, const domain::Error& error, std::string_view what,
                        bool was_paid) {
    const bool may_be = (error.code == Errc::hold_expired && is_over(order)) ||
                        (error.code == Errc::booking_not_locked &&
                         (what == "cancelled" ? order.confirm_asked : order.cancel_asked)) ||
                        (error.code == Errc::payment_required && !was_paid);
    const std::string id = brief(order.booking->id);
    if (!may_be) journal_.wrong("booking {} cannot be {}: {}", id, what, error.detail);
    if (order.ended_as == BookingStatus::BOOKED && what == "confirmed") {
        journal_.wrong("booking {} is not confirmed any more", id);
    }
}

bool Customers::is_over(const Order& order) const {
    return order.booking->lock_expires_at <= house_.now();
}

void Customers::end_told(Order& order, BookingStatus status) {
    if (order.ended_as && *order.ended_as != status) {
        journal_.wrong("booking {} was {} and is {}", brief(order.booking->id),
                       word(*order.ended_as), word(status));
    }
    order.ended_as = status;
}

void Customers::look(Order& order) {
    using Found = std::optional<domain::Booking>;
    ask<Found>(house_.store().queries().find(order.booking->id),
               [this, &order, before = order.ended_as,
                was_paid = order.paid.has_value()](const Result<Found>& answer) {
                   const std::string id = brief(order.booking->id);
                   if (!answer) return journal_.wrong("a read fails: {}", answer.error().detail);
                   if (!*answer) return journal_.wrong("booking {} is gone", id);
                   const domain::Booking& now = **answer;
                   if (before && now.status != *before) {
                       journal_.wrong("booking {} was {} and reads {}", id, word(*before),
                                      word(now.status));
                   }
                   if (was_paid && !now.payment_id) journal_.wrong("{} reads unpaid", id);
                   if (now.status != BookingStatus::LOCKED) end_told(order, now.status);
                   if (now.payment_id) order.paid = now.payment_id;
               });
}

void Customers::look_as_stranger(Order& order) {
    const domain::Actor stranger{.user_id = customer(plan_.users)};
    ask<domain::Payment>(house_.store().bookings().pay(order.booking->id, stranger),
                         [this](const Result<domain::Payment>& answer) {
                             if (answer || answer.error().code != Errc::not_found) {
                                 journal_.wrong("a stranger pays");
                             }
                         });
}

void Customers::look_at_map() {
    using States = std::shared_ptr<const booking::SeatStates>;
    const auto where = showtime(random_.below(plan_.showtimes));
    ask<States>(house_.store().queries().seat_states(where),
                [this, where, told = house_.told()](const Result<States>& answer) {
                    if (!answer) return;
                    std::map<std::string, std::int64_t> versions;
                    for (const auto& seat : (*answer)->seats)
                        versions[seat.seat_code] = seat.version;
                    for (const auto& [which, event] : told) {
                        if (which.first == where && versions[which.second] < event.version) {
                            journal_.wrong("seat {} reads v{} after v{} was told", which.second,
                                           versions[which.second], event.version);
                        }
                    }
                });
}

void Customers::repeat_unanswered() {
    for (Order& order : orders_) {
        if (order.unanswered > 0 && order.key) hold(order);
    }
}

void Customers::expire() {
    ask<std::size_t>(house_.store().bookings().expire_overdue(plan_.work_limit),
                     [](const auto&) {});
}

void Customers::relay() {
    ask<std::size_t>(house_.store().outbox().relay(plan_.work_limit), [](const auto&) {});
}

}  // namespace cinema::simulation::machine
