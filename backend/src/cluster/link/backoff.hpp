#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace cinema::cluster {

/// Pauses between attempts: doubling from `first` to `max`, each shortened by up to a half at
/// random, so that instances that lost a server together do not return to it together.
class Backoff {
  public:
    Backoff(std::chrono::milliseconds first, std::chrono::milliseconds max)
        : first_(first), max_(max), pause_(first), random_(std::random_device{}()) {}

    std::chrono::milliseconds next() {
        const auto pause = pause_;
        pause_ = std::min(pause_ * 2, max_);
        return std::chrono::milliseconds(
            std::uniform_int_distribution<std::int64_t>(pause.count() / 2, pause.count())(random_));
    }
    void reset() { pause_ = first_; }

  private:
    std::chrono::milliseconds first_;
    std::chrono::milliseconds max_;
    std::chrono::milliseconds pause_;
    std::minstd_rand random_;
};

}  // namespace cinema::cluster
