#include "simulation/cluster/customers.hpp"

#include <algorithm>

/// What customers do.
namespace cinema::simulation {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kPatientTries = 3;

bool is_unavailable(const domain::Error& error) {
    return error.code == domain::Errc::unavailable;
}

}  // namespace

Customers::Customers(Stage& stage, Cluster& cluster) : stage_(stage), cluster_(cluster) {
    for (std::size_t i = 0; i < stage.plan.users; ++i) users_.push_back({stage.next_id()});
}

/// A second thing at the same time.
template <class Task>
void Customers::also(Task task) {
    boost::asio::co_spawn(stage_.scheduler.context(), std::move(task),
                          [&journal = stage_.journal](std::exception_ptr failure, auto&&...) {
                              if (failure) journal.wrong("a customer's request threw");
                          });
}

void Customers::open(Moment end) {
    for (const domain::UserId& user : users_) also(visit(user, end));
}

Awaitable<void> Customers::think(Moment most) {
    return cluster_.customers().sleep(stage_.up_to(most));
}

Awaitable<void> Customers::visit(domain::UserId user, Moment end) {
    for (;;) {
        co_await think(stage_.plan.think_max);
        if (stage_.scheduler.now() >= end) co_return;
        co_await try_to_buy(user);
    }
}

Customers::Wish Customers::new_wish(domain::UserId user) {
    Random& random = stage_.random;
    Wish wish{.user = user,
              .showtime = showtimes()[random.below(stage_.plan.showtimes)],
              .seats = {},
              .key = {}};
    const std::size_t first = random.below(stage_.plan.seats);
    const std::size_t count = 1 + random.below(std::min<std::size_t>(3, stage_.plan.seats));
    for (std::size_t i = 0; i < count; ++i) {
        wish.seats.push_back(seat_code((first + i) % stage_.plan.seats));
    }
    if (random.one_in(2)) wish.key = "key-" + std::to_string(keys_++);
    return wish;
}

Awaitable<void> Customers::try_to_buy(domain::UserId user) {
    const Wish wish = new_wish(user);
    // Pressed twice.
    if (stage_.random.one_in(8)) also(hold(wish));
    // Or looks at the list of bookings in another tab, before the first one has an answer.
    if (stage_.random.one_in(2)) also(look_and_use(user));
    const auto booking = co_await hold_patiently(wish);
    if (!booking) {
        if (stage_.random.one_in(2)) co_await look_and_use(user);
        co_return;
    }
    co_await use(*booking);
    // An old request comes again, long after.
    if (wish.key && stage_.random.one_in(4)) co_await hold(wish);
}

/// Whatever booking is in the list may be bought, whether its hold was answered or not.
Awaitable<void> Customers::look_and_use(domain::UserId user) {
    constexpr int kLooks = 8;
    for (int i = 0; i < kLooks; ++i) {
        co_await think(milliseconds(500));
        std::optional<domain::Booking> mine;
        for (const auto& [id, document] : stage_.store.bookings()) {
            const bool open = document.booking.status == domain::BookingStatus::LOCKED;
            if (open && document.booking.user_id == user) mine = document.booking;
        }
        if (!mine) continue;
        if (stage_.random.one_in(4)) {
            co_await use(*mine);
        } else {
            co_await buy(*mine);
        }
        co_return;
    }
}

Awaitable<std::optional<domain::Booking>> Customers::hold_patiently(const Wish& wish) {
    for (int i = 0; i < kPatientTries; ++i) {
        auto answer = co_await hold(wish);
        if (answer) co_return std::move(*answer);
        if (!is_unavailable(answer.error())) co_return std::nullopt;
        co_await think(seconds(2));
    }
    co_return std::nullopt;
}

Awaitable<void> Customers::use(domain::Booking booking) {
    const domain::Actor owner{booking.user_id, domain::Role::USER};
    const domain::UserId other = users_[stage_.random.below(users_.size())];
    const Moment ttl = stage_.plan.lock_ttl;
    switch (stage_.random.below(18)) {
        case 0:  // forgotten
        case 12:
        case 15:
            co_return;
        case 1:
        case 10:
        case 11:
        case 13:
        case 14:
            co_await think(seconds(5));
            co_await cancel(booking, owner);
            co_return;
        case 2:  // paid in the last moments, or too late
            co_await cluster_.customers().sleep(ttl - seconds(2) + stage_.up_to(seconds(4)));
            co_await buy(booking);
            co_return;
        case 3:  // paid, then confirmed too late
            co_await pay(booking, booking.user_id);
            co_await cluster_.customers().sleep(ttl - seconds(2) + stage_.up_to(seconds(4)));
            co_await confirm(booking, booking.user_id);
            co_return;
        case 4:  // paid, and given up
            co_await pay(booking, booking.user_id);
            co_await cancel(booking, owner);
            co_return;
        case 5:  // in two tabs
            also(pay(booking, booking.user_id));
            co_await pay(booking, booking.user_id);
            also(confirm(booking, booking.user_id));
            co_await confirm(booking, booking.user_id);
            co_return;
        case 6:  // cancelled in another tab, or by the house
            also(cancel(booking, {other, domain::Role::ADMIN}));
            co_await buy(booking);
            co_return;
        case 7:
            co_await pay(booking, booking.user_id);
            also(cancel(booking, owner));
            co_await confirm(booking, booking.user_id);
            co_return;
        case 8:  // confirmed without having paid
            co_await confirm(booking, booking.user_id);
            co_await buy(booking);
            co_return;
        case 9:  // somebody else's fingers
            co_await pay(booking, other);
            if (stage_.random.one_in(2)) co_await pay(booking, booking.user_id);
            co_await confirm(booking, other);
            co_await cancel(booking, {other, domain::Role::USER});
            co_return;
        default:
            co_await think(seconds(5));
            co_await buy(booking);
    }
}

Awaitable<void> Customers::buy(domain::Booking booking) {
    for (int i = 0; i < kPatientTries; ++i) {
        const bool paid = co_await pay(booking, booking.user_id);
        const bool sold = co_await confirm(booking, booking.user_id);
        if (paid && sold) co_return;
        co_await think(seconds(1));
    }
}

}  // namespace cinema::simulation
