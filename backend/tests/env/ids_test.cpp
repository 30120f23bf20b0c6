#include "env/ids.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <thread>

namespace cinema::env {
namespace {

class StoppedClock final : public Clock {
  public:
    domain::UtcTime now() const override { return time; }
    domain::UtcTime time{std::chrono::milliseconds{1'790'000'000'123}};
};

TEST(SystemIds, BeginWithTheTimeInSeconds) {
    const StoppedClock clock;
    SystemIds ids(clock);
    EXPECT_EQ(ids.object_id().to_hex().substr(0, 8), "6ab13b80");
}

TEST(SystemIds, SortByTheTimeTheyWereMade) {
    StoppedClock clock;
    SystemIds ids(clock);
    auto last = ids.object_id();
    for (int i = 0; i < 10'000; ++i) {
        if (i % 100 == 0) clock.time += std::chrono::seconds{1};
        const auto next = ids.object_id();
        ASSERT_LT(last, next);
        last = next;
    }
}

TEST(SystemIds, AreUniqueAcrossThreadsAndSources) {
    const StoppedClock clock;
    SystemIds one(clock);
    SystemIds two(clock);
    std::vector<std::vector<domain::ObjectId>> made(4);
    std::vector<std::vector<std::string>> uuids(4);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            auto& ids = t % 2 == 0 ? one : two;
            for (int i = 0; i < 5'000; ++i) {
                made[t].push_back(ids.object_id());
                uuids[t].push_back(ids.uuid());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    std::set<domain::ObjectId> all;
    std::set<std::string> all_uuids;
    for (std::size_t t = 0; t < 4; ++t) {
        all.insert(made[t].begin(), made[t].end());
        all_uuids.insert(uuids[t].begin(), uuids[t].end());
    }
    EXPECT_EQ(all.size(), 20'000u);
    EXPECT_EQ(all_uuids.size(), 20'000u);
}

TEST(SystemIds, UuidsAreVersion7OfTheirMillisecond) {
    const StoppedClock clock;
    SystemIds ids(clock);
    // RFC 9562, section 5.7: 48 bits of milliseconds, version 7, variant 10.
    const std::regex version_7("01a0c450-6c7b-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    for (int i = 0; i < 100; ++i) {
        const auto uuid = ids.uuid();
        EXPECT_TRUE(std::regex_match(uuid, version_7)) << uuid;
    }
}

TEST(SystemClock, TellsTheTimeInWholeMilliseconds) {
    const SystemClock clock;
    const auto before = std::chrono::system_clock::now();
    const auto now = clock.now();
    EXPECT_GE(now + std::chrono::milliseconds{1}, before);
    EXPECT_LE(now, std::chrono::system_clock::now());
}

}  // namespace
}  // namespace cinema::env
