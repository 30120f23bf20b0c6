#include "events/relay_worker.hpp"

namespace cinema::events {

booking::PeriodicWorker make_relay_worker(boost::asio::any_io_executor executor, Outbox& outbox,
                                          std::chrono::milliseconds interval, std::size_t limit,
                                          telemetry::Metrics& metrics, telemetry::Logger& logger) {
    return {std::move(executor),
            {.name = "relay", .interval = interval, .limit = limit},
            [&outbox](std::size_t most) { return outbox.relay(most); },
            metrics,
            logger};
}

}  // namespace cinema::events
