#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "http/request_parser.hpp"
#include "http/server.hpp"

namespace cinema::http {

class Worker;

/// One client connection: reads a request, has it answered, writes the answer, again. Lives on one
/// I/O thread; nothing in it is shared.
class Connection : public std::enable_shared_from_this<Connection>,
                   public boost::intrusive::list_base_hook<> {
  public:
    using Clock = std::chrono::steady_clock;
    /// How exact deadlines are: they are looked at, and their clock is read, this often.
    static constexpr std::chrono::seconds kTick{1};

    Connection(boost::asio::ip::tcp::socket socket, Worker& worker);
    ~Connection();

    /// The connection's whole life.
    boost::asio::awaitable<void> run();

    /// Called once a second: ends what has taken too long.
    void check_deadline(Clock::time_point now);

    /// No further request after the current one; closes at once when idle.
    void stop();

  private:
    enum class Phase { idle, header, body, handling, writing, lingering };

    enum class Written { all, some, failed };

    boost::asio::awaitable<bool> read_request();
    /// Feeds the parser what is there; false when it needs more.
    bool parse_on();
    std::string_view begin_response(const Request& request, const Response& response,
                                    bool keep_alive);
    Written write_now(std::string_view body);
    boost::asio::awaitable<bool> write_rest(std::string_view body);
    boost::asio::awaitable<void> refuse(int status, std::string_view why);
    boost::asio::awaitable<void> linger();
    void enter(Phase phase);
    void find_client_address(Request& request);

    boost::asio::ip::tcp::socket socket_;
    Worker& worker_;
    RequestParser parser_;
    std::unique_ptr<char[]> buffer_;
    std::size_t filled_ = 0;   ///< bytes in the buffer
    std::size_t parsed_ = 0;   ///< of those, consumed by the parser
    std::size_t body_at_ = 0;  ///< where the headers of the current request end
    std::string head_;         ///< the response's head, with a small body behind it; reused
    std::size_t written_ = 0;  ///< of head_ and the body together
    std::string peer_address_;
    std::string client_address_;
    std::string request_id_;
    Phase phase_ = Phase::idle;
    Clock::time_point deadline_;
    RequestParser::Status parser_state_ = RequestParser::Status::need_more;
    bool wants_continue_ = false;  ///< the client waits for "100 Continue" before it sends a body
    bool timed_out_ = false;
    bool stopping_ = false;
};

}  // namespace cinema::http
