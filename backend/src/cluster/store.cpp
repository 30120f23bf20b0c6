#include "cluster/store.hpp"

#include <boost/asio/this_coro.hpp>
#include <optional>
#include <stdexcept>

#include "cluster/link/background_thread.hpp"
#include "cluster/link/stop_signal.hpp"
#include "cluster/mock_provider.hpp"
#include "cluster/mongo/audit_log.hpp"
#include "cluster/mongo/audit_trail.hpp"
#include "cluster/mongo/booking_documents.hpp"
#include "cluster/mongo/booking_queries.hpp"
#include "cluster/mongo/catalogue.hpp"
#include "cluster/mongo/house_archive.hpp"
#include "cluster/mongo/house_reports.hpp"
#include "cluster/mongo/indexes.hpp"
#include "cluster/mongo/known_users.hpp"
#include "cluster/mongo/payment_documents.hpp"
#include "cluster/mongo/seat_documents.hpp"
#include "cluster/mongo/user_store.hpp"
#include "cluster/pooled_ports.hpp"
#include "cluster/rabbitmq/consumer.hpp"
#include "cluster/rabbitmq/publisher.hpp"
#include "cluster/redis/feed.hpp"
#include "cluster/redis/seat_locks.hpp"
#include "cluster/saga/relay.hpp"
#include "domain/ensure.hpp"

namespace cinema::cluster {

namespace {

/// How often open rooms are loaded again while the feed is away, and while it is not.
constexpr std::chrono::milliseconds kDeafResyncInterval{2'000};
constexpr std::chrono::milliseconds kResyncInterval{30'000};
constexpr std::chrono::milliseconds kWatchInterval{500};

Awaitable<void> pause_for(std::chrono::milliseconds time) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

/// Tells this process's viewers at once, the other instances through Redis.
class Announcer final : public SeatAnnouncer {
  public:
    void announce(std::span<const domain::SeatEvent> events) override {
        if (local) local(events);
        if (feed) feed->publish(events);
    }

    booking::SeatFeed local;
    RedisFeed* feed = nullptr;
};

struct Addresses {
    RedisAddress redis;
    RabbitAddress rabbitmq;
};

domain::Result<Addresses> read_addresses(const ClusterOptions& options) {
    const auto redis = parse_redis_address(options.redis_addr);
    if (!redis) return domain::fail(domain::Errc::validation, "REDIS_ADDR: " + redis.error());
    const auto rabbitmq = parse_rabbit_address(options.rabbitmq_url);
    if (!rabbitmq) {
        return domain::fail(domain::Errc::validation, "RABBITMQ_URL: " + rabbitmq.error());
    }
    return Addresses{*redis, *rabbitmq};
}

/// Why there is no start without MongoDB, for whoever starts the server.
domain::Error no_mongo(const mongo::Mongo& mongo, domain::Error error) {
    const std::string problem = mongo.problem();
    if (!problem.empty()) error.detail = "MONGO_URI: " + problem;
    return error;
}

}  // namespace

/// What sells, in the order of construction: each part uses only those above it, and the threads
/// below end before what they use is gone.
struct Selling {
    Selling(const ClusterOptions& options, const Addresses& addresses, mongo::Mongo& mongo,
            const catalog::Catalog& catalogue, mongo::MongoKnownUsers& users, BlockingPool& pool,
            const env::Clock& clock, env::IdSource& ids, telemetry::Metrics& metrics,
            telemetry::Logger& logger)
        : redis({.address = addresses.redis, .ca_file = options.ca_file}, metrics, logger),
          locks(redis, {.ttl = options.policy.lock_ttl}, metrics),
          feed(redis, {.channel = options.feed_channel, .instance_id = ids.uuid()},
               {.events = [this](auto events) { heard(events); },
                .connected = [this] { tell_resync(); },
                .disconnected = [] {},
                .resync = [this] { tell_resync(); }},
               metrics, logger),
          seats(mongo),
          bookings(mongo),
          payments(mongo),
          rabbit{.address = addresses.rabbitmq, .ca_file = options.ca_file, .queue = options.queue},
          publisher({.rabbit = rabbit}, metrics, logger),
          relay(bookings, publisher, clock, metrics, {.leftover_age = options.repair_age}),
          saga({.catalog = catalogue,
                .users = users,
                .locks = locks,
                .seats = seats,
                .bookings = bookings,
                .payments = payments,
                .provider = provider,
                .announcer = announcer,
                .outbox_filled = [this](const BookingRevision& filled) { relay.add(filled); },
                .pause = pause_for},
               clock, ids, options.policy, metrics, logger),
          sales_pool(options.sales_pool, metrics),
          pooled_bookings(saga, sales_pool, pool),
          pooled_outbox(relay, pool),
          audit_log(mongo),
          consumer(
              {.rabbit = rabbit},
              [this, &metrics](const std::vector<domain::Event>& events) {
                  auto written = audit_log.write(events);
                  if (written) {
                      metrics.events_audited.Increment(static_cast<double>(events.size()));
                  }
                  return written;
              },
              metrics, logger) {
        announcer.feed = &feed;
        watcher = start_background_thread([this] { watch(); });
    }
    ~Selling() { stop(); }

    void heard(std::span<const domain::SeatEvent> events) {
        const std::lock_guard lock(told_mutex);
        if (announcer.local) announcer.local(events);
    }

    void tell_resync() {
        const std::lock_guard lock(told_mutex);
        if (resync) resync();
    }

    /// Rooms look for themselves: often while nothing is heard of the other instances, and now and
    /// then all the same, because an instance may die after its change and before it tells of it.
    void watch() {
        auto looked = std::chrono::steady_clock::now();
        while (!stopping.wait_for(kWatchInterval)) {
            const auto now = std::chrono::steady_clock::now();
            if (now - looked < (feed.problem() ? kDeafResyncInterval : kResyncInterval)) continue;
            looked = now;
            tell_resync();
        }
    }

    /// No more work is taken in: the pools must have come to their end before the rest is stopped.
    void stop_listening() {
        stopping.set();
        if (watcher.joinable()) watcher.join();
        consumer.stop();
        feed.stop();
        sales_pool.stop();
    }

    void stop() {
        stop_listening();
        publisher.stop();
        redis.stop();
    }

    std::mutex told_mutex;  ///< guards the two below against their being set while in use
    std::function<void()> resync;
    Announcer announcer;
    MockProvider provider;
    RedisClient redis;
    RedisSeatLocks locks;
    RedisFeed feed;
    mongo::MongoSeats seats;
    mongo::MongoBookings bookings;
    mongo::MongoPayments payments;
    RabbitOptions rabbit;
    EventPublisher publisher;
    Relay relay;
    Saga saga;
    BlockingPool sales_pool;
    PooledBookings pooled_bookings;
    PooledOutbox pooled_outbox;
    mongo::AuditLogWriter audit_log;
    EventConsumer consumer;
    StopSignal stopping;
    std::thread watcher;
};

struct ClusterStore::Parts {
    Parts(const ClusterOptions& options, const env::Clock& clock, env::IdSource& ids,
          telemetry::Metrics& metrics, telemetry::Logger& logger)
        : repair_age(options.repair_age),
          mongo(options.mongo_uri,
                static_cast<std::uint32_t>(options.sales_pool.threads + options.pool.threads + 4),
                logger, metrics),
          catalogue(mongo, ids, logger),
          known_users(mongo, clock),
          users(mongo, known_users),
          queries(mongo, catalogue, options.cached_showtimes_max),
          audit(mongo),
          reports(mongo),
          archive(mongo),
          pool(options.pool, metrics),
          pooled_users(users, pool),
          pooled_queries(queries, pool),
          pooled_audit(audit, pool),
          pooled_reports(reports, pool) {}

    void stop() {
        if (selling) selling->stop_listening();
        pool.stop();
        if (selling) selling->stop();
    }

    const std::chrono::milliseconds repair_age;
    mongo::Mongo mongo;
    mongo::MongoCatalogue catalogue;
    mongo::MongoKnownUsers known_users;
    mongo::MongoUserStore users;
    mongo::MongoBookingQueries queries;
    mongo::MongoAuditTrail audit;
    mongo::MongoHouseReports reports;
    mongo::MongoHouseArchive archive;
    BlockingPool pool;
    PooledUsers pooled_users;
    PooledQueries pooled_queries;
    PooledAudit pooled_audit;
    PooledReports pooled_reports;
    std::unique_ptr<Selling> selling;  ///< null for a tool
};

domain::Result<std::unique_ptr<ClusterStore>> ClusterStore::open(ClusterOptions options,
                                                                 const env::Clock& clock,
                                                                 env::IdSource& ids,
                                                                 telemetry::Metrics& metrics,
                                                                 telemetry::Logger& logger) {
    const auto addresses = read_addresses(options);
    if (!addresses) return std::unexpected(addresses.error());
    try {
        auto parts = std::make_unique<Parts>(options, clock, ids, metrics, logger);
        const auto indexed = mongo::ensure_indexes(parts->mongo);
        if (!indexed) return std::unexpected(no_mongo(parts->mongo, indexed.error()));
        const auto loaded = parts->catalogue.refresh();
        if (!loaded) return std::unexpected(no_mongo(parts->mongo, loaded.error()));
        if (options.use == ClusterOptions::Use::server) {
            parts->selling = std::make_unique<Selling>(options, *addresses, parts->mongo,
                                                       parts->catalogue, parts->known_users,
                                                       parts->pool, clock, ids, metrics, logger);
        }
        return std::unique_ptr<ClusterStore>(new ClusterStore(std::move(parts)));
    } catch (const std::runtime_error& error) {
        return domain::fail(domain::Errc::unavailable, error.what());
    } catch (const std::invalid_argument& error) {
        return domain::fail(domain::Errc::validation, error.what());
    }
}

ClusterStore::ClusterStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ClusterStore::~ClusterStore() {
    stop();
}

booking::BookingEngine& ClusterStore::bookings() {
    domain::ensure(parts_->selling != nullptr, "a tool sells nothing");
    return parts_->selling->pooled_bookings;
}
booking::BookingQueries& ClusterStore::queries() {
    return parts_->pooled_queries;
}
catalog::Catalog& ClusterStore::catalog() {
    return parts_->catalogue;
}
accounts::UserStore& ClusterStore::users() {
    return parts_->pooled_users;
}
audit::AuditTrail& ClusterStore::audit() {
    return parts_->pooled_audit;
}
reports::HouseReports& ClusterStore::reports() {
    return parts_->pooled_reports;
}
events::Outbox& ClusterStore::outbox() {
    domain::ensure(parts_->selling != nullptr, "a tool delivers nothing");
    return parts_->selling->pooled_outbox;
}

archive::HouseArchive& ClusterStore::archive() {
    return parts_->archive;
}

booking::WorkRound ClusterStore::repairs() {
    domain::ensure(parts_->selling != nullptr, "a tool repairs nothing");
    return [this](std::size_t limit) {
        return parts_->pool.run_patiently(parts_->selling->saga.repair(parts_->repair_age, limit));
    };
}

void ClusterStore::set_seat_feed(booking::SeatFeed feed) {
    domain::ensure(parts_->selling != nullptr, "a tool has no viewers");
    const std::lock_guard lock(parts_->selling->told_mutex);
    parts_->selling->announcer.local = std::move(feed);
}

void ClusterStore::set_resync(std::function<void()> resync) {
    domain::ensure(parts_->selling != nullptr, "a tool has no viewers");
    const std::lock_guard lock(parts_->selling->told_mutex);
    parts_->selling->resync = std::move(resync);
}

std::vector<engine::Missing> ClusterStore::missing() const {
    std::vector<engine::Missing> missing;
    if (!parts_->mongo.healthy()) missing.push_back({"mongodb", parts_->mongo.problem(), true});
    if (!parts_->selling) return missing;
    const Selling& selling = *parts_->selling;
    for (const auto& problem : {selling.redis.problem(), selling.feed.problem()}) {
        if (!problem) continue;
        missing.push_back({"redis", "Redis does not answer: " + *problem, false});
        break;
    }
    for (const auto& problem : {selling.publisher.problem(), selling.consumer.problem()}) {
        if (!problem) continue;
        missing.push_back({"rabbitmq", "RabbitMQ does not answer: " + *problem, false});
        break;
    }
    return missing;
}

void ClusterStore::stop() {
    parts_->stop();
}

}  // namespace cinema::cluster
