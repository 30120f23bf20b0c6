#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "booking/booking_queries.hpp"
#include "domain/id.hpp"
#include "domain/time.hpp"
#include "http/message.hpp"

namespace cinema::api {

/// The hot answers, serialized once and shared until the data they were made of is replaced.
/// Any thread.
class ContentCache {
  public:
    /// The list of movies of a catalogue revision; `make` is called when there is none yet.
    template <class Make>
    http::SharedContent movies(std::int64_t revision, Make make) {
        {
            const std::lock_guard lock(mutex_);
            if (movies_ && movies_revision_ == revision) return movies_;
        }
        http::SharedContent made = make();
        const std::lock_guard lock(mutex_);
        if (!movies_ || movies_revision_ < revision) {
            movies_ = made;
            movies_revision_ = revision;
        }
        return made;
    }

    /// A showtime's seats, by the identity of the states they were made of. The cache keeps the
    /// states alive, so a pointer cannot come back for other states.
    template <class Make>
    http::SharedContent seats(domain::ShowtimeId showtime, std::int64_t revision,
                              std::shared_ptr<const booking::SeatStates> states, Make make) {
        Shard& shard = shards_[std::hash<domain::ShowtimeId>{}(showtime) % kShards];
        {
            const std::lock_guard lock(shard.mutex);
            const auto found = shard.seats.find(showtime);
            if (found != shard.seats.end() && found->second.states == states &&
                found->second.revision == revision) {
                return found->second.content;
            }
        }
        http::SharedContent made = make();
        const std::lock_guard lock(shard.mutex);
        // Any one makes room: an evicted answer costs no more than making it again.
        if (shard.seats.size() >= kShowtimesPerShardMax) shard.seats.erase(shard.seats.begin());
        shard.seats[showtime] = {std::move(states), revision, made};
        return made;
    }

    /// The dashboard of so many days, made at most kDashboardKept before; null when there is none.
    http::SharedContent dashboard(std::size_t days, domain::UtcTime now) {
        const std::lock_guard lock(mutex_);
        const auto found = dashboards_.find(days);
        if (found == dashboards_.end()) return nullptr;
        const auto age = now - found->second.made_at;
        const bool fresh = age >= std::chrono::seconds{0} && age < kDashboardKept;
        return fresh ? found->second.content : nullptr;
    }
    void keep_dashboard(std::size_t days, domain::UtcTime made_at, http::SharedContent content) {
        const std::lock_guard lock(mutex_);
        dashboards_[days] = {made_at, std::move(content)};
    }

  private:
    static constexpr std::chrono::seconds kDashboardKept{2};
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kShowtimesPerShardMax = 16;

    struct Seats {
        std::shared_ptr<const booking::SeatStates> states;
        std::int64_t revision = 0;
        http::SharedContent content;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<domain::ShowtimeId, Seats> seats;
    };

    struct Dashboard {
        domain::UtcTime made_at;
        http::SharedContent content;
    };

    std::mutex mutex_;
    std::unordered_map<std::size_t, Dashboard> dashboards_;  ///< one for each length, 90 at most
    http::SharedContent movies_;
    std::int64_t movies_revision_ = 0;
    std::array<Shard, kShards> shards_;
};

}  // namespace cinema::api
