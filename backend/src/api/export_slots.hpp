#pragma once

#include <atomic>
#include <memory>

#include "http/message.hpp"

namespace cinema::api {

/// Large answers that may be in memory at the same time, whether still being made or on their way
/// to a slow client. Any thread.
class ExportSlots {
  public:
    static constexpr int kExportsMax = 2;

    /// Given back when the last copy is dropped; null when all are taken.
    std::shared_ptr<void> take() {
        int taken = taken_->load();
        do {
            if (taken >= kExportsMax) return nullptr;
        } while (!taken_->compare_exchange_weak(taken, taken + 1));
        // The pointer only has to be non-null; what counts is its end. It may outlive this.
        return std::shared_ptr<void>(taken_.get(), [count = taken_](void*) { --*count; });
    }

    /// The content, keeping the slot for as long as it is in memory.
    static http::SharedContent keep(std::shared_ptr<void> slot, http::SharedContent content) {
        struct Kept {
            std::shared_ptr<void> slot;
            http::SharedContent content;
        };
        const auto* bytes = content.get();
        auto kept = std::make_shared<Kept>(Kept{std::move(slot), std::move(content)});
        return {std::move(kept), bytes};
    }

  private:
    std::shared_ptr<std::atomic<int>> taken_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace cinema::api
