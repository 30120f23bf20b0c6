#include "api/content_cache.hpp"

#include <gtest/gtest.h>

namespace cinema::api {
namespace {

using namespace std::chrono_literals;

TEST(ContentCache, KeepsADashboardForTwoSeconds) {
    ContentCache cache;
    const domain::UtcTime made{1'790'000'000'000ms};
    const auto week = std::make_shared<const http::Content>("application/json", "{}", true);
    EXPECT_EQ(cache.dashboard(7, made), nullptr);
    cache.keep_dashboard(7, made, week);
    EXPECT_EQ(cache.dashboard(7, made), week);
    EXPECT_EQ(cache.dashboard(7, made + 1999ms), week);
    EXPECT_EQ(cache.dashboard(14, made), nullptr);
    EXPECT_EQ(cache.dashboard(7, made + 2s), nullptr);
    EXPECT_EQ(cache.dashboard(7, made - 1ms), nullptr) << "the clock was set back";
}

}  // namespace
}  // namespace cinema::api
