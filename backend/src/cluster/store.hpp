#pragma once

#include <memory>
#include <string>

#include "booking/policy.hpp"
#include "cluster/blocking_pool.hpp"
#include "engine/store.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::cluster {

struct ClusterOptions {
    std::string mongo_uri;
    std::string redis_addr;
    std::string rabbitmq_url;
    booking::BookingPolicy policy;
    /// For holds and sales, whose steps share their trips to MongoDB (Gathering): few threads, so
    /// that steps gather instead of waking a thread each. Measured: 24 threads take twice the
    /// processor time of 4 for a booking, and sell less.
    BlockingPoolOptions sales_pool{.threads = 4};
    /// For everything else that blocks, so that a long report is in no sale's way.
    BlockingPoolOptions pool;
    /// How long something may be half done before another instance takes it for abandoned.
    std::chrono::milliseconds repair_age{5'000};
    /// server: takes part in everything. tool: only MongoDB is talked to.
    enum class Use { server, tool } use = Use::server;
    std::size_t cached_showtimes_max = 512;
    std::string queue = "booking.events";
    std::string feed_channel = "cinema:seats";
    /// PEM with the authorities for TLS to Redis and RabbitMQ; empty: the system's.
    std::string ca_file;
};

/// The cluster engine: any number of these, in as many processes, on one MongoDB, Redis and
/// RabbitMQ. See engine::Store for threads and lifetimes.
class ClusterStore final : public engine::Store {
  public:
    /// Connects, makes what MongoDB lacks (indexes), loads the catalogue and starts the threads.
    /// MongoDB must be there; Redis and RabbitMQ may come later. Errors, with a sentence for the
    /// operator and without secrets: an address that cannot be used, no MongoDB, a collection that
    /// a unique index cannot be made for.
    static domain::Result<std::unique_ptr<ClusterStore>> open(ClusterOptions options,
                                                              const env::Clock& clock,
                                                              env::IdSource& ids,
                                                              telemetry::Metrics& metrics,
                                                              telemetry::Logger& logger);
    ~ClusterStore() override;

    booking::BookingEngine& bookings() override;
    booking::BookingQueries& queries() override;
    catalog::Catalog& catalog() override;
    accounts::UserStore& users() override;
    audit::AuditTrail& audit() override;
    reports::HouseReports& reports() override;
    events::Outbox& outbox() override;
    archive::HouseArchive& archive() override;
    booking::WorkRound repairs() override;
    void set_seat_feed(booking::SeatFeed feed) override;
    void set_resync(std::function<void()> resync) override;
    std::vector<engine::Missing> missing() const override;
    void stop() override;

  private:
    struct Parts;
    explicit ClusterStore(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace cinema::cluster
