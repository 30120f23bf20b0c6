// What one booking (hold of two seats, pay, confirm, relay of its three events) costs the embedded
// engine's writer thread, without HTTP: prints CPU per booking, batch size and commit times.
//   bench_engine FOLDER [bookings 30000] [callers 64] [showtimes at once 20]
// Run it again on the same folder for the figures (and the time to open) of a grown database.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "embedded/store.hpp"
#include "events/relay_worker.hpp"

namespace {

using namespace cinema;
using booking::Awaitable;

constexpr int kSeatsPerRoom = 600;
constexpr int kBookingsPerShowtime = kSeatsPerRoom / 2;

double thread_cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Bench {
    embedded::EmbeddedStore& store;
    std::vector<domain::ShowtimeId> showtimes;
    std::vector<domain::UserId> users;
    int bookings = 0;
    int at_once = 0;
    std::atomic<int> next{0};
    std::atomic<int> done{0};
    std::vector<double> hold_ms;  // by booking
};

std::vector<domain::Seat> room_seats() {
    std::vector<domain::Seat> seats;
    for (int i = 0; i < kSeatsPerRoom; ++i) {
        const std::string row(1, static_cast<char>('A' + i / 30));
        seats.push_back({.code = row + std::to_string(i % 30 + 1),
                         .row = row,
                         .number = i % 30 + 1,
                         .category = domain::SeatCategory::standard,
                         .column = i % 30,
                         .y = i / 30});
    }
    return seats;
}

void make_cinema(Bench& bench, env::IdSource& ids, const env::Clock& clock) {
    catalog::CatalogChange change;
    const auto map = ids.next<domain::SeatMapId>();
    const auto movie = ids.next<domain::MovieId>();
    const auto room = ids.next<domain::AuditoriumId>();
    change.seat_maps.push_back(std::make_shared<domain::SeatMap>(map, room_seats(), 0));
    change.movies.push_back({.id = movie,
                             .key = movie.to_hex(),
                             .title = "Bench",
                             .duration_min = 60,
                             .created_at = clock.now()});
    change.auditoriums.push_back(
        {.id = room, .key = room.to_hex(), .name = "Room", .seatmap_id = map});
    const int rounds = bench.bookings / (kBookingsPerShowtime * bench.at_once) + 1;
    for (int i = 0; i < rounds * bench.at_once; ++i) {
        const auto start = clock.now() + std::chrono::hours{2 + i};
        const auto id = ids.next<domain::ShowtimeId>();
        change.showtimes.push_back({.id = id,
                                    .movie_id = movie,
                                    .auditorium_id = room,
                                    .seatmap_id = map,
                                    .start_time = start,
                                    .end_time = start + std::chrono::hours{1},
                                    .prices = {1'000, {}, {}, {}, {}},
                                    .currency = "THB"});
        bench.showtimes.push_back(id);
    }
    const auto applied =
        bench.store.catalog().apply(change, bench.store.catalog().snapshot()->revision());
    if (!applied) throw std::runtime_error(applied.error().detail);
}

Awaitable<void> make_users(Bench& bench, env::IdSource& ids, int count) {
    for (int i = 0; i < count; ++i) {
        domain::User user{.id = ids.next<domain::UserId>(),
                          .email = {},
                          .name = "Bench",
                          .role = domain::Role::USER,
                          .password_hash = {},
                          .created_at = {}};
        user.email = user.id.to_hex() + "@bench";
        bench.users.push_back(user.id);
        const auto made = co_await bench.store.users().put(std::move(user));
        if (!made) throw std::runtime_error(made.error().detail);
    }
}

booking::HoldRequest request_for(const Bench& bench, int number) {
    // The showtimes at once are sold in turn, each from its first seat to its last.
    const int round = number / (kBookingsPerShowtime * bench.at_once);
    const int within = number % (kBookingsPerShowtime * bench.at_once);
    const int seat = within / bench.at_once * 2;
    const auto code = [](int i) {
        return std::string(1, static_cast<char>('A' + i / 30)) + std::to_string(i % 30 + 1);
    };
    return {.showtime_id = bench.showtimes[static_cast<std::size_t>(round * bench.at_once +
                                                                    within % bench.at_once)],
            .actor = {bench.users[static_cast<std::size_t>(number) % bench.users.size()]},
            .seats = {code(seat), code(seat + 1)},
            .idempotency_key = {}};
}

Awaitable<void> caller(Bench& bench) {
    for (;;) {
        const int number = bench.next++;
        if (number >= bench.bookings) co_return;
        auto request = request_for(bench, number);
        const domain::Actor actor = request.actor;
        const auto started = std::chrono::steady_clock::now();
        const auto held = co_await bench.store.bookings().hold(std::move(request));
        bench.hold_ms[static_cast<std::size_t>(number)] =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started)
                .count();
        if (!held) throw std::runtime_error(held.error().detail);
        const auto paid = co_await bench.store.bookings().pay(held->id, actor);
        if (!paid) throw std::runtime_error(paid.error().detail);
        const auto sold = co_await bench.store.bookings().confirm(held->id, actor);
        if (!sold) throw std::runtime_error(sold.error().detail);
        ++bench.done;
    }
}

void rethrow(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

int main(int count, char** arguments) {
    const auto number = [&](int at, int otherwise) {
        return count > at ? std::atoi(arguments[at]) : otherwise;
    };
    if (count < 2) return 2;
    env::SystemClock clock;
    env::SystemIds ids(clock);
    telemetry::Metrics metrics;
    telemetry::Logger logger(telemetry::LogLevel::warn, 2);
    const auto opening = std::chrono::steady_clock::now();
    auto opened =
        embedded::EmbeddedStore::open({.data_dir = arguments[1]}, clock, ids, metrics, logger);
    if (!opened) {
        fmt::print(stderr, "{}\n", opened.error().detail);
        return 1;
    }
    const std::chrono::duration<double, std::milli> open_ms =
        std::chrono::steady_clock::now() - opening;
    Bench bench{.store = **opened,
                .showtimes = {},
                .users = {},
                .bookings = number(2, 30'000),
                .at_once = number(4, 20),
                .hold_ms = {}};
    bench.hold_ms.resize(static_cast<std::size_t>(bench.bookings));
    const int callers = number(3, 64);
    // The feed is called on the writer's thread: the way to its clock.
    std::atomic<double> writer_cpu{0};
    bench.store.set_seat_feed([&](auto) { writer_cpu = thread_cpu_seconds(); });
    make_cinema(bench, ids, clock);
    {
        boost::asio::io_context context(1);
        boost::asio::co_spawn(context, make_users(bench, ids, 1'000), rethrow);
        context.run();
        context.restart();
        // One booking first, so that the clock has been read and all statements are prepared.
        bench.bookings = 1;
        boost::asio::co_spawn(context, caller(bench), rethrow);
        context.run();
        bench.bookings = number(2, 30'000);
    }

    boost::asio::io_context context(1);
    auto relay = events::make_relay_worker(context.get_executor(), bench.store.outbox(),
                                           std::chrono::milliseconds{50}, 512, metrics, logger);
    relay.start();
    const auto commits = [&] { return metrics.write_batch_size.Collect().histogram; };
    const auto before = commits();
    const auto commit_seconds = metrics.commit_seconds.Collect().histogram.sample_sum;
    const double cpu_before = writer_cpu;
    timespec process_before{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &process_before);
    const auto started = std::chrono::steady_clock::now();
    std::atomic<int> running{callers};
    for (int i = 0; i < callers; ++i) {
        boost::asio::co_spawn(context, caller(bench), [&](std::exception_ptr failure) {
            rethrow(failure);
            if (--running == 0) relay.stop();
        });
    }
    context.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    timespec process_after{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &process_after);
    const auto after = commits();
    const double commands = after.sample_sum - before.sample_sum;
    const double batches = static_cast<double>(after.sample_count - before.sample_count);
    std::sort(bench.hold_ms.begin(), bench.hold_ms.end());
    const auto at = [&](double share) {
        return bench.hold_ms[static_cast<std::size_t>(share * (bench.bookings - 1))];
    };
    fmt::print(
        "bookings/s {:.0f}  writer CPU µs/booking {:.1f}  process CPU µs/booking {:.1f}  "
        "commands/batch {:.1f}  commit ms {:.2f}  hold ms p50 {:.2f} p99 {:.2f} max {:.2f}  "
        "open ms {:.1f}\n",
        bench.bookings / took.count(), (writer_cpu - cpu_before) * 1e6 / bench.bookings,
        (static_cast<double>(process_after.tv_sec - process_before.tv_sec) * 1e6 +
         static_cast<double>(process_after.tv_nsec - process_before.tv_nsec) * 1e-3) /
            bench.bookings,
        commands / batches,
        (metrics.commit_seconds.Collect().histogram.sample_sum - commit_seconds) * 1e3 / batches,
        at(0.5), at(0.99), at(1.0), open_ms.count());
    bench.store.stop();
}
