#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/cluster/cluster.hpp"

namespace cinema::simulation {

/// People who want seats, change their minds, press twice, come too late, try again, and once in a
/// while ask for what is not theirs. Every answer they get is noted and has to remain true.
class Customers {
  public:
    Customers(Stage& stage, Cluster& cluster);

    /// They come until `end`.
    void open(Moment end);
    /// What was promised and refused, against what there is. At quiet points.
    void check();

  private:
    struct Wish {
        domain::UserId user;
        domain::ShowtimeId showtime;
        std::vector<std::string> seats;
        std::optional<std::string> key;
    };
    /// How the requests of one wish (or of one user's holds without a key) were answered.
    struct Holds {
        std::size_t perhaps = 0;  ///< acknowledged, or not answered
        std::optional<domain::BookingId> told;
    };

    Awaitable<void> visit(domain::UserId user, Moment end);
    Awaitable<void> try_to_buy(domain::UserId user);
    Awaitable<void> look_and_use(domain::UserId user);
    Awaitable<Result<domain::Booking>> hold(Wish wish);
    Awaitable<std::optional<domain::Booking>> hold_patiently(const Wish& wish);
    Awaitable<void> use(domain::Booking booking);
    Awaitable<void> buy(domain::Booking booking);
    Awaitable<bool> pay(domain::Booking booking, domain::UserId who);
    Awaitable<bool> confirm(domain::Booking booking, domain::UserId who);
    Awaitable<bool> cancel(domain::Booking booking, domain::Actor who);
    Awaitable<void> think(Moment most);

    void told_held(const Wish& wish, const domain::Booking& booking);
    void told_paid(const domain::Booking& booking, const domain::Payment& payment);
    void told_ended(const char* what, const domain::Booking& answer, domain::BookingStatus status);
    void told_unavailable(const char* what);
    void told_no(const char* what, const domain::Error& error, bool stranger);
    Wish new_wish(domain::UserId user);
    std::size_t somewhere() { return stage_.random.below(cluster_.size()); }
    template <class Task>
    void also(Task task);

    Stage& stage_;
    Cluster& cluster_;
    std::vector<domain::UserId> users_;
    std::map<std::string, Holds> keyed_;
    std::map<domain::UserId, std::size_t> without_key_;  ///< perhaps held
    std::uint64_t keys_ = 0;
};

}  // namespace cinema::simulation
