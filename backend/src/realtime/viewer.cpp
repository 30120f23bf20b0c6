#include "realtime/viewer.hpp"

#include <array>
#include <boost/asio/buffer.hpp>

namespace cinema::realtime {

namespace {

namespace asio = boost::asio;

constexpr std::size_t kScratchBytes = 4096;

SharedFrames share(std::string frame) {
    return std::make_shared<const std::string>(std::move(frame));
}

}  // namespace

Viewer::Viewer(asio::ip::tcp::socket socket, std::shared_ptr<ViewerHost> host,
               std::shared_ptr<void> permit)
    : socket_(std::move(socket)),
      host_(std::move(host)),
      permit_(std::move(permit)),
      last_heard_(Clock::now()),
      last_ping_(last_heard_),
      last_progress_(last_heard_) {}

void Viewer::start(std::string leftover) {
    boost::system::error_code ec;
    socket_.non_blocking(true, ec);
    if (ec || !consume(leftover)) return end();
    wait_readable();
}

void Viewer::wait_readable() {
    socket_.async_wait(asio::ip::tcp::socket::wait_read,
                       [self = shared_from_this()](boost::system::error_code ec) {
                           if (self->ended_) return;
                           if (ec) return self->end();
                           self->on_readable();
                       });
}

void Viewer::on_readable() {
    // One buffer for all viewers of the thread: what clients say is looked at and forgotten.
    static thread_local std::array<char, kScratchBytes> scratch;
    boost::system::error_code ec;
    const std::size_t count = socket_.read_some(asio::buffer(scratch), ec);
    if (ec == asio::error::would_block) return wait_readable();
    if (ec) return end();
    last_heard_ = Clock::now();
    if (!consume({scratch.data(), count})) return end();
    if (!ended_) wait_readable();
}

/// False when the connection is over.
bool Viewer::consume(std::string_view data) {
    while (!data.empty() && !close_received_) {
        switch (reader_.feed(data)) {
            case http::FrameReader::Action::none:
                break;
            case http::FrameReader::Action::pong:
                if (!closing_) enqueue(share(http::pong_frame(reader_.payload())));
                break;
            case http::FrameReader::Action::close: {
                close_received_ = true;
                if (closing_) return false;  // both sides have closed
                closing_ = true;
                closing_since_ = Clock::now();
                enqueue(share(http::close_frame(reader_.close_code())));
                return !ended_;
            }
        }
        if (ended_) return false;
    }
    return true;  // after a close: read on until the client ends, so that it gets the frame
}

void Viewer::sync(SharedFrames snapshot) {
    if (ended_ || closing_) return;
    synced_ = true;
    enqueue(std::move(snapshot));
}

void Viewer::broadcast(const SharedFrames& frames) {
    if (!synced_ || ended_ || closing_ || needs_resync_) return;
    enqueue(frames);
}

void Viewer::enqueue(SharedFrames frames) {
    if (!current_) {
        current_ = std::move(frames);
        written_ = 0;
        last_progress_ = Clock::now();
        return write_on();
    }
    if (!queue_) queue_ = std::make_unique<std::deque<SharedFrames>>();
    if (queue_->size() >= kViewerQueueFramesMax && !closing_) {
        // Too slow: drop the backlog, and send everything afresh once the socket takes it.
        queue_->clear();
        needs_resync_ = true;
        return;
    }
    queue_->push_back(std::move(frames));
}

void Viewer::write_on() {
    while (current_) {
        boost::system::error_code ec;
        const std::size_t count = socket_.write_some(
            asio::buffer(current_->data() + written_, current_->size() - written_), ec);
        if (ec && ec != asio::error::would_block) return end();
        written_ += count;
        if (count != 0) last_progress_ = Clock::now();
        if (written_ < current_->size()) {
            if (waiting_writable_) return;
            waiting_writable_ = true;
            socket_.async_wait(asio::ip::tcp::socket::wait_write,
                               [self = shared_from_this()](boost::system::error_code failed) {
                                   self->waiting_writable_ = false;
                                   if (self->ended_) return;
                                   if (failed) return self->end();
                                   self->write_on();
                               });
            return;
        }
        current_.reset();
        written_ = 0;
        if (queue_ && !queue_->empty()) {
            current_ = std::move(queue_->front());
            queue_->pop_front();
        } else if (needs_resync_ && !closing_) {
            needs_resync_ = false;
            host_->count_resync();
            current_ = host_->current_snapshot();
        } else {
            queue_.reset();
        }
    }
    if (closing_) {
        boost::system::error_code ec;
        socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    }
}

void Viewer::close(http::CloseCode code) {
    if (ended_ || closing_) return;
    closing_ = true;
    closing_since_ = Clock::now();
    if (queue_) queue_->clear();  // what is being written is finished, the rest is pointless
    enqueue(share(http::close_frame(static_cast<std::uint16_t>(code))));
}

void Viewer::check(Clock::time_point now) {
    if (ended_) return;
    const bool stuck = current_ && now - last_progress_ > kStuckMax;
    const bool silent = now - last_heard_ > kSilenceMax;
    const bool unclosed = closing_ && now - closing_since_ > kCloseMax;
    if (stuck || silent || unclosed) return end();
    if (!closing_ && !current_ && now - last_ping_ > kPingInterval) {
        last_ping_ = now;
        static const SharedFrames ping = share(http::ping_frame());
        enqueue(ping);
    }
}

void Viewer::end() {
    if (ended_) return;
    ended_ = true;
    boost::system::error_code ec;
    socket_.close(ec);
    permit_.reset();
    const auto host = std::move(host_);
    host->left(*this);
}

}  // namespace cinema::realtime
