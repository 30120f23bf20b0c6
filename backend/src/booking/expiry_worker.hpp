#pragma once

#include "booking/periodic_worker.hpp"

namespace cinema::booking {

/// Expires overdue holds every `interval`, up to `limit` in one operation. See PeriodicWorker for
/// threads and lifetimes; the engine must outlive the io_context's run.
PeriodicWorker make_expiry_worker(boost::asio::any_io_executor executor, BookingEngine& engine,
                                  std::chrono::milliseconds interval, std::size_t limit,
                                  telemetry::Metrics& metrics, telemetry::Logger& logger);

}  // namespace cinema::booking
