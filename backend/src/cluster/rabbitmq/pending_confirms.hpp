#pragma once

#include <cstdint>
#include <vector>

namespace cinema::cluster {

/// Which messages of a window, sent one after the other, the broker has not confirmed yet. Tags
/// count from 1 for a channel.
class PendingConfirms {
  public:
    PendingConfirms(std::uint64_t first_tag, std::size_t count)
        : first_tag_(first_tag), open_(count, true), remaining_(count) {}

    /// This tag, or with `multiple` all up to it (0: all). Tags of other windows are ignored.
    void confirmed(std::uint64_t tag, bool multiple) {
        const std::uint64_t last_tag = first_tag_ + open_.size() - 1;
        if (multiple && (tag == 0 || tag > last_tag)) tag = last_tag;
        if (tag < first_tag_ || tag > last_tag) return;
        const auto place = static_cast<std::size_t>(tag - first_tag_);
        for (std::size_t i = multiple ? 0 : place; i <= place; ++i) {
            if (open_[i]) --remaining_;
            open_[i] = false;
        }
    }
    bool all_confirmed() const { return remaining_ == 0; }

  private:
    std::uint64_t first_tag_;
    std::vector<bool> open_;
    std::size_t remaining_;
};

}  // namespace cinema::cluster
