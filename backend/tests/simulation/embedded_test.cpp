#include <fmt/format.h>
#include <gtest/gtest.h>

#include "simulation/embedded/run.hpp"

namespace cinema::simulation::machine {
namespace {

std::string told(const Outcome& outcome, std::uint64_t seed) {
    std::string text = fmt::format("./dev simulate --engine embedded --seed {} --trace\n", seed);
    for (const auto& violation : outcome.violations) text += violation + "\n";
    return text;
}

TEST(EmbeddedSimulation, NothingIsEverWrong) {
    constexpr std::uint64_t kSeeds = 200;
    std::size_t bookings = 0;
    std::size_t sold = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const Outcome outcome = run(plan_of(seed));
        ASSERT_TRUE(outcome.violations.empty()) << told(outcome, seed);
        bookings += outcome.bookings;
        sold += outcome.sold;
    }
    // It proves nothing unless something is sold.
    EXPECT_GT(bookings, 5 * kSeeds);
    EXPECT_GT(sold, kSeeds / 2);
}

TEST(EmbeddedSimulation, ARunFollowsFromItsSeed) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        std::vector<std::string> first;
        std::vector<std::string> second;
        run(plan_of(seed), [&](const std::string& line) { first.push_back(line); });
        run(plan_of(seed), [&](const std::string& line) { second.push_back(line); });
        EXPECT_GT(first.size(), 50u);
        EXPECT_EQ(first, second) << "seed " << seed;
    }
}

std::string guard_name(const testing::TestParamInfo<GuardText>& text) {
    return std::string(word(text.param.guard));
}

class WithoutEngineGuard : public testing::TestWithParam<GuardText> {};

TEST_P(WithoutEngineGuard, IsNoticedWithinAThousandSeeds) {
    for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
        if (!run(plan_of(seed, GetParam().guard)).violations.empty()) return;
    }
    FAIL() << "nothing notices that " << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(EmbeddedSimulation, WithoutEngineGuard,
                         testing::ValuesIn(guards().begin(), guards().end()), guard_name);

}  // namespace
}  // namespace cinema::simulation::machine
