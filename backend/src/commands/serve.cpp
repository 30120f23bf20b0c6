#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <limits>
#include <thread>

#include "accounts/login.hpp"
#include "accounts/secret.hpp"
#include "api/router.hpp"
#include "booking/expiry_worker.hpp"
#include "commands/demo.hpp"
#include "commands/tool.hpp"
#include "events/relay_worker.hpp"
#include "http/server.hpp"

namespace cinema::commands {

namespace {

using telemetry::LogField;

constexpr std::size_t kExpiryBatchMax = 100;
constexpr std::size_t kRelayBatchMax = 512;
constexpr std::size_t kRepairBatchMax = 500;
constexpr std::chrono::milliseconds kRelayInterval{200};
constexpr std::chrono::seconds kCatalogueInterval{1};
constexpr std::chrono::minutes kDemoInterval{10};

/// Descriptors that no connection may have: files, databases, and what is refused.
constexpr int kDescriptorsKept = 64;

/// Every connection is a descriptor: takes as many as the system lets us. The lowest one that a
/// connection may not have.
int raise_descriptor_limit(std::size_t wanted, telemetry::Logger& logger) {
    constexpr int kNone = std::numeric_limits<int>::max();
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kNone;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > rlim_t{kNone}) return kNone;
    const int descriptors = static_cast<int>(limit.rlim_cur);
    if (limit.rlim_cur < wanted) {
        logger.warn("few_descriptors", LogField("limit", descriptors), LogField("wanted", wanted));
    }
    return descriptors - std::min(kDescriptorsKept, descriptors / 2);
}

http::ServerLimits server_limits(const config::Config& config, int descriptor_limit) {
    return {.connections_max = config.connections_max,
            .descriptor_limit = descriptor_limit,
            .header_timeout = std::chrono::seconds(config.header_timeout_seconds),
            .body_timeout = std::chrono::seconds(config.body_timeout_seconds),
            .idle_timeout = std::chrono::seconds(config.idle_timeout_seconds),
            .write_timeout = std::chrono::seconds(config.write_timeout_seconds)};
}

/// What happens by itself: looks for another process's import every second, and keeps the demo's
/// showtimes ahead of the clock. On the housekeeping thread, where blocking briefly is fine.
class CatalogueKeeper {
  public:
    CatalogueKeeper(boost::asio::io_context& context, catalog::Catalog& catalog,
                    std::function<domain::Result<void>()> refresh_demo, telemetry::Logger& logger)
        : catalog_(catalog),
          refresh_demo_(std::move(refresh_demo)),
          logger_(logger),
          timer_(context),
          demo_due_(std::chrono::steady_clock::now() + kDemoInterval) {
        schedule();
    }

  private:
    void schedule() {
        timer_.expires_after(kCatalogueInterval);
        timer_.async_wait([this](boost::system::error_code ec) {
            if (ec) return;
            tell(catalog_.refresh());
            if (refresh_demo_ && std::chrono::steady_clock::now() >= demo_due_) {
                demo_due_ += kDemoInterval;
                tell(refresh_demo_());
            }
            schedule();
        });
    }

    void tell(const domain::Result<void>& result) {
        if (!result) logger_.warn("catalogue", LogField("what", result.error().detail));
    }

    catalog::Catalog& catalog_;
    std::function<domain::Result<void>()> refresh_demo_;
    telemetry::Logger& logger_;
    boost::asio::steady_timer timer_;
    std::chrono::steady_clock::time_point demo_due_;
};

/// The token secret: given, or the data folder's own.
domain::Result<std::string> token_secret(const config::Config& config, telemetry::Logger& logger) {
    if (!config.jwt_secret.empty()) return config.jwt_secret;
    if (config.is_cluster()) {
        logger.warn("own_token_secret",
                    LogField("what",
                             "no JWT_SECRET: the tokens of this instance are good here only; give "
                             "all instances the same one"));
    }
    auto secret = accounts::load_or_create_secret(config.data_dir / "jwt.secret");
    if (!secret) return domain::fail(domain::Errc::unavailable, secret.error());
    return *secret;
}

int refuse_to_start(const std::string& why) {
    fmt::print(stderr, "cinema: {}\n", why);
    return 1;
}

}  // namespace

int serve(const config::Config& config) {
    // Signals are waited for by this thread alone; blocked before any other thread begins.
    sigset_t stop_signals;
    sigemptyset(&stop_signals);
    sigaddset(&stop_signals, SIGTERM);
    sigaddset(&stop_signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);

    const env::TimeZone time_zone(config.time_zone);  // before any other thread
    telemetry::Logger logger(config.log_level);
    telemetry::Metrics metrics;
    const env::SystemClock clock;
    env::SystemIds ids(clock);
    const int descriptor_limit =
        raise_descriptor_limit(config.connections_max + config.viewers_max, logger);

    auto opened = open_store(config, Use::server, clock, ids, metrics, logger);
    if (!opened) return refuse_to_start(opened.error().detail);
    const auto secret = token_secret(config, logger);
    if (!secret) return refuse_to_start(secret.error().detail);

    // The server comes before the store, so that callers' executors outlive the store's stop.
    // One core is the writer's: connections served there too would make it wait for its turn, and
    // all of them pay for more switches between threads.
    const std::size_t workers = config.io_threads != 0
                                    ? config.io_threads
                                    : std::max(2u, std::thread::hardware_concurrency()) - 1;
    http::Server server(
        server_limits(config, descriptor_limit), workers,
        [&config](std::string_view address) {
            return std::any_of(config.trusted_proxies.begin(), config.trusted_proxies.end(),
                               [&](const auto& range) { return range.contains(address); });
        },
        logger, metrics);
    boost::asio::io_context housekeeping;
    const std::unique_ptr<engine::Store> store = std::move(*opened);

    const auto refresh_demo = [&] {
        return import_demo(store->catalog(), ids, clock, config.demo_catalogue, logger);
    };
    if (config.seed_demo) {
        if (const auto seeded = refresh_demo(); !seeded) {
            return refuse_to_start(seeded.error().detail);
        }
    }

    const accounts::Tokens tokens(*secret, clock, ids, config.token_ttl_seconds);
    accounts::LoginService login(store->users(), tokens, clock, ids,
                                 {.demo_login = config.demo_login,
                                  .failures_max = config.login_failures_max,
                                  .window_seconds = config.login_window_seconds});
    realtime::Hub hub(server.executors(), store->queries(),
                      {.viewers_max = config.viewers_max,
                       .viewers_per_address_max = config.viewers_per_address_max},
                      logger, metrics);
    store->set_seat_feed(
        [&hub](std::span<const domain::SeatEvent> events) { hub.publish(events); });
    store->set_resync([&hub] { hub.resync(); });
    std::optional<api::StaticFiles> files;
    std::vector<std::string> addresses;
    try {
        files.emplace(config.web_root);
        std::vector<http::Endpoint> endpoints;
        endpoints.reserve(config.listen.size());
        for (const auto& address : config.listen) endpoints.push_back({address.host, address.port});
        addresses = server.listen(endpoints);
    } catch (const std::exception& e) {
        return refuse_to_start(e.what());
    }

    api::App app{.bookings = store->bookings(),
                 .queries = store->queries(),
                 .catalog = store->catalog(),
                 .users = store->users(),
                 .login = login,
                 .tokens = tokens,
                 .audit = store->audit(),
                 .reports = store->reports(),
                 .hub = hub,
                 .clock = clock,
                 .logger = logger,
                 .metrics = metrics,
                 .files = *files,
                 .time_zone = time_zone,
                 .site = {.name = config.cinema_name,
                          .demo_login = config.demo_login,
                          .seats_per_booking_max = config.max_seats_per_booking,
                          .lock_ttl = std::chrono::seconds(config.lock_ttl_seconds)},
                 .missing = [&store] { return store->missing(); },
                 .allowed_origins = {config.allowed_origins.begin(), config.allowed_origins.end()}};
    api::Router router(app);

    auto expiry = booking::make_expiry_worker(housekeeping.get_executor(), store->bookings(),
                                              std::chrono::seconds(config.expiry_interval_seconds),
                                              kExpiryBatchMax, metrics, logger);
    auto relay = events::make_relay_worker(housekeeping.get_executor(), store->outbox(),
                                           kRelayInterval, kRelayBatchMax, metrics, logger);
    std::optional<booking::PeriodicWorker> repair;
    if (auto round = store->repairs()) {
        repair.emplace(housekeeping.get_executor(),
                       booking::PeriodicWorkerOptions{
                           .name = "repair",
                           .interval = std::chrono::seconds(config.expiry_interval_seconds),
                           .limit = kRepairBatchMax},
                       std::move(round), metrics, logger);
        repair->start();
    }
    expiry.start();
    relay.start();
    const CatalogueKeeper keeper(
        housekeeping, store->catalog(),
        config.seed_demo ? std::function<domain::Result<void>()>(refresh_demo) : nullptr, logger);
    std::thread housekeeper([&housekeeping] { housekeeping.run(); });

    server.start(router);
    if (config.demo_login) {
        logger.warn("demo_login", LogField("what",
                                           "anybody can log in without a password; set "
                                           "DEMO_LOGIN=false for real use"));
    }
    for (const std::string& address : addresses) {
        logger.info("listening", LogField("address", address));
    }
    logger.flush();

    int signal = 0;
    sigwait(&stop_signals, &signal);
    logger.info("stopping", LogField("signal", signal));
    hub.begin_stop();
    server.begin_stop();
    const auto grace = std::chrono::seconds(config.shutdown_grace_seconds);
    const auto end = std::chrono::steady_clock::now() + grace;
    const bool drained = server.wait_drained(grace);
    while (hub.viewers() != 0 && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    if (!drained) logger.warn("connections_cut");
    expiry.stop();
    relay.stop();
    if (repair) repair->stop();
    housekeeping.stop();
    housekeeper.join();
    server.stop_now();
    store->stop();
    logger.info("stopped");
    logger.flush();
    return 0;
}

}  // namespace cinema::commands
