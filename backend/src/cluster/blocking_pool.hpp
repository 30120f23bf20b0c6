#pragma once

#include <atomic>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "booking/booking_engine.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::cluster {

struct BlockingPoolOptions {
    std::size_t threads = 24;
    std::size_t calls_max = 1'024;  ///< under way and waiting; further ones are `overloaded`
    /// When a caller is answered `unavailable` although its call may still be under way.
    std::chrono::milliseconds deadline{5'000};
};

/// Where coroutines run that use blocking drivers: a call is one coroutine from its beginning to
/// its end on one of these threads, so a booking costs two changes of threads, not two a step.
/// Any thread may call. stop() refuses further calls and lets those under way come to their end.
class BlockingPool {
  public:
    BlockingPool(BlockingPoolOptions options, telemetry::Metrics& metrics);
    ~BlockingPool();

    /// Runs the call on the pool and resumes the caller on its own executor. Errors beside the
    /// call's own: overloaded (nothing was done), unavailable at the deadline (not known).
    template <class T>
    booking::Awaitable<domain::Result<T>> run(booking::Awaitable<domain::Result<T>> call) {
        return run_until(std::move(call), options_.deadline);
    }
    /// The same for workers, who wait however long it takes.
    template <class T>
    booking::Awaitable<domain::Result<T>> run_patiently(
        booking::Awaitable<domain::Result<T>> call) {
        return run_until(std::move(call), std::nullopt);
    }

    void stop();

  private:
    /// A place among calls_max, given back with the call; null when there is none, or no more
    /// calls are taken.
    using Place = std::shared_ptr<void>;
    Place take_place();
    static domain::Error overloaded();
    static domain::Error too_slow();

    template <class T>
    using Signature = void(std::exception_ptr, domain::Result<T>);

    /// Who is to be told of one call: by the call itself or by the clock, whichever is first.
    template <class T, class Handler>
    struct Waiting {
        Waiting(Handler given, boost::asio::any_io_executor where)
            : handler(std::move(given)),
              // The caller's io_context has work as long as its call is under way.
              executor(boost::asio::prefer(std::move(where),
                                           boost::asio::execution::outstanding_work.tracked)),
              timer(executor) {}

        void tell(std::exception_ptr failure, domain::Result<T> answer) {
            std::optional<Handler> told;
            {
                const std::lock_guard lock(mutex);
                if (!handler) return;
                told.emplace(std::move(*handler));
                handler.reset();
            }
            boost::asio::post(
                executor, [told = std::move(*told), failure, answer = std::move(answer)]() mutable {
                    std::move(told)(failure, std::move(answer));
                });
        }

        std::mutex mutex;
        std::optional<Handler> handler;
        boost::asio::any_io_executor executor;
        boost::asio::steady_timer timer;
    };

    template <class T>
    booking::Awaitable<domain::Result<T>> run_until(
        booking::Awaitable<domain::Result<T>> call,
        std::optional<std::chrono::milliseconds> deadline) {
        Place place = take_place();
        if (!place) co_return std::unexpected(overloaded());
        auto initiate = [this, deadline](auto handler, booking::Awaitable<domain::Result<T>> what,
                                         Place held) {
            using Handler = std::decay_t<decltype(handler)>;
            const auto where = boost::asio::get_associated_executor(handler);
            auto waiting = std::make_shared<Waiting<T, Handler>>(std::move(handler), where);
            if (deadline) {
                waiting->timer.expires_after(*deadline);
                waiting->timer.async_wait([waiting](boost::system::error_code cancelled) {
                    if (!cancelled) waiting->tell(nullptr, std::unexpected(too_slow()));
                });
            }
            boost::asio::co_spawn(
                pool_, std::move(what),
                [waiting, held = std::move(held)](std::exception_ptr failure,
                                                  domain::Result<T> answer) mutable {
                    held.reset();
                    waiting->tell(failure, std::move(answer));
                    // The timer belongs to its executor's thread.
                    boost::asio::post(waiting->executor, [waiting] { waiting->timer.cancel(); });
                });
        };
        co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                                       Signature<T>>(
            std::move(initiate), boost::asio::use_awaitable, std::move(call), std::move(place));
    }

    const BlockingPoolOptions options_;
    telemetry::Metrics& metrics_;
    std::atomic<std::size_t> calls_{0};
    std::atomic<bool> stopping_{false};
    boost::asio::thread_pool pool_;
};

}  // namespace cinema::cluster
