#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/network.hpp"
#include "http/message.hpp"
#include "realtime/room.hpp"
#include "telemetry/logger.hpp"

namespace cinema::realtime {

struct HubLimits {
    std::size_t viewers_max = 15000;
    std::size_t viewers_per_address_max = 8192;
};

/// The places that viewers take, in all and by network. Shared with the places themselves, which
/// may outlive the hub when a server stops with connections left.
class Places : public std::enable_shared_from_this<Places> {
  public:
    Places(HubLimits limits, telemetry::Metrics& metrics) : limits_(limits), metrics_(metrics) {}

    /// A place, given back when the last copy is dropped; null when there is none. Any thread.
    std::shared_ptr<void> take(const std::string& network);
    /// No more places from now on.
    void close();
    std::size_t taken() const;

  private:
    void give_back(const std::string& network);

    const HubLimits limits_;
    telemetry::Metrics& metrics_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::size_t> by_network_;
    std::size_t taken_ = 0;
    bool closed_ = false;
};

/// The rooms: one for each showtime that somebody watches. Any thread may call.
class Hub final : public RoomKeeper {
  public:
    /// `executors`: one for each I/O thread, by Request::worker.
    Hub(std::vector<boost::asio::any_io_executor> executors, booking::BookingQueries& queries,
        HubLimits limits, telemetry::Logger& logger, telemetry::Metrics& metrics);
    /// The I/O threads must have ended.
    ~Hub() override;

    /// A place for one more viewer from this address, or rather from its network (see
    /// domain::network_of()); null when there is none. Given back when the last copy is dropped.
    std::shared_ptr<void> admit(std::string_view address) {
        return places_->take(domain::network_of(address));
    }

    /// A connection that has become a WebSocket. On the worker's own thread. The showtime is in
    /// the catalogue.
    void join(http::Upgraded upgraded, std::size_t worker,
              std::shared_ptr<const catalog::CatalogSnapshot> catalog, domain::ShowtimeId showtime,
              std::shared_ptr<void> permit);

    /// The feed: seat changes in the order of their commitment.
    void publish(std::span<const domain::SeatEvent> events);

    /// Changes may have been missed: loads every room again. Any thread; does not block.
    void resync();

    /// Closes every viewer with 1001 and admits no more.
    void begin_stop();

    std::size_t viewers() const { return places_->taken(); }

    void viewer_left(domain::ShowtimeId showtime) override;

  private:
    struct Entry {
        std::shared_ptr<Room> room;
        std::size_t viewers = 0;
    };

    void load(std::shared_ptr<Room> room, std::size_t worker);
    std::vector<std::shared_ptr<Room>> rooms();
    void schedule_check(std::size_t worker);

    std::vector<boost::asio::any_io_executor> executors_;
    booking::BookingQueries& queries_;
    std::shared_ptr<Places> places_;
    telemetry::Logger& logger_;
    telemetry::Metrics& metrics_;

    std::mutex mutex_;
    std::unordered_map<domain::ShowtimeId, Entry> rooms_;
    std::vector<std::unique_ptr<boost::asio::steady_timer>> timers_;  ///< one for each worker
};

}  // namespace cinema::realtime
