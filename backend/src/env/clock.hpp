#pragma once

#include "domain/time.hpp"

namespace cinema::env {

/// Where the time comes from, so that tests and the simulator can own it. Any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual domain::UtcTime now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
  public:
    domain::UtcTime now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

}  // namespace cinema::env
