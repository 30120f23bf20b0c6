#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <string>

#include "http/websocket.hpp"
#include "realtime/frames.hpp"

namespace cinema::realtime {

/// Frames waiting for one viewer. Beyond it the viewer gets a fresh snapshot instead of a backlog.
inline constexpr std::size_t kViewerQueueFramesMax = 64;
inline constexpr std::chrono::seconds kPingInterval{30};
inline constexpr std::chrono::seconds kSilenceMax{75};  ///< without any byte from the client
inline constexpr std::chrono::seconds kStuckMax{30};    ///< without a byte going out
inline constexpr std::chrono::seconds kCloseMax{5};     ///< for the closing handshake

class Viewer;

/// What a viewer needs from the room it watches. Called on the viewer's own thread.
class ViewerHost {
  public:
    virtual ~ViewerHost() = default;
    /// Everything as it is now, for a viewer that fell behind.
    virtual SharedFrames current_snapshot() = 0;
    /// The viewer is gone: it no longer gets frames. Called once.
    virtual void left(Viewer& viewer) = 0;
    virtual void count_resync() = 0;
};

/// One WebSocket connection that watches a showtime. Lives on one I/O thread. Costs a few hundred
/// bytes when idle: no read buffer, no queue, shared frames.
class Viewer : public std::enable_shared_from_this<Viewer> {
  public:
    using Clock = std::chrono::steady_clock;

    Viewer(boost::asio::ip::tcp::socket socket, std::shared_ptr<ViewerHost> host,
           std::shared_ptr<void> permit);

    /// Begins to read; `leftover` are bytes that came with the handshake.
    void start(std::string leftover);

    /// The first frames: from now on broadcasts are meant for this viewer, too.
    void sync(SharedFrames snapshot);

    /// Sends, queues, or notes that the viewer has to be resynced. Before sync() it does nothing:
    /// the snapshot to come holds the change already.
    void broadcast(const SharedFrames& frames);

    /// Sends a close frame and waits for the client's, at most kCloseMax.
    void close(http::CloseCode code);

    /// Called about once a second: pings, and ends what is silent or stuck.
    void check(Clock::time_point now);

    bool synced() const { return synced_; }

    /// The place in its room's list, kept by the room: which I/O thread's list, and where in it.
    std::size_t worker = 0;
    std::size_t slot = 0;

  private:
    void wait_readable();
    void on_readable();
    bool consume(std::string_view data);
    void enqueue(SharedFrames frames);
    void write_on();
    void end();

    boost::asio::ip::tcp::socket socket_;
    std::shared_ptr<ViewerHost> host_;
    http::FrameReader reader_;
    std::shared_ptr<void> permit_;  ///< its place in the limits, given back at the end
    SharedFrames current_;          ///< being written; null when nothing is
    std::size_t written_ = 0;
    std::unique_ptr<std::deque<SharedFrames>> queue_;  ///< only while the client is slow
    Clock::time_point last_heard_;
    Clock::time_point last_ping_;
    Clock::time_point last_progress_;
    Clock::time_point closing_since_;
    bool waiting_writable_ = false;
    bool synced_ = false;
    bool needs_resync_ = false;
    bool closing_ = false;
    bool close_received_ = false;
    bool ended_ = false;
};

}  // namespace cinema::realtime
