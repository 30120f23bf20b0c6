#pragma once

#include <cstdint>

namespace cinema::simulation {

/// The only source of chance in a run: the same seed gives the same numbers on every machine
/// (SplitMix64; the standard library's distributions differ between implementations).
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

    std::uint64_t next() {
        std::uint64_t value = (state_ += 0x9e3779b97f4a7c15ULL);
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
        value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
        return value ^ (value >> 31);
    }
    /// 0 … count - 1. `count` is not 0.
    std::uint64_t below(std::uint64_t count) { return next() % count; }
    /// from … to, both included.
    std::int64_t between(std::int64_t from, std::int64_t to) {
        return from + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(to - from + 1)));
    }
    bool one_in(std::uint64_t count) { return below(count) == 0; }
    bool per_mille(std::uint64_t chance) { return below(1'000) < chance; }

  private:
    std::uint64_t state_;
};

}  // namespace cinema::simulation
