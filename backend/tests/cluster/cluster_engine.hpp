#pragma once

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "cluster/link/test_servers.hpp"
#include "cluster/mongo/client.hpp"
#include "cluster/store.hpp"
#include "conformance/harness.hpp"

namespace cinema::cluster {

/// The cluster engine under a manual clock, with a database, a queue and a feed of its own.
class ClusterUnderTest final : public conformance::EngineUnderTest {
  public:
    ClusterUnderTest() : outbox_(*this) {
        const std::string name = "test_" + ids_.object_id().to_hex();
        uri_ = uri_with(test_server("TEST_MONGO_URI"), name);
        auto opened = ClusterStore::open({.mongo_uri = uri_,
                                          .redis_addr = test_server("TEST_REDIS_ADDR"),
                                          .rabbitmq_url = test_server("TEST_RABBITMQ_URL"),
                                          .policy = {},
                                          .pool = {},
                                          .queue = name,
                                          .feed_channel = name},
                                         clock_, ids_, metrics, logger);
        if (!opened) throw std::runtime_error(opened.error().detail);
        store = std::move(*opened);
        store->set_seat_feed([this](std::span<const domain::SeatEvent> events) {
            std::lock_guard lock(mutex_);
            seat_events_.insert(seat_events_.end(), events.begin(), events.end());
        });
    }
    ~ClusterUnderTest() override {
        store.reset();
        mongo::Mongo mongo(uri_, 1, logger, metrics);
        mongo::Document drop;
        drop.add("dropDatabase", std::int64_t{1});
        EXPECT_TRUE(mongo.run(mongo.operation("test.drop"), drop));
    }

    engine::Store& ports() override { return *store; }
    events::Outbox& outbox() override { return outbox_; }
    conformance::ManualClock& clock() override { return clock_; }
    env::IdSource& ids() override { return ids_; }

    /// As a viewer applies them: by version. Several who finish one booking may tell of it twice,
    /// and in any order (docs/cluster-protocol.md).
    std::vector<domain::SeatEvent> seat_events() override {
        std::lock_guard lock(mutex_);
        std::vector<domain::SeatEvent> told;
        std::set<std::tuple<domain::ShowtimeId, std::string, std::int64_t>> seen;
        for (const auto& event : seat_events_) {
            if (seen.emplace(event.showtime_id, event.seat_code, event.version).second) {
                told.push_back(event);
            }
        }
        // Each seat's own events in the order of their versions, at the places they have.
        for (std::size_t i = 0; i < told.size(); ++i) {
            for (std::size_t j = i + 1; j < told.size(); ++j) {
                if (told[i].showtime_id == told[j].showtime_id &&
                    told[i].seat_code == told[j].seat_code && told[j].version < told[i].version) {
                    std::swap(told[i], told[j]);
                }
            }
        }
        return told;
    }

    telemetry::Metrics metrics;
    telemetry::Logger logger{telemetry::LogLevel::error};
    std::unique_ptr<ClusterStore> store;

  private:
    /// Delivered means here: in the audit log, where the consumer brings it in its own time.
    class DeliveredOutbox final : public events::Outbox {
      public:
        explicit DeliveredOutbox(ClusterUnderTest& cluster) : cluster_(cluster) {}
        booking::Awaitable<domain::Result<std::size_t>> relay(std::size_t limit) override {
            const auto count = co_await cluster_.store->outbox().relay(limit);
            const auto& metrics = cluster_.metrics;
            const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
            while (metrics.events_audited.Value() < metrics.events_relayed.Value()) {
                if (std::chrono::steady_clock::now() > end) {
                    throw std::runtime_error("events do not arrive in the audit log");
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            }
            co_return count;
        }

      private:
        ClusterUnderTest& cluster_;
    };

    std::string uri_;
    conformance::ManualClock clock_;
    env::SystemIds ids_{clock_};
    DeliveredOutbox outbox_;
    std::mutex mutex_;
    std::vector<domain::SeatEvent> seat_events_;
};

}  // namespace cinema::cluster
