#include "booking/expiry_worker.hpp"

namespace cinema::booking {

PeriodicWorker make_expiry_worker(boost::asio::any_io_executor executor, BookingEngine& engine,
                                  std::chrono::milliseconds interval, std::size_t limit,
                                  telemetry::Metrics& metrics, telemetry::Logger& logger) {
    return {std::move(executor),
            {.name = "expiry", .interval = interval, .limit = limit},
            [&engine](std::size_t most) { return engine.expire_overdue(most); },
            metrics,
            logger};
}

}  // namespace cinema::booking
