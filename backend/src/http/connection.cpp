#include "http/connection.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstring>

#include "http/worker.hpp"

namespace cinema::http {

namespace {

namespace asio = boost::asio;

/// The request line may use up to 4 KiB of it beside the headers' 16.
constexpr std::size_t kBufferBytes = kHeaderBytesMax + kTargetBytesMax + 1024;
/// Copying a body this small behind its head costs less than sending two pieces.
constexpr std::size_t kJoinedBodyBytesMax = 8 * 1024;
constexpr std::size_t kLingerBytesMax = 1024 * 1024;
constexpr std::chrono::seconds kLingerTimeout{2};

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Worker& worker)
    : socket_(std::move(socket)), worker_(worker), buffer_(new char[kBufferBytes]) {
    boost::system::error_code ec;
    socket_.set_option(asio::ip::tcp::no_delay(true), ec);
    socket_.non_blocking(true, ec);
    const auto peer = socket_.remote_endpoint(ec);
    if (!ec) {
        auto address = peer.address();
        if (address.is_v6() && address.to_v6().is_v4_mapped()) {
            address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
        }
        peer_address_ = address.to_string();
    }
    enter(Phase::idle);
    worker_.attach(*this);
}

Connection::~Connection() {
    worker_.detach(*this);
}

void Connection::enter(Phase phase) {
    phase_ = phase;
    const auto& limits = worker_.limits;
    const auto allowed = [&]() -> std::chrono::seconds {
        switch (phase) {
            case Phase::idle:
                return limits.idle_timeout;
            case Phase::header:
                return limits.header_timeout;
            case Phase::body:
                return limits.body_timeout;
            case Phase::handling:
                return limits.handle_timeout;
            case Phase::writing:
                return limits.write_timeout;
            case Phase::lingering:
                return kLingerTimeout;
        }
        return limits.idle_timeout;
    }();
    deadline_ = worker_.ticked_at() + allowed + kTick;
}

void Connection::check_deadline(Clock::time_point now) {
    if (now < deadline_ || timed_out_) return;
    timed_out_ = true;
    boost::system::error_code ec;
    switch (phase_) {
        case Phase::idle:
        case Phase::header:
        case Phase::body:
        case Phase::lingering:
            socket_.cancel(
                ec);  // the reading coroutine answers 408 if there is a request to answer
            break;
        case Phase::handling:
            worker_.logger.warn("handler_too_slow", telemetry::LogField("requestId", request_id_));
            socket_.close(ec);
            break;
        case Phase::writing:
            socket_.close(ec);
            break;
    }
}

void Connection::stop() {
    stopping_ = true;
    boost::system::error_code ec;
    if (phase_ == Phase::idle) socket_.cancel(ec);
}

asio::awaitable<void> Connection::run() {
    const auto self = shared_from_this();  // lives as long as this coroutine
    while (co_await read_request()) {
        Request& request = parser_.request();
        request.id = request_id_;
        request.worker = worker_.index;
        find_client_address(request);
        enter(Phase::handling);
        const auto start = Clock::now();
        Response response;
        try {
            response = co_await worker_.handler->handle(request);
        } catch (const std::exception& e) {
            worker_.logger.error("defect", telemetry::LogField("requestId", request_id_),
                                 telemetry::LogField("path", request.path),
                                 telemetry::LogField("what", e.what()));
            response =
                worker_.handler->refuse(500, "Something went wrong on our side.", request_id_);
        }
        const int status = response.status;
        const bool keep_alive = request.keep_alive && !response.close && !stopping_;
        // Nearly always the socket takes it all at once: then nothing waits.
        const std::string_view body = begin_response(request, response, keep_alive);
        bool written = true;
        if (const Written now = write_now(body); now != Written::all) {
            written = now == Written::some && co_await write_rest(body);
        }
        const auto micros =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count();
        worker_.handler->answered(request, status, micros);
        if (!written) co_return;
        if (response.upgrade) {
            Upgraded upgraded{std::move(socket_),
                              std::string(&buffer_[parsed_], filled_ - parsed_)};
            buffer_.reset();
            response.upgrade(std::move(upgraded));
            co_return;
        }
        if (!keep_alive) {
            co_await linger();
            co_return;
        }
    }
}

asio::awaitable<bool> Connection::read_request() {
    parser_.reset();
    // What is behind the last request is the beginning of the next (pipelining).
    std::memmove(&buffer_[0], &buffer_[parsed_], filled_ - parsed_);
    filled_ -= parsed_;
    parsed_ = 0;
    body_at_ = 0;
    enter(filled_ == 0 ? Phase::idle : Phase::header);
    worker_.next_request_id(request_id_);
    while (!parse_on()) {
        if (wants_continue_) {
            wants_continue_ = false;
            head_ = "HTTP/1.1 100 Continue\r\n\r\n";
            const Written now = write_now({});
            if (now == Written::failed) co_return false;
            if (now == Written::some && !co_await write_rest({})) co_return false;
        }
        if (filled_ == kBufferBytes) {
            co_await refuse(431, "The request's headers are larger than 16 KiB.");
            co_return false;
        }
        if (stopping_ && phase_ == Phase::idle) co_return false;
        boost::system::error_code ec;
        filled_ += co_await socket_.async_read_some(
            asio::buffer(&buffer_[filled_], kBufferBytes - filled_),
            asio::redirect_error(asio::use_awaitable, ec));
        if (ec) {
            if (timed_out_ && (phase_ == Phase::header || phase_ == Phase::body)) {
                co_await refuse(408, "The request did not arrive in time.");
            }
            co_return false;
        }
        if (phase_ == Phase::idle) enter(Phase::header);
    }
    if (parser_state_ == RequestParser::Status::complete) co_return true;
    co_await refuse(parser_.failure().status, parser_.failure().why);
    co_return false;
}

bool Connection::parse_on() {
    for (;;) {
        std::size_t consumed = 0;
        parser_state_ =
            parser_.put(std::string_view(&buffer_[parsed_], filled_ - parsed_), consumed);
        parsed_ += consumed;
        if (parser_state_ != RequestParser::Status::header_done) break;
        enter(Phase::body);
        body_at_ = parsed_;
        wants_continue_ = parsed_ == filled_ && parser_.request().has(Header::expect);
    }
    if (parser_state_ != RequestParser::Status::need_more) return true;
    if (body_at_ != 0) {
        // The body has been copied out; its place is used again. The headers stay.
        std::memmove(&buffer_[body_at_], &buffer_[parsed_], filled_ - parsed_);
        filled_ = body_at_ + (filled_ - parsed_);
        parsed_ = body_at_;
    }
    return false;
}

/// Puts the head, and a small body with it, into head_; returns the body that is left to send.
std::string_view Connection::begin_response(const Request& request, const Response& response,
                                            bool keep_alive) {
    enter(Phase::writing);
    head_.clear();
    fmt::format_to(std::back_inserter(head_), FMT_COMPILE("HTTP/1.1 {} {}\r\n"), response.status,
                   reason_phrase(response.status));
    head_ += worker_.date_line();
    head_ += "X-Request-Id: ";
    head_ += request_id_;
    head_ += "\r\nX-Content-Type-Options: nosniff\r\n";
    std::string_view body;
    if (response.status == 101) {
        // its headers are the handler's
    } else if (!response.content) {
        if (response.status != 204 && response.status != 304) head_ += "Content-Length: 0\r\n";
    } else if (response.status == 304) {
        head_ += response.content->validators();
    } else {
        head_ += response.content->head();
        if (request.method != Method::head) body = response.content->bytes();
    }
    head_ += response.headers;
    if (!keep_alive && response.status != 101) head_ += "Connection: close\r\n";
    head_ += "\r\n";
    if (body.size() > kJoinedBodyBytesMax) return body;
    head_ += body;
    return {};
}

Connection::Written Connection::write_now(std::string_view body) {
    boost::system::error_code ec;
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head_), asio::buffer(body)};
    written_ = body.empty() ? socket_.write_some(asio::buffer(head_), ec)
                            : socket_.write_some(buffers, ec);
    if (ec && ec != asio::error::would_block) return Written::failed;
    return written_ == head_.size() + body.size() ? Written::all : Written::some;
}

asio::awaitable<bool> Connection::write_rest(std::string_view body) {
    std::array<asio::const_buffer, 2> buffers{asio::buffer(head_), asio::buffer(body)};
    const std::size_t of_head = std::min(written_, head_.size());
    buffers[0] += of_head;
    buffers[1] += written_ - of_head;
    boost::system::error_code ec;
    co_await asio::async_write(socket_, buffers, asio::redirect_error(asio::use_awaitable, ec));
    co_return !ec;
}

asio::awaitable<void> Connection::refuse(int status, std::string_view why) {
    timed_out_ = false;
    Request nothing;
    nothing.id = request_id_;
    nothing.client_address = peer_address_;
    const Response response = worker_.handler->refuse(status, why, request_id_);
    const std::string_view body = begin_response(nothing, response, false);
    Written now = write_now(body);
    if (now == Written::some && co_await write_rest(body)) now = Written::all;
    worker_.handler->answered(nothing, status, 0);
    if (now == Written::all) co_await linger();
}

asio::awaitable<void> Connection::linger() {
    // Closing with unread bytes resets the connection and may take the answer with it (RFC 9112
    // section 9.6): half-close, then read for a moment.
    enter(Phase::lingering);
    timed_out_ = false;
    boost::system::error_code ec;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ec);
    std::size_t drained = 0;
    while (!ec && drained < kLingerBytesMax) {
        drained += co_await socket_.async_read_some(asio::buffer(buffer_.get(), kBufferBytes),
                                                    asio::redirect_error(asio::use_awaitable, ec));
    }
}

void Connection::find_client_address(Request& request) {
    request.client_address = peer_address_;
    if (!request.has(Header::x_forwarded_for) || !worker_.trusts(peer_address_)) return;
    // The last address is the one that the trusted proxy itself saw.
    std::string_view list = request.header(Header::x_forwarded_for);
    if (const auto comma = list.rfind(','); comma != std::string_view::npos) {
        list.remove_prefix(comma + 1);
    }
    while (!list.empty() && list.front() == ' ') list.remove_prefix(1);
    while (!list.empty() && list.back() == ' ') list.remove_suffix(1);
    boost::system::error_code ec;
    const auto address = asio::ip::make_address(std::string(list), ec);
    if (ec) return;
    client_address_ = address.to_string();
    request.client_address = client_address_;
}

}  // namespace cinema::http
