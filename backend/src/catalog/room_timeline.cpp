#include "catalog/room_timeline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cinema::catalog {

namespace {

void report_overlap(const Slot& culprit, const Slot& other, std::chrono::minutes cleaning,
                    FileErrors& errors) {
    const std::string line = other.at.line ? fmt::format(", line {}", other.at.line) : "";
    errors.add(culprit.at,
               fmt::format("{} from {} to {} overlaps {} from {} to {}{} in the same auditorium "
                           "({} minutes for cleaning included): choose another time or auditorium.",
                           in_quotes(culprit.title), domain::format_rfc3339(culprit.start),
                           domain::format_rfc3339(culprit.end), in_quotes(other.title),
                           domain::format_rfc3339(other.start), domain::format_rfc3339(other.end),
                           line, cleaning.count()));
}

}  // namespace

void RoomTimeline::check(std::chrono::minutes cleaning, FileErrors& errors) {
    std::stable_sort(slots_.begin(), slots_.end(),
                     [](const Slot& a, const Slot& b) { return a.start < b.start; });
    // Of all slots so far, and of those that change, the one that ends last.
    const Slot* last = nullptr;
    const Slot* last_changing = nullptr;
    for (const Slot& slot : slots_) {
        const Slot* before = slot.changes ? last : last_changing;
        if (before && slot.start < before->end + cleaning) {
            const Slot& culprit = slot.changes ? slot : *before;
            report_overlap(culprit, slot.changes ? *before : slot, cleaning, errors);
        }
        if (!last || slot.end > last->end) last = &slot;
        if (slot.changes && (!last_changing || slot.end > last_changing->end)) {
            last_changing = &slot;
        }
    }
}

bool RoomTimeline::is_free(domain::UtcTime start, domain::UtcTime end,
                           std::chrono::minutes cleaning) const {
    // Ends ascend as starts do, because nothing overlaps.
    const auto next =
        std::upper_bound(slots_.begin(), slots_.end(), start,
                         [](domain::UtcTime time, const Slot& slot) { return time < slot.start; });
    if (next != slots_.begin() && start < std::prev(next)->end + cleaning) return false;
    return next == slots_.end() || next->start >= end + cleaning;
}

}  // namespace cinema::catalog
