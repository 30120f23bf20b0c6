#include "cluster/redis/seat_locks.hpp"

#include <atomic>

#include "cluster/redis/redis_under_test.hpp"
#include "support/wait_for.hpp"

namespace cinema::cluster {

using namespace std::chrono_literals;

namespace {

using Seats = std::vector<std::string>;

/// A showtime and users that nobody else has, on a server.
struct Locks {
    explicit Locks(const RedisAddress& where, SeatLockOptions options = {})
        : address(where),
          client({.address = where}, observed.metrics(), observed.logger()),
          locks(client, options, observed.metrics()),
          observer(where) {}
    ~Locks() { client.stop(); }

    Result<std::vector<TakenKey>> acquire(Seats seats, domain::UserId user) {
        return wait_for(locks.acquire(showtime, std::move(seats), user));
    }
    Result<void> release(Seats seats, domain::UserId user) {
        return wait_for(locks.release(showtime, std::move(seats), user));
    }
    std::string key(const std::string& seat) const {
        return "lock:showtime:" + showtime.to_hex() + ":seat:" + seat;
    }
    std::string holder(const std::string& seat) { return observer.text({"GET", key(seat)}); }

    RedisAddress address;
    Observed observed;
    RedisClient client;
    RedisSeatLocks locks;
    RedisObserver observer;
    domain::ShowtimeId showtime = test_ids().next<domain::ShowtimeId>();
    domain::UserId ann = test_ids().next<domain::UserId>();
    domain::UserId ben = test_ids().next<domain::UserId>();
};

}  // namespace

TEST(SeatLocks, AreTheKeysOfTheContract) {
    Locks on(shared_redis(), {.ttl = 300s});
    const auto taken = on.acquire({"A1", "A2"}, on.ann);
    ASSERT_TRUE(taken) << taken.error().detail;
    EXPECT_TRUE(taken->empty());
    EXPECT_EQ(on.holder("A1"), on.ann.to_hex());
    EXPECT_EQ(on.holder("A2"), on.ann.to_hex());
    const auto left = on.observer.number({"TTL", on.key("A1")});
    EXPECT_GE(left, 298);
    EXPECT_LE(left, 300);
    EXPECT_EQ(on.observed.calls("redis", "locks.acquire"), 1);
}

TEST(SeatLocks, EndAfterTheTtl) {
    Locks on(shared_redis(), {.ttl = 1s});
    ASSERT_TRUE(on.acquire({"A1"}, on.ann)->empty());
    EXPECT_TRUE(soon([&] { return on.acquire({"A1"}, on.ben)->empty(); }));
    EXPECT_EQ(on.holder("A1"), on.ben.to_hex());
}

TEST(SeatLocks, AllOrNoneAndTheTakenAreNamedInTheOrderAsked) {
    Locks on(shared_redis());
    ASSERT_TRUE(on.acquire({"B2"}, on.ann)->empty());
    ASSERT_TRUE(on.acquire({"A1"}, on.ben)->empty());
    const auto taken = on.acquire({"C3", "B2", "A9", "A1"}, on.ben);
    ASSERT_TRUE(taken) << taken.error().detail;
    ASSERT_EQ(taken->size(), 2u);
    EXPECT_EQ((*taken)[0].seat_code, "B2");
    EXPECT_EQ((*taken)[0].user_id, on.ann);
    EXPECT_EQ((*taken)[1].seat_code, "A1");
    EXPECT_EQ((*taken)[1].user_id, on.ben);
    EXPECT_EQ(on.observer.number({"EXISTS", on.key("C3")}), 0);
    EXPECT_EQ(on.observer.number({"EXISTS", on.key("A9")}), 0);
}

TEST(SeatLocks, AreReleasedByTheirHolderOnly) {
    Locks on(shared_redis());
    ASSERT_TRUE(on.acquire({"A1", "A2"}, on.ann)->empty());
    ASSERT_TRUE(on.acquire({"A3"}, on.ben)->empty());
    ASSERT_TRUE(on.release({"A1", "A2"}, on.ben));
    EXPECT_EQ(on.holder("A1"), on.ann.to_hex());
    ASSERT_TRUE(on.release({"A1", "A2", "A3", "A4"}, on.ann));
    EXPECT_EQ(on.observer.number({"EXISTS", on.key("A1"), on.key("A2")}), 0);
    EXPECT_EQ(on.holder("A3"), on.ben.to_hex());
    EXPECT_EQ(on.observed.calls("redis", "locks.release"), 2);
}

TEST(SeatLocks, ReleaseLaterComesSoon) {
    Locks on(shared_redis());
    ASSERT_TRUE(on.acquire({"A1", "A2"}, on.ann)->empty());
    ASSERT_TRUE(on.acquire({"A3"}, on.ben)->empty());
    on.locks.release_later(on.showtime, {"A1", "A2", "A3"}, on.ann);
    EXPECT_TRUE(soon([&] {
        return on.observer.number({"EXISTS", on.key("A1"), on.key("A2")}) == 0;
    }));
    EXPECT_EQ(on.holder("A3"), on.ben.to_hex());
}

TEST(SeatLocks, WhatWaitsIsSentBeforeTheEnd) {
    Locks on(shared_redis());
    Seats seats;
    for (int i = 0; i < 500; ++i) seats.push_back("S" + std::to_string(i));
    ASSERT_TRUE(on.acquire(seats, on.ann)->empty());
    for (const std::string& seat : seats) on.locks.release_later(on.showtime, {seat}, on.ann);
    on.client.stop();
    for (const std::string& seat : seats) EXPECT_EQ(on.holder(seat), "") << seat;
}

TEST(SeatLocks, WithAHashTagOnRequest) {
    Locks on(shared_redis(), {.hash_tag = true});
    ASSERT_TRUE(on.acquire({"A1"}, on.ann)->empty());
    const std::string key = "lock:showtime:{" + on.showtime.to_hex() + "}:seat:A1";
    EXPECT_EQ(on.observer.text({"GET", key}), on.ann.to_hex());
    ASSERT_TRUE(on.release({"A1"}, on.ann));
    EXPECT_EQ(on.observer.number({"EXISTS", key}), 0);
}

TEST(SeatLocks, AStrangersValueIsTakenByNobodyKnown) {
    Locks on(shared_redis());
    on.observer.ask({"SET", on.key("A1"), "what is this", "EX", "30"});
    const auto taken = on.acquire({"A1"}, on.ann);
    ASSERT_TRUE(taken) << taken.error().detail;
    ASSERT_EQ(taken->size(), 1u);
    EXPECT_TRUE(taken->front().user_id.is_nil());
}

TEST(SeatLocks, NoSeatsAreNoCall) {
    Locks on(shared_redis());
    EXPECT_TRUE(on.acquire({}, on.ann)->empty());
    EXPECT_TRUE(on.release({}, on.ann));
    EXPECT_EQ(on.observed.calls("redis", "locks.acquire"), 0);
}

TEST(SeatLocks, ScriptsAreLoadedAgainWhenTheServerHasLostThem) {
    const RedisServer server;
    Locks on(server.address());
    for (int round = 0; round < 3; ++round) {
        on.observer.ask({"SCRIPT", "FLUSH"});
        ASSERT_TRUE(on.acquire({"A1"}, on.ann)->empty());
        on.observer.ask({"SCRIPT", "FLUSH"});
        const auto taken = on.acquire({"A1"}, on.ben);
        ASSERT_TRUE(taken) << taken.error().detail;
        EXPECT_EQ(taken->size(), 1u);
        on.observer.ask({"SCRIPT", "FLUSH"});
        ASSERT_TRUE(on.release({"A1"}, on.ann));
        EXPECT_EQ(on.holder("A1"), "");

        ASSERT_TRUE(on.acquire({"A1", "A2"}, on.ann)->empty());
        on.observer.ask({"SCRIPT", "FLUSH"});
        on.locks.release_later(on.showtime, {"A1"}, on.ann);
        on.locks.release_later(on.showtime, {"A2"}, on.ann);
        EXPECT_TRUE(soon([&] { return on.holder("A1").empty() && on.holder("A2").empty(); }));
    }
    EXPECT_EQ(on.observed.errors("redis"), 0);
}

TEST(SeatLocks, AnEmptiedServerHasNoKeys) {
    const RedisServer server;
    Locks on(server.address());
    ASSERT_TRUE(on.acquire({"A1"}, on.ann)->empty());
    on.observer.ask({"FLUSHALL"});
    EXPECT_TRUE(on.acquire({"A1"}, on.ben)->empty());
    ASSERT_TRUE(on.release({"A1"}, on.ann));
    EXPECT_EQ(on.holder("A1"), on.ben.to_hex());
}

TEST(SeatLocks, ARefusalOfTheServerIsUnavailable) {
    const RedisServer server({"--maxmemory", "1mb", "--maxmemory-policy", "noeviction"});
    Locks on(server.address());
    on.observer.ask({"CONFIG", "SET", "maxmemory", "1"});
    const auto taken = on.acquire({"A1"}, on.ann);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, domain::Errc::unavailable);
    on.observer.ask({"CONFIG", "SET", "maxmemory", "0"});
    EXPECT_TRUE(on.acquire({"A1"}, on.ann)->empty());
    EXPECT_EQ(on.observed.lines_with("OOM"), 1) << on.observed.log();
}

// Eight threads take and release overlapping sets; each set held is looked at key by key.
TEST(SeatLocks, NeverTwoOwnersAndNeverAPartOfASet) {
    Locks on(shared_redis());
    constexpr int kThreads = 8;
    constexpr int kRounds = 150;
    constexpr std::size_t kSeats = 6;
    std::array<std::atomic<int>, kSeats> owner{};
    std::atomic<int> won{0}, lost{0}, broken{0};
    std::vector<std::thread> threads;
    for (int me = 1; me <= kThreads; ++me) {
        threads.emplace_back([&, me] {
            const auto user = test_ids().next<domain::UserId>();
            std::minstd_rand random(static_cast<unsigned>(me));
            for (int round = 0; round < kRounds; ++round) {
                const std::size_t first = random() % kSeats;
                const std::size_t count = 1 + random() % 3;
                Seats seats;
                for (std::size_t i = 0; i < count; ++i) {
                    seats.push_back("R" + std::to_string((first + i) % kSeats));
                }
                const auto taken = on.acquire(seats, user);
                if (!taken) {
                    ++broken;
                    continue;
                }
                if (!taken->empty()) {
                    ++lost;
                    for (const TakenKey& key : *taken) broken += key.user_id == user ? 1 : 0;
                    continue;
                }
                ++won;
                for (std::size_t i = 0; i < count; ++i) {
                    int nobody = 0;
                    if (!owner[(first + i) % kSeats].compare_exchange_strong(nobody, me)) ++broken;
                }
                std::this_thread::yield();
                for (std::size_t i = 0; i < count; ++i) owner[(first + i) % kSeats] = 0;
                if (!on.release(seats, user)) ++broken;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(broken, 0);
    EXPECT_GT(won, 0);
    EXPECT_GT(lost, 0);
    for (std::size_t i = 0; i < kSeats; ++i) EXPECT_EQ(on.holder("R" + std::to_string(i)), "");
}

}  // namespace cinema::cluster
