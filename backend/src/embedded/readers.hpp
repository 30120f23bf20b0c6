#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

#include "booking/booking_engine.hpp"
#include "embedded/command.hpp"
#include "embedded/sqlite.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::embedded {

struct ReaderLimits {
    std::size_t reader_threads = 2;
    std::size_t read_queue_commands_max = 4'096;
    int cache_kib = 8'192;
};

/// Threads that read, each with its own read-only connection and prepared statements, so that
/// neither I/O threads nor the writer wait for a query. The queue is bounded.
class Readers {
  public:
    /// Opens the connections (throws SqliteError) and starts the threads.
    Readers(const std::filesystem::path& file, ReaderLimits limits, telemetry::Metrics& metrics,
            telemetry::Logger& logger, Workers workers = Workers::threads);
    ~Readers();
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    /// Runs `work`, callable as Result<T>(Connection&). What was committed before the call is
    /// seen. Any thread, any executor. Errors of its own: overloaded, unavailable.
    template <class T, class Work>
    booking::Awaitable<domain::Result<T>> run(Work work) {
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                           void(std::exception_ptr, domain::Result<T>)>(
            [this](auto handler, Work inner) {
                using Handler = decltype(handler);
                submit(std::make_unique<AwaitedCommand<Connection, T, Work, Handler>>(
                    std::move(inner), std::move(handler)));
            },
            boost::asio::use_awaitable, std::move(work));
    }

    /// By hand: answers the oldest query, on each connection in turn. False when there was none.
    bool work_once();

    /// Refuses further queries, answers those queued, and ends the threads. May be repeated.
    void stop();

  private:
    void submit(CommandPtr<Connection> command);
    void loop(Connection& connection);
    void answer_oldest(std::unique_lock<std::mutex> lock, Connection& connection);
    void answer(Connection& connection, Command<Connection>& command);

    const ReaderLimits limits_;
    telemetry::Metrics& metrics_;
    telemetry::Logger& logger_;
    const Workers workers_;
    std::size_t turn_ = 0;  ///< by hand: of which connection

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<CommandPtr<Connection>> queue_;
    bool stopping_ = false;

    std::vector<std::unique_ptr<Connection>> connections_;
    std::vector<std::thread> threads_;
};

}  // namespace cinema::embedded
