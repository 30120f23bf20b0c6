#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/message.hpp"
#include "realtime/room.hpp"
#include "telemetry/logger.hpp"

namespace cinema::realtime {

struct HubLimits {
    std::size_t viewers_max = 15000;
    std::size_t viewers_per_address_max = 8192;
};

/// The rooms: one for each showtime that somebody watches. Any thread may call.
class Hub final : public RoomKeeper {
  public:
    /// `executors`: one for each I/O thread, by Request::worker.
    Hub(std::vector<boost::asio::any_io_executor> executors, booking::BookingQueries& queries,
        HubLimits limits, telemetry::Logger& logger, telemetry::Metrics& metrics);
    ~Hub() override;

    /// A place for one more viewer from this address; null when there is none. Given back when
    /// the last copy is dropped.
    std::shared_ptr<void> admit(const std::string& address);

    /// A connection that has become a WebSocket. On the worker's own thread. The showtime is in
    /// the catalogue.
    void join(http::Upgraded upgraded, std::size_t worker,
              std::shared_ptr<const catalog::CatalogSnapshot> catalog,
              domain::ShowtimeId showtime, std::shared_ptr<void> permit);

    /// The feed: seat changes in the order of their commitment.
    void publish(std::span<const domain::SeatEvent> events);

    /// Closes every viewer with 1001 and admits no more.
    void begin_stop();

    std::size_t viewers() const;

    void viewer_left(domain::ShowtimeId showtime) override;

  private:
    struct Entry {
        std::shared_ptr<Room> room;
        std::size_t viewers = 0;
    };

    void schedule_check(std::size_t worker);
    void release(const std::string& address);

    std::vector<boost::asio::any_io_executor> executors_;
    booking::BookingQueries& queries_;
    HubLimits limits_;
    telemetry::Logger& logger_;
    telemetry::Metrics& metrics_;

    mutable std::mutex mutex_;
    std::unordered_map<domain::ShowtimeId, Entry> rooms_;
    std::unordered_map<std::string, std::size_t> viewers_by_address_;
    std::size_t viewers_ = 0;
    bool stopping_ = false;
    std::vector<std::unique_ptr<boost::asio::steady_timer>> timers_;  ///< one for each worker
};

}  // namespace cinema::realtime
