#include "embedded/seat_cache.hpp"

namespace cinema::embedded {

SeatCache::States SeatCache::find(const domain::ShowtimeId& showtime, std::uint64_t revision) {
    std::lock_guard lock(mutex_);
    const auto found = index_.find(showtime);
    if (found == index_.end() || found->second->revision != revision) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return found->second->states;
}

SeatCache::States SeatCache::put(const domain::ShowtimeId& showtime, std::uint64_t revision,
                                 States states) {
    std::lock_guard lock(mutex_);
    const auto found = index_.find(showtime);
    if (found != index_.end()) {
        Entry& entry = *found->second;
        if (entry.revision > revision) return states;
        entry.revision = revision;
        if (entry.states->seats != states->seats) entry.states = std::move(states);
        entries_.splice(entries_.begin(), entries_, found->second);
        return entry.states;
    }
    entries_.push_front({showtime, revision, std::move(states)});
    index_.emplace(showtime, entries_.begin());
    if (entries_.size() > showtimes_max_) {
        index_.erase(entries_.back().showtime);
        entries_.pop_back();
    }
    return entries_.front().states;
}

}  // namespace cinema::embedded
