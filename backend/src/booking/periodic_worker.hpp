#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "booking/booking_engine.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::booking {

/// One round of a worker: does up to `limit` pieces of work and answers how many it did; fewer
/// than `limit` means that none is left.
using WorkRound = std::function<Awaitable<domain::Result<std::size_t>>(std::size_t limit)>;

struct PeriodicWorkerOptions {
    std::string name;                      ///< in log lines and the error metric
    std::chrono::milliseconds interval{};  ///< from the end of one turn to the next
    std::size_t limit = 256;               ///< pieces of work per round
};

/// Does work at intervals, at once again while there is a full round of it. A round that fails is
/// counted, and tried again at the next turn; of a series of failures the first is logged, and one
/// every minute: the worker never ends by itself.
///
/// The executor must run one handler at a time (a single-threaded io_context or a strand). What
/// the round uses must outlive the io_context's run. start() once; stop() from any thread: the
/// round that runs is finished, no other begins, and the io_context has nothing left of ours.
class PeriodicWorker {
  public:
    PeriodicWorker(boost::asio::any_io_executor executor, PeriodicWorkerOptions options,
                   WorkRound round, telemetry::Metrics& metrics, telemetry::Logger& logger);
    ~PeriodicWorker();
    PeriodicWorker(const PeriodicWorker&) = delete;
    PeriodicWorker& operator=(const PeriodicWorker&) = delete;

    void start();
    void stop();

  private:
    struct State;
    static Awaitable<void> loop(std::shared_ptr<State> state);
    static Awaitable<void> turn(State& state);
    static void failed(State& state, std::string_view error);

    std::shared_ptr<State> state_;  ///< shared with the coroutine, which may end after us
};

}  // namespace cinema::booking
