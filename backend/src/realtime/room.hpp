#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "booking/booking_queries.hpp"
#include "booking/seat_list.hpp"
#include "catalog/catalog.hpp"
#include "realtime/viewer.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::realtime {

/// Viewers served in one go before other work of the thread gets its turn.
inline constexpr std::size_t kBroadcastChunkViewers = 256;
/// Broadcasts that wait for one thread; beyond it everybody there is resynced instead.
inline constexpr std::size_t kPendingBroadcastsMax = 256;
inline constexpr std::chrono::seconds kLoadRetry{1};

/// Told when a room's viewer has gone.
class RoomKeeper {
  public:
    virtual ~RoomKeeper() = default;
    virtual void viewer_left(domain::ShowtimeId showtime) = 0;
};

/// Everybody who watches one showtime, and the state of its seats. The state is guarded by a
/// mutex; the viewers are spread over the I/O threads, each list used on its own thread only.
///
/// A viewer misses nothing: it is on the list before its snapshot is taken, so an event is either
/// in the snapshot or sent after it. Events it gets twice are told by their version.
class Room final : public ViewerHost, public std::enable_shared_from_this<Room> {
  public:
    Room(std::shared_ptr<const catalog::CatalogSnapshot> catalog, const domain::Showtime& showtime,
         std::vector<boost::asio::any_io_executor> executors, booking::BookingQueries& queries,
         RoomKeeper& keeper, telemetry::Metrics& metrics);

    /// Loads the state from the store, then syncs the viewers that came in the meantime, and those
    /// that may have missed something. The feed must already reach apply(). Any executor; calls
    /// while one is under way make it load once more and return.
    booking::Awaitable<void> load();

    /// Adds a viewer. On the worker's own thread.
    void add(std::size_t worker, std::shared_ptr<Viewer> viewer, std::string leftover);

    /// Takes changes in and tells everybody. Any thread; does not block on viewers.
    void apply(std::span<const domain::SeatEvent> events);

    /// Closes all viewers. Any thread.
    void close_all(http::CloseCode code);

    /// Lets go of the viewers that are left. Only when no I/O thread runs any more.
    void abandon();

    /// Pings and ends viewers. On the worker's own thread.
    void check(std::size_t worker, Viewer::Clock::time_point now);

    SharedFrames current_snapshot() override;
    void left(Viewer& viewer) override;
    void count_resync() override;

  private:
    struct Shard {
        boost::asio::any_io_executor executor;
        std::vector<std::shared_ptr<Viewer>> viewers;  ///< null where one has left
        std::size_t gone = 0;                          ///< how many are null
        std::deque<SharedFrames> pending;
        std::size_t position = 0;  ///< the next viewer that gets pending.front()
        bool pumping = false;
        std::atomic<std::size_t> count{0};
    };

    bool anybody() const;
    booking::Awaitable<void> load_once();
    /// True when it was news.
    bool merge(const domain::SeatReservation& record);
    void sync_waiting(Shard& shard);
    void queue_broadcast(Shard& shard, SharedFrames frames);
    void pump(Shard& shard);
    void compact(Shard& shard);

    std::shared_ptr<const catalog::CatalogSnapshot> catalog_;  ///< keeps the two below alive
    const domain::Showtime& showtime_;
    const domain::SeatMap& map_;
    booking::BookingQueries& queries_;
    RoomKeeper& keeper_;
    telemetry::Metrics& metrics_;

    std::atomic<int> loads_wanted_{0};
    std::mutex mutex_;
    std::vector<booking::SeatStatus> statuses_;
    std::uint64_t revision_ = 0;
    bool loaded_ = false;
    SharedFrames snapshot_;  ///< of snapshot_revision_
    std::uint64_t snapshot_revision_ = 0;

    std::deque<Shard> shards_;  ///< by worker; a deque because a Shard does not move
};

}  // namespace cinema::realtime
