#pragma once

#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

#include "simulation/kernel/scheduler.hpp"

namespace cinema::simulation {

/// What a run tells: its trace, when somebody listens, and what went wrong.
class Journal {
  public:
    Journal(const Scheduler& scheduler, std::function<void(const std::string&)> listener)
        : scheduler_(scheduler), listener_(std::move(listener)) {}

    template <class... Args>
    void trace(fmt::format_string<Args...> format, Args&&... args) {
        if (listener_) write(fmt::format(format, std::forward<Args>(args)...));
    }
    /// The run is wrong; it ends after this action.
    template <class... Args>
    void wrong(fmt::format_string<Args...> format, Args&&... args) {
        std::string text = fmt::format(format, std::forward<Args>(args)...);
        if (listener_) write("WRONG: " + text);
        violations_.push_back(fmt::format("at {:.3f} s: {}", seconds(), text));
    }
    bool tracing() const { return static_cast<bool>(listener_); }
    const std::vector<std::string>& violations() const { return violations_; }

  private:
    double seconds() const { return static_cast<double>(scheduler_.now().count()) / 1e6; }
    void write(const std::string& text) { listener_(fmt::format("{:10.4f} {}", seconds(), text)); }

    const Scheduler& scheduler_;
    const std::function<void(const std::string&)> listener_;
    std::vector<std::string> violations_;
};

/// The last digits of an id: what differs within a run.
template <class Id>
std::string brief(const Id& id) {
    return id.to_hex().substr(19);
}

}  // namespace cinema::simulation
