#pragma once

#include <deque>

#include "simulation/embedded/house.hpp"

namespace cinema::simulation::machine {

/// Seats that a customer wants, and what is known of the booking: what was asked, what was told.
struct Order {
    domain::Actor who;
    domain::ShowtimeId showtime;
    std::vector<std::string> seats;
    std::optional<std::string> key;
    int unanswered = 0;  ///< holds that may have made a booking, or not

    std::optional<domain::Booking> booking;  ///< as it was told first
    bool pay_asked = false;
    bool confirm_asked = false;
    bool cancel_asked = false;
    std::optional<domain::PaymentId> paid;          ///< told
    std::optional<domain::BookingStatus> ended_as;  ///< told: BOOKED, CANCELLED or EXPIRED
};

/// What customers and workers ask of the engine. Every answer must be true when it is given, and
/// stay so: the checks of the books compare them with what is on disk.
class Customers {
  public:
    Customers(const Plan& plan, Random& random, Scheduler& scheduler, House& house, Disk& disk,
              Journal& journal);

    /// Somebody asks for something.
    void act();
    /// Holds with a key that were not answered are asked for again.
    void repeat_unanswered();
    void expire();
    void relay();

    const std::deque<Order>& orders() const { return orders_; }

  private:
    template <class T>
    void ask(booking::Awaitable<domain::Result<T>> call,
             std::function<void(const domain::Result<T>&)> answered);
    std::uint64_t faults() const;

    void order();
    void hold(Order& order);
    void held(Order& order, const domain::Booking& booking);
    void pay(Order& order);
    void confirm(Order& order);
    void cancel(Order& order);
    void look(Order& order);
    void look_as_stranger(Order& order);
    void look_at_map();
    void end_told(Order& order, domain::BookingStatus status);
    void refused(const Order& order, const domain::Error& error, std::string_view what,
                 bool was_paid);
    bool is_over(const Order& order) const;
    Order* some_order();

    const Plan& plan_;
    Random& random_;
    Scheduler& scheduler_;
    House& house_;
    Disk& disk_;
    Journal& journal_;
    std::deque<Order> orders_;  ///< references stay valid
};

}  // namespace cinema::simulation::machine
