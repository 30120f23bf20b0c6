#include "telemetry/metrics.hpp"

#include <iterator>

#include "prometheus/text_serializer.h"
#include "telemetry/process_metrics.hpp"

namespace cinema::telemetry {

namespace {

using prometheus::Histogram;
using prometheus::Registry;

prometheus::Counter& new_counter(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Gauge& new_gauge(Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

Histogram& new_histogram(Registry& registry, const char* name, const char* help,
                         const Histogram::BucketBoundaries& buckets) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, buckets);
}

const Histogram::BucketBoundaries& request_buckets() {
    static const Histogram::BucketBoundaries kSeconds{
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
    return kSeconds;
}

const Histogram::BucketBoundaries& disk_buckets() {
    static const Histogram::BucketBoundaries kSeconds{
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
    return kSeconds;
}

const Histogram::BucketBoundaries& batch_buckets() {
    static const Histogram::BucketBoundaries kCommands{1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
    return kCommands;
}

}  // namespace

Metrics::Metrics()
    : registry_(std::make_shared<Registry>(Registry::InsertBehavior::Throw)),
      requests_family_(prometheus::BuildCounter()
                           .Name("cinema_http_requests_total")
                           .Help("Requests answered, by method, route pattern and status class.")
                           .Register(*registry_)),
      request_seconds_family_(
          prometheus::BuildHistogram()
              .Name("cinema_http_request_seconds")
              .Help("Time from a complete request to its answer, by method and route pattern.")
              .Register(*registry_)),
      dependency_errors_family_(prometheus::BuildCounter()
                                    .Name("cinema_dependency_errors_total")
                                    .Help("Failed calls to a dependency, by its name.")
                                    .Register(*registry_)),
      dependency_calls_family_(prometheus::BuildCounter()
                                   .Name("cinema_dependency_calls_total")
                                   .Help("Round trips to a dependency, by its name and what for.")
                                   .Register(*registry_)),
      holds(new_counter(*registry_, "cinema_holds_total", "Holds granted.")),
      hold_conflicts(new_counter(*registry_, "cinema_hold_conflicts_total",
                                 "Holds refused because a seat was taken.")),
      payments(new_counter(*registry_, "cinema_payments_total", "Payments that succeeded.")),
      confirmations(
          new_counter(*registry_, "cinema_confirmations_total", "Bookings confirmed (sold).")),
      cancellations(new_counter(*registry_, "cinema_cancellations_total", "Holds cancelled.")),
      expiries(new_counter(*registry_, "cinema_expiries_total", "Holds that ran out.")),
      refunds(new_counter(*registry_, "cinema_refunds_total",
                          "Payments given back because their booking ended unsold.")),
      events_relayed(new_counter(*registry_, "cinema_events_relayed_total",
                                 "Events taken from the outbox to the queue or the audit log.")),
      events_audited(new_counter(*registry_, "cinema_events_audited_total",
                                 "Events taken from the queue to the audit log, repeated ones "
                                 "included; stays 0 without a queue.")),
      logins_failed(new_counter(*registry_, "cinema_logins_failed_total", "Logins refused.")),
      write_queue_depth(
          new_gauge(*registry_, "cinema_write_queue_depth", "Commands waiting for the writer.")),
      write_batch_size(new_histogram(*registry_, "cinema_write_batch_commands",
                                     "Commands committed together.", batch_buckets())),
      commit_seconds(new_histogram(*registry_, "cinema_commit_seconds",
                                   "Time of a commit with its fsync.", disk_buckets())),
      checkpoint_seconds(new_histogram(*registry_, "cinema_checkpoint_seconds",
                                       "Time of a checkpoint of the write-ahead log.",
                                       disk_buckets())),
      wal_bytes(new_gauge(*registry_, "cinema_wal_bytes",
                          "Size of the write-ahead log not yet checkpointed.")),
      overload_refusals(new_counter(*registry_, "cinema_overload_refusals_total",
                                    "Requests refused because a queue or limit was full.")),
      accept_failures(new_counter(*registry_, "cinema_accept_failures_total",
                                  "Attempts to take a connection that failed, for want of "
                                  "descriptors or memory.")),
      connections(new_gauge(*registry_, "cinema_http_connections", "Open connections.")),
      viewers(new_gauge(*registry_, "cinema_websocket_viewers", "Open WebSocket viewers.")),
      rooms(new_gauge(*registry_, "cinema_websocket_rooms", "Showtimes with viewers.")),
      frames_broadcast(new_counter(*registry_, "cinema_websocket_frames_total",
                                   "Frames sent to viewers by broadcasts.")),
      viewer_resyncs(new_counter(*registry_, "cinema_websocket_resyncs_total",
                                 "Viewers that fell behind and were sent a fresh snapshot.")) {
    prometheus::BuildGauge()
        .Name("cinema_build_info")
        .Help("Always 1; the label tells the version.")
        .Register(*registry_)
        .Add({{"version", CINEMA_VERSION}})
        .Set(1);
}

std::string Metrics::expose() const {
    auto families = registry_->Collect();
    auto process = process_metrics();
    families.insert(families.end(), std::make_move_iterator(process.begin()),
                    std::make_move_iterator(process.end()));
    return prometheus::TextSerializer().Serialize(families);
}

Metrics::Route& Metrics::route(std::string_view method, std::string_view pattern) {
    static constexpr std::array kClasses = {"", "1xx", "2xx", "3xx", "4xx", "5xx"};
    const std::string method_label(method);
    const std::string route_label(pattern);
    auto& seconds = request_seconds_family_.Add({{"method", method_label}, {"route", route_label}},
                                                request_buckets());
    for (const auto& known : routes_) {
        if (known->seconds == &seconds) return *known;
    }
    auto added = std::make_unique<Route>();
    added->seconds = &seconds;
    for (std::size_t i = 1; i < kClasses.size(); ++i) {
        added->by_status_class[i] = &requests_family_.Add(
            {{"method", method_label}, {"route", route_label}, {"status", kClasses[i]}});
    }
    return *routes_.emplace_back(std::move(added));
}

prometheus::Counter& Metrics::dependency_errors(std::string_view dependency) {
    return dependency_errors_family_.Add({{"dependency", std::string(dependency)}});
}

prometheus::Counter& Metrics::dependency_calls(std::string_view dependency,
                                               std::string_view operation) {
    return dependency_calls_family_.Add(
        {{"dependency", std::string(dependency)}, {"operation", std::string(operation)}});
}

}  // namespace cinema::telemetry
