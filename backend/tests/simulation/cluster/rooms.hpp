#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "simulation/cluster/caller.hpp"

namespace cinema::simulation {

/// A seat as somebody believes it to be.
struct KnownSeat {
    domain::SeatState state = domain::SeatState::AVAILABLE;
    std::optional<domain::UserId> user;
    std::int64_t version = 0;

    bool operator==(const KnownSeat&) const = default;
};
using SeatMapOf = std::map<std::string, KnownSeat>;

class Rooms;
/// How often rooms are read again even though the feed seems well: an instance that dies, or is not
/// answered, may leave a change untold without anybody's noticing.
constexpr Moment kRoomsRefreshed = std::chrono::seconds(30);

/// The rooms of the instances that are up.
using Neighbours = std::function<std::vector<std::shared_ptr<Rooms>>()>;

/// What one process tells its viewers: a map for each showtime, kept by the feed and, whenever
/// that may have missed something, by reading the store. Seat changes are taken by version.
class Rooms final : public cluster::SeatAnnouncer, public std::enable_shared_from_this<Rooms> {
  public:
    Rooms(Caller& caller, Neighbours neighbours)
        : caller_(caller), neighbours_(std::move(neighbours)) {}

    /// This process's own news, which the others hear of through Redis.
    void announce(std::span<const domain::SeatEvent> events) override;

    /// Listens to the others for as long as the process lives.
    Awaitable<void> listen();
    /// The feed's connection breaks; that is noticed a little later.
    void cut_feed() { listening_ = false; }

    const SeatMapOf& map_of(domain::ShowtimeId showtime) { return maps_[showtime]; }

  private:
    void hear(const std::vector<domain::SeatEvent>& events, std::uint64_t subscription);
    void hear_resync(std::uint64_t subscription);
    void publish(std::vector<domain::SeatEvent> events);
    void apply(std::span<const domain::SeatEvent> events);
    void want_reload();
    Awaitable<void> reload();
    Awaitable<bool> load(domain::ShowtimeId showtime);
    void check(const domain::SeatEvent& event);

    Caller& caller_;
    const Neighbours neighbours_;
    std::map<domain::ShowtimeId, SeatMapOf> maps_;
    bool listening_ = false;
    std::uint64_t subscription_ = 0;  ///< which connection it is
    Moment refreshed_{};
    bool lost_ = false;  ///< news that did not go out
    bool reloading_ = false;
    bool reload_again_ = false;
};

}  // namespace cinema::simulation
