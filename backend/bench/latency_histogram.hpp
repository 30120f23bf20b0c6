#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace bench {

// Counts durations in nanoseconds in buckets that are at most 1/64 of their value wide, in the
// manner of HdrHistogram: constant memory, constant time, and a tail that is never sampled away.
class LatencyHistogram {
  public:
    void record(std::int64_t nanoseconds) {
        const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 0));
        ++counts_[index_of(value)];
        ++total_;
        max_ = std::max(max_, value);
    }

    std::uint64_t total() const { return total_; }

    // The smallest bucket bound that at least `fraction` (0..1) of all durations do not exceed,
    // in microseconds; 0 when nothing was recorded.
    double percentile_us(double fraction) const {
        const auto rank = static_cast<std::uint64_t>(fraction * static_cast<double>(total_));
        std::uint64_t seen = 0;
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            seen += counts_[i];
            if (seen > rank) return to_us(std::min(upper_bound_of(i), max_));
        }
        return to_us(max_);
    }

    // Prints `"name":{...},` with microseconds, as a member of a JSON object.
    void print_json(const char* name) const {
        std::printf(
            "\"%s\":{\"count\":%llu,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,"
            "\"max\":%.1f},",
            name, static_cast<unsigned long long>(total_), percentile_us(0.5), percentile_us(0.9),
            percentile_us(0.99), percentile_us(0.999), to_us(max_));
    }

  private:
    static constexpr unsigned kSubBits = 6;
    static constexpr std::size_t kSubBuckets = std::size_t{1} << kSubBits;

    static std::size_t index_of(std::uint64_t value) {
        if (value < kSubBuckets) return static_cast<std::size_t>(value);
        const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - kSubBits - 1;
        return (shift + 1) * kSubBuckets + static_cast<std::size_t>(value >> shift) - kSubBuckets;
    }

    static std::uint64_t upper_bound_of(std::size_t index) {
        if (index < kSubBuckets) return index;
        const std::size_t shift = index / kSubBuckets - 1;
        const std::uint64_t base = kSubBuckets + index % kSubBuckets;
        return ((base + 1) << shift) - 1;
    }

    static double to_us(std::uint64_t nanoseconds) {
        return static_cast<double>(nanoseconds) / 1000.0;
    }

    std::array<std::uint64_t, (64 - kSubBits + 1) * kSubBuckets> counts_{};
    std::uint64_t total_ = 0;
    std::uint64_t max_ = 0;
};

}  // namespace bench
