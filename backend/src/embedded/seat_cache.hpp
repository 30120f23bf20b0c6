#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "booking/booking_queries.hpp"

namespace cinema::embedded {

/// A number per showtime that grows when its seats change: bumped by the writer after the commit
/// and before anyone is told, so a reader that finds the number unchanged has what is current.
/// Showtimes that share a place share the number, which costs a needless reload at worst.
class SeatRevisions {
  public:
    std::uint64_t of(const domain::ShowtimeId& showtime) const {
        return place(showtime).load(std::memory_order_acquire);
    }
    void bump(const domain::ShowtimeId& showtime) {
        place(showtime).fetch_add(1, std::memory_order_release);
    }

  private:
    static constexpr int kPlaceBits = 12;

    std::atomic<std::uint64_t>& place(const domain::ShowtimeId& showtime) const {
        // The hash multiplies, which gathers what tells ids apart in its highest bits.
        return places_[std::hash<domain::ShowtimeId>{}(showtime) >> (64 - kPlaceBits)];
    }
    mutable std::array<std::atomic<std::uint64_t>, 1U << kPlaceBits> places_{};
};

/// The latest seat states that were read, by showtime: at most `showtimes_max`, the least recently
/// used dropped first. Any thread.
class SeatCache {
  public:
    using States = std::shared_ptr<const booking::SeatStates>;

    explicit SeatCache(std::size_t showtimes_max) : showtimes_max_(showtimes_max) {}

    /// The states that were read at this revision; null when there are none.
    States find(const domain::ShowtimeId& showtime, std::uint64_t revision);

    /// Keeps states read after `revision` was. Answers with what to hand out: the pointer that was
    /// here before when it says the same (a shared place had been bumped), or the newer one when
    /// another reader was faster.
    States put(const domain::ShowtimeId& showtime, std::uint64_t revision, States states);

  private:
    struct Entry {
        domain::ShowtimeId showtime;
        std::uint64_t revision;
        States states;
    };

    const std::size_t showtimes_max_;
    std::mutex mutex_;
    std::list<Entry> entries_;  ///< most recently used first
    std::unordered_map<domain::ShowtimeId, std::list<Entry>::iterator> index_;
};

}  // namespace cinema::embedded
