#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace cinema::telemetry {

/// Every metric of the server, by name. Made once at start; the members may be used from any
/// thread. Labels are bounded: route patterns, status classes, names of dependencies.
class Metrics {
  public:
    Metrics();

    /// The Prometheus text exposition (version 0.0.4), with the process_* metrics of this moment.
    std::string expose() const;

    /// The metrics of one route.
    struct Route {
        /// cinema_http_requests_total{method,route,status="2xx"} by status / 100; [0] is null.
        std::array<prometheus::Counter*, 6> by_status_class{};
        /// cinema_http_request_seconds{method,route}
        prometheus::Histogram* seconds = nullptr;
    };
    /// Call at start, from one thread, never with anything but a route's pattern. The reference
    /// stays valid; asking again gives the same one.
    Route& route(std::string_view method, std::string_view pattern);

    /// cinema_dependency_errors_total{dependency=…}. Any thread.
    prometheus::Counter& dependency_errors(std::string_view dependency);
    /// cinema_dependency_calls_total{dependency=…,operation=…}: one for each round trip. Operations
    /// are constants of the adapters. Any thread; the reference stays valid.
    prometheus::Counter& dependency_calls(std::string_view dependency, std::string_view operation);

  private:
    std::shared_ptr<prometheus::Registry> registry_;
    prometheus::Family<prometheus::Counter>& requests_family_;
    prometheus::Family<prometheus::Histogram>& request_seconds_family_;
    prometheus::Family<prometheus::Counter>& dependency_errors_family_;
    prometheus::Family<prometheus::Counter>& dependency_calls_family_;
    std::vector<std::unique_ptr<Route>> routes_;

  public:
    prometheus::Counter& holds;                 ///< cinema_holds_total
    prometheus::Counter& hold_conflicts;        ///< cinema_hold_conflicts_total
    prometheus::Counter& payments;              ///< cinema_payments_total
    prometheus::Counter& confirmations;         ///< cinema_confirmations_total
    prometheus::Counter& cancellations;         ///< cinema_cancellations_total
    prometheus::Counter& expiries;              ///< cinema_expiries_total
    prometheus::Counter& refunds;               ///< cinema_refunds_total
    prometheus::Counter& events_relayed;        ///< cinema_events_relayed_total
    prometheus::Counter& events_audited;        ///< cinema_events_audited_total
    prometheus::Counter& logins_failed;         ///< cinema_logins_failed_total
    prometheus::Gauge& write_queue_depth;       ///< cinema_write_queue_depth (commands)
    prometheus::Histogram& write_batch_size;    ///< cinema_write_batch_commands
    prometheus::Histogram& commit_seconds;      ///< cinema_commit_seconds: COMMIT with its fsync
    prometheus::Histogram& checkpoint_seconds;  ///< cinema_checkpoint_seconds
    prometheus::Gauge& wal_bytes;               ///< cinema_wal_bytes
    prometheus::Counter& overload_refusals;     ///< cinema_overload_refusals_total
    prometheus::Counter& accept_failures;       ///< cinema_accept_failures_total
    prometheus::Gauge& connections;             ///< cinema_http_connections
    prometheus::Gauge& viewers;                 ///< cinema_websocket_viewers
    prometheus::Gauge& rooms;                   ///< cinema_websocket_rooms
    prometheus::Counter& frames_broadcast;      ///< cinema_websocket_frames_total
    prometheus::Counter& viewer_resyncs;        ///< cinema_websocket_resyncs_total
};

}  // namespace cinema::telemetry
