#include "catalog/showtime_planner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace cinema::catalog {

namespace {

using domain::Movie;
using domain::SeatCategory;
using domain::SeatMap;
using domain::Showtime;
using domain::UtcTime;

UtcTime end_of(UtcTime start, int duration_min) {
    return start + std::chrono::minutes{duration_min};
}

bool same_showtime(const Showtime& a, const Showtime& b) {
    const auto fields = [](const Showtime& s) {
        return std::tie(s.id, s.movie_id, s.auditorium_id, s.seatmap_id, s.start_time, s.end_time,
                        s.prices, s.currency);
    };
    return fields(a) == fields(b);
}

}  // namespace

ShowtimePlanner::ShowtimePlanner(const ImportContext& context, RecordPlanner& records)
    : to_(context), records_(records) {
    for (const Showtime& showtime : to_.current.showtimes()) {
        existing_.emplace(std::pair(showtime.auditorium_id, showtime.start_time), &showtime);
    }
}

void ShowtimePlanner::plan_written_out() {
    for (const ShowtimeEntry& entry : to_.file.showtimes) {
        if (entry.usable) plan_showtime(entry);
    }
    plan_unnamed();
    for (auto& [room, timeline] : timelines_) timeline.check(to_.file.cleaning, to_.errors);
}

void ShowtimePlanner::plan_showtime(const ShowtimeEntry& entry) {
    const Movie* movie = records_.movie(entry.movie);
    const RoomPlan* room = records_.room(entry.auditorium);
    if (!movie || !room) return;
    const auto found = existing_.find({room->id, entry.start_time.value});
    const Showtime* existing = found == existing_.end() ? nullptr : found->second;
    if (existing) named_.insert(existing->id);
    if (!check_showtime_id(entry, existing)) return;
    if (existing && !agrees_with(*existing, entry, *movie)) return;

    const SeatMap* map = room->seat_map;
    if (existing) {
        map = to_.current.seat_map(existing->seatmap_id);
    } else if (entry.seatmap_id) {
        map = records_.seat_map_of(*room, entry.seatmap_id->value);
        if (!map) {
            to_.errors.add(entry.seatmap_id->at,
                           fmt::format("Auditorium {} has no seat map of this id: add it to its "
                                       "\"formerPlans\", or leave \"seatmapId\" out for the room's "
                                       "present plan.",
                                       in_quotes(room->key)));
            return;
        }
    }
    const auto prices = fit_prices(entry.prices, *map);
    const UtcTime end = end_of(entry.start_time.value, movie->duration_min);
    timelines_[room->id].add({.start = entry.start_time.value,
                              .end = end,
                              .title = movie->title,
                              .changes = !existing || existing->end_time != end,
                              .at = entry.start_time.at});
    if (!prices) return;
    Showtime showtime{.id = {},
                      .movie_id = movie->id,
                      .auditorium_id = room->id,
                      .seatmap_id = map->id(),
                      .start_time = entry.start_time.value,
                      .end_time = end,
                      .prices = *prices,
                      .currency = entry.prices.currency};
    showtime.id = existing   ? existing->id
                  : entry.id ? entry.id->value
                             : to_.ids.next<domain::ShowtimeId>();
    if (!existing || !same_showtime(*existing, showtime)) {
        to_.change.showtimes.push_back(std::move(showtime));
    }
}

bool ShowtimePlanner::check_showtime_id(const ShowtimeEntry& entry, const Showtime* existing) {
    if (!entry.id) return true;
    const Showtime* by_id = to_.current.showtime(entry.id->value);
    if (existing && existing->id != entry.id->value) {
        to_.errors.add(entry.id->at,
                       fmt::format("The showtime at this time in this auditorium has the id {}: "
                                   "write that one or leave \"id\" out.",
                                   existing->id.to_hex()));
        return false;
    }
    if (!existing && by_id) {
        // The one it is of stays as it is and must not count as named.
        to_.errors.add(
            entry.id->at,
            fmt::format("This id is that of the showtime at {} in auditorium {}, and a showtime "
                        "cannot be moved: leave \"id\" out to add another one.",
                        domain::format_rfc3339(by_id->start_time),
                        in_quotes(to_.current.auditorium(by_id->auditorium_id)->key)));
        return false;
    }
    return true;
}

bool ShowtimePlanner::agrees_with(const Showtime& existing, const ShowtimeEntry& entry,
                                  const Movie& movie) {
    bool agrees = true;
    if (existing.movie_id != movie.id) {
        to_.errors.add(entry.movie.at,
                       fmt::format("{} is on sale in this auditorium at this time, and the film of "
                                   "a showtime cannot be changed: choose another time.",
                                   in_quotes(to_.current.movie(existing.movie_id)->title)));
        agrees = false;
    }
    if (entry.seatmap_id && entry.seatmap_id->value != existing.seatmap_id) {
        to_.errors.add(entry.seatmap_id->at,
                       fmt::format("This showtime is on sale by the seat map {} and keeps it: "
                                   "write that one or leave \"seatmapId\" out.",
                                   existing.seatmap_id.to_hex()));
        agrees = false;
    }
    return agrees;
}

void ShowtimePlanner::plan_unnamed() {
    const auto& durations = records_.changed_durations();
    for (const Showtime& existing : to_.current.showtimes()) {
        if (named_.contains(existing.id)) continue;
        Slot slot{.start = existing.start_time,
                  .end = existing.end_time,
                  .title = to_.current.movie(existing.movie_id)->title,
                  .at = {}};
        if (const auto changed = durations.find(existing.movie_id); changed != durations.end()) {
            Showtime moved = existing;
            moved.end_time = end_of(existing.start_time, changed->second.value);
            slot.end = moved.end_time;
            slot.changes = true;
            slot.at = changed->second.at;
            to_.change.showtimes.push_back(std::move(moved));
        }
        timelines_[existing.auditorium_id].add(std::move(slot));
    }
}

/// The prices, when there is one for every category of the room and none for another.
std::optional<domain::Prices> ShowtimePlanner::fit_prices(const PricesEntry& prices,
                                                          const SeatMap& map) {
    auto [known, is_new] = categories_.try_emplace(&map);
    if (is_new) {
        known->second.fill(false);
        for (const domain::Seat& seat : map.seats()) {
            known->second[static_cast<std::size_t>(seat.category)] = true;
        }
    }
    domain::Prices fitted;
    bool good = true;
    for (std::size_t i = 0; i < fitted.size(); ++i) {
        const auto& amount = prices.amounts[i];
        const std::string_view category = domain::word(static_cast<SeatCategory>(i));
        if (known->second[i] && !amount) {
            Place at = prices.at;
            at.field += fmt::format(".{}", category);
            to_.errors.add(at, fmt::format("The room has {} seats: add their price.", category));
            good = false;
        } else if (!known->second[i] && amount) {
            to_.errors.add(amount->at, fmt::format("The seat map of this showtime has no {} seats: "
                                                   "remove their price.",
                                                   category));
            good = false;
        } else if (amount) {
            fitted[i] = amount->value;
        }
    }
    return good ? std::optional(fitted) : std::nullopt;
}

ShowtimePlanner::CandidatesByRoom ShowtimePlanner::schedule_candidates() {
    const auto offset = to_.file.utc_offset;
    const auto today = std::chrono::floor<std::chrono::days>(to_.now + offset);
    CandidatesByRoom candidates;
    for (const ScheduleEntry& entry : to_.file.schedule) {
        if (!entry.usable) continue;
        const Movie* movie = records_.movie(entry.movie);
        const RoomPlan* room = records_.room(entry.auditorium);
        if (!movie || !room) continue;
        const auto prices = fit_prices(entry.prices, *room->seat_map);
        if (!prices) continue;
        for (int day = 0; day <= kScheduleDays.count(); ++day) {
            const auto date = today + std::chrono::days{day};
            const bool shown =
                std::count(entry.days_from_today.begin(), entry.days_from_today.end(), day) +
                    std::count(entry.weekdays.begin(), entry.weekdays.end(),
                               std::chrono::weekday{std::chrono::sys_days{date}}) >
                0;
            if (!shown) continue;
            for (const auto& time : entry.start_times) {
                const UtcTime start = date + time.value - offset;
                candidates[room->id].push_back({.slot = {.start = start,
                                                         .end = end_of(start, movie->duration_min),
                                                         .title = movie->title,
                                                         .changes = true,
                                                         .at = time.at},
                                                .entry = &entry,
                                                .movie_id = movie->id,
                                                .prices = *prices,
                                                .room = room});
            }
        }
    }
    return candidates;
}

void ShowtimePlanner::plan_schedule() {
    const auto cleaning = to_.file.cleaning;
    for (auto& [room_id, candidates] : schedule_candidates()) {
        reject_overlaps(candidates);
        const RoomTimeline& timeline = timelines_[room_id];
        for (const Candidate& candidate : candidates) {
            const Slot& slot = candidate.slot;
            const bool in_reach = slot.start > to_.now && slot.start <= to_.now + kScheduleDays;
            // What is on sale or written out goes before: the schedule only fills what is free.
            if (!in_reach || !timeline.is_free(slot.start, slot.end, cleaning)) continue;
            to_.change.showtimes.push_back({.id = to_.ids.next<domain::ShowtimeId>(),
                                            .movie_id = candidate.movie_id,
                                            .auditorium_id = room_id,
                                            .seatmap_id = candidate.room->seat_map->id(),
                                            .start_time = slot.start,
                                            .end_time = slot.end,
                                            .prices = candidate.prices,
                                            .currency = candidate.entry->prices.currency});
        }
    }
}

/// Schedules must not overlap each other on any day they reach, those already past today included:
/// whether a file is right must not depend on the hour at which it is imported.
void ShowtimePlanner::reject_overlaps(std::vector<Candidate>& candidates) {
    RoomTimeline timeline;
    for (const Candidate& candidate : candidates) timeline.add(candidate.slot);
    FileErrors overlaps;
    timeline.check(to_.file.cleaning, overlaps);
    // The same two overlap on several days: told once.
    std::set<std::string> told;
    for (FileError& overlap : overlaps.take()) {
        if (told.insert(overlap.field).second) {
            to_.errors.add({overlap.line, overlap.field}, std::move(overlap.message));
        }
    }
}

}  // namespace cinema::catalog
