#include "telemetry/metrics.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <set>
#include <sstream>
#include <string>

namespace cinema::telemetry {

namespace {

/// The value of the sample whose name and labels are exactly `sample`.
std::optional<double> value_of(const std::string& text, const std::string& sample) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(sample + " ")) return std::stod(line.substr(sample.size() + 1));
    }
    return std::nullopt;
}

TEST(Metrics, ExposesEveryMetricWithHelpAndType) {
    Metrics metrics;
    metrics.route("GET", "/api/movies");
    metrics.dependency_errors("sqlite");
    const std::string text = metrics.expose();
    const std::set<std::string> counters = {"cinema_http_requests_total",
                                            "cinema_dependency_errors_total",
                                            "cinema_holds_total",
                                            "cinema_hold_conflicts_total",
                                            "cinema_payments_total",
                                            "cinema_confirmations_total",
                                            "cinema_cancellations_total",
                                            "cinema_expiries_total",
                                            "cinema_refunds_total",
                                            "cinema_events_relayed_total",
                                            "cinema_logins_failed_total",
                                            "cinema_overload_refusals_total",
                                            "cinema_events_audited_total",
                                            "cinema_websocket_frames_total",
                                            "cinema_websocket_resyncs_total",
                                            "cinema_accept_failures_total",
                                            "process_cpu_seconds_total"};
    const std::set<std::string> gauges = {
        "cinema_write_queue_depth",  "cinema_wal_bytes",       "cinema_http_connections",
        "cinema_websocket_viewers",  "cinema_websocket_rooms", "cinema_build_info",
        "process_open_fds",          "process_max_fds",        "process_resident_memory_bytes",
        "process_start_time_seconds"};
    const std::set<std::string> histograms = {"cinema_http_request_seconds",
                                              "cinema_write_batch_commands",
                                              "cinema_commit_seconds", "cinema_checkpoint_seconds"};
    const auto expect_family = [&](const std::string& name, const std::string& type) {
        EXPECT_NE(text.find("# TYPE " + name + " " + type + "\n"), std::string::npos) << name;
        const auto help = text.find("# HELP " + name + " ");
        ASSERT_NE(help, std::string::npos) << name;
        EXPECT_GT(text.find('\n', help), help + name.size() + 12) << name << " has no help text";
    };
    for (const auto& name : counters) expect_family(name, "counter");
    for (const auto& name : gauges) expect_family(name, "gauge");
    for (const auto& name : histograms) expect_family(name, "histogram");
    std::size_t families = 0;
    for (auto at = text.find("# TYPE "); at != std::string::npos;
         at = text.find("# TYPE ", at + 1)) {
        ++families;
    }
    EXPECT_EQ(families, counters.size() + gauges.size() + histograms.size()) << text;
}

TEST(Metrics, CountsRequestsByRoutePatternAndStatusClass) {
    Metrics metrics;
    auto& route = metrics.route("GET", "/api/movies/{id}");
    route.by_status_class[200 / 100]->Increment();
    route.by_status_class[204 / 100]->Increment();
    route.by_status_class[404 / 100]->Increment();
    route.seconds->Observe(0.0007);
    route.seconds->Observe(30);
    const std::string text = metrics.expose();
    const std::string labels = R"({method="GET",route="/api/movies/{id}")";
    EXPECT_EQ(value_of(text, "cinema_http_requests_total" + labels + R"(,status="2xx"})"), 2);
    EXPECT_EQ(value_of(text, "cinema_http_requests_total" + labels + R"(,status="4xx"})"), 1);
    EXPECT_EQ(value_of(text, "cinema_http_requests_total" + labels + R"(,status="5xx"})"), 0);
    const std::string bucket = "cinema_http_request_seconds_bucket" + labels + ",le=";
    EXPECT_EQ(value_of(text, bucket + R"("0.0005"})"), 0);
    EXPECT_EQ(value_of(text, bucket + R"("0.001"})"), 1);
    EXPECT_EQ(value_of(text, bucket + R"("10"})"), 1);
    EXPECT_EQ(value_of(text, bucket + R"("+Inf"})"), 2);
    EXPECT_EQ(value_of(text, "cinema_http_request_seconds_count" + labels + "}"), 2);
}

TEST(Metrics, GivesTheSameRouteForTheSamePattern) {
    Metrics metrics;
    auto& first = metrics.route("GET", "/a");
    auto& second = metrics.route("POST", "/a");
    EXPECT_EQ(&metrics.route("GET", "/a"), &first);
    EXPECT_NE(&second, &first);
    EXPECT_EQ(first.by_status_class[0], nullptr);
}

TEST(Metrics, CountsBatchesIntoTheirBuckets) {
    Metrics metrics;
    metrics.write_batch_size.Observe(1);
    metrics.write_batch_size.Observe(200);
    metrics.write_batch_size.Observe(512);
    const std::string text = metrics.expose();
    EXPECT_EQ(value_of(text, R"(cinema_write_batch_commands_bucket{le="1"})"), 1);
    EXPECT_EQ(value_of(text, R"(cinema_write_batch_commands_bucket{le="128"})"), 1);
    EXPECT_EQ(value_of(text, R"(cinema_write_batch_commands_bucket{le="256"})"), 2);
    EXPECT_EQ(value_of(text, R"(cinema_write_batch_commands_bucket{le="512"})"), 3);
    EXPECT_EQ(value_of(text, "cinema_write_batch_commands_sum"), 713);
}

TEST(Metrics, TellsTheVersionAndDependencies) {
    Metrics metrics;
    metrics.dependency_errors("mongodb").Increment();
    const std::string text = metrics.expose();
    EXPECT_EQ(value_of(text, "cinema_build_info{version=\"" CINEMA_VERSION "\"}"), 1);
    EXPECT_EQ(value_of(text, R"(cinema_dependency_errors_total{dependency="mongodb"})"), 1);
}

TEST(Metrics, TellsAboutTheProcess) {
    Metrics metrics;
    const std::string text = metrics.expose();
    const double resident = value_of(text, "process_resident_memory_bytes").value_or(0);
    EXPECT_GT(resident, 1e6);
    EXPECT_LT(resident, 1e10);
    const double descriptors = value_of(text, "process_open_fds").value_or(0);
    EXPECT_GE(descriptors, 3);
    EXPECT_LE(descriptors, value_of(text, "process_max_fds").value_or(0));
    EXPECT_GT(value_of(text, "process_cpu_seconds_total").value_or(0), 0);
    const double now =
        std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    const double started = value_of(text, "process_start_time_seconds").value_or(0);
    EXPECT_LE(started, now + 2);
    EXPECT_GT(started, now - 3600) << "the test has run for less than an hour";
}

}  // namespace

}  // namespace cinema::telemetry
