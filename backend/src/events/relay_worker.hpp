#pragma once

#include "booking/periodic_worker.hpp"
#include "events/outbox.hpp"

namespace cinema::events {

/// Delivers the outbox every `interval`, up to `limit` events in one step. See PeriodicWorker for
/// threads and lifetimes; the outbox must outlive the io_context's run.
booking::PeriodicWorker make_relay_worker(boost::asio::any_io_executor executor, Outbox& outbox,
                                          std::chrono::milliseconds interval, std::size_t limit,
                                          telemetry::Metrics& metrics, telemetry::Logger& logger);

}  // namespace cinema::events
