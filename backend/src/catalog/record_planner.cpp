#include "catalog/record_planner.hpp"

#include <fmt/format.h>

#include <memory>
#include <tuple>
#include <utility>

#include "catalog/seat_plan.hpp"

namespace cinema::catalog {

namespace {

using domain::Auditorium;
using domain::AuditoriumId;
using domain::Movie;
using domain::SeatMap;
using domain::SeatMapId;

bool same_movie(const Movie& a, const Movie& b) {
    const auto fields = [](const Movie& m) {
        return std::tie(m.id, m.key, m.title, m.duration_min, m.rating, m.genres, m.synopsis,
                        m.release_date, m.poster_url, m.created_at);
    };
    return fields(a) == fields(b);
}

bool same_plan(const PlanEntry& plan, const SeatMap& map) {
    return plan.curve_percent == map.curve_percent() && same_seats(plan.seats, map.seats());
}

/// An id written in the file must be the one that the key has, or a new one for a new key.
template <class IdType, class Record>
void check_id(const std::optional<Located<IdType>>& id, const Record* by_key, const Record* by_id,
              FileErrors& errors) {
    if (!id) return;
    if (by_key && by_key->id != id->value) {
        errors.add(id->at, fmt::format("{} has the id {} in the catalogue: write that one or leave "
                                       "\"id\" out.",
                                       in_quotes(by_key->key), by_key->id.to_hex()));
    } else if (!by_key && by_id) {
        errors.add(id->at, fmt::format("This id is that of {} in the catalogue, and a key cannot "
                                       "be changed: write that key, or leave \"id\" out to add "
                                       "something new.",
                                       in_quotes(by_id->key)));
    }
}

}  // namespace

RecordPlanner::RecordPlanner(const ImportContext& context) : to_(context) {
    for (const domain::Showtime& showtime : to_.current.showtimes()) {
        seat_map_rooms_.emplace(showtime.seatmap_id, showtime.auditorium_id);
    }
    for (const Auditorium& room : to_.current.auditoriums()) {
        seat_map_rooms_.emplace(room.seatmap_id, room.id);
    }
}

void RecordPlanner::plan_movies() {
    for (const MovieEntry& entry : to_.file.movies) {
        if (entry.usable) {
            plan_movie(entry);
        } else {
            unusable_movies_.insert(entry.key.value);
        }
    }
}

void RecordPlanner::plan_movie(const MovieEntry& entry) {
    const Movie* existing = to_.current.movie_by_key(entry.key.value);
    check_id(entry.id, existing, entry.id ? to_.current.movie(entry.id->value) : nullptr,
             to_.errors);
    Movie movie{.id = {},
                .key = entry.key.value,
                .title = entry.title,
                .duration_min = entry.duration_min.value,
                .rating = entry.rating,
                .genres = entry.genres,
                .synopsis = entry.synopsis,
                .release_date = entry.release_date,
                .poster_url = entry.poster_url,
                .created_at = {}};
    if (existing) {
        movie.id = existing->id;
        movie.created_at = existing->created_at;
        if (entry.created_at && entry.created_at->value != existing->created_at) {
            to_.errors.add(entry.created_at->at,
                           fmt::format("{} is in the catalogue since {}: write that or leave "
                                       "\"createdAt\" out.",
                                       in_quotes(existing->key),
                                       domain::format_rfc3339(existing->created_at)));
        }
        if (existing->duration_min != movie.duration_min) {
            changed_durations_.emplace(movie.id, entry.duration_min);
        }
    } else {
        movie.id = entry.id ? entry.id->value : to_.ids.next<domain::MovieId>();
        movie.created_at = entry.created_at ? entry.created_at->value : to_.now;
    }
    if (!existing || !same_movie(*existing, movie)) to_.change.movies.push_back(movie);
    movies_.emplace(entry.key.value, std::move(movie));
}

void RecordPlanner::plan_auditoriums() {
    for (const AuditoriumEntry& entry : to_.file.auditoriums) {
        if (entry.usable) {
            plan_auditorium(entry);
        } else {
            unusable_rooms_.insert(entry.key.value);
        }
    }
}

void RecordPlanner::plan_auditorium(const AuditoriumEntry& entry) {
    const Auditorium* existing = to_.current.auditorium_by_key(entry.key.value);
    check_id(entry.id, existing, entry.id ? to_.current.auditorium(entry.id->value) : nullptr,
             to_.errors);
    Auditorium room{.id = existing   ? existing->id
                          : entry.id ? entry.id->value
                                     : to_.ids.next<AuditoriumId>(),
                    .key = entry.key.value,
                    .name = entry.name,
                    .seatmap_id = {}};
    for (const PlanEntry& former : entry.former_plans) plan_seat_map(former, room.id);

    const SeatMap* before = existing ? to_.current.seat_map(existing->seatmap_id) : nullptr;
    const SeatMap* map = nullptr;
    if (entry.plan.id) {
        map = plan_seat_map(entry.plan, room.id);
    } else if (before && same_plan(entry.plan, *before)) {
        map = before;
    } else {
        map = add_seat_map(entry.plan, to_.ids.next<SeatMapId>(), room.id);
    }
    if (!map) {
        unusable_rooms_.insert(entry.key.value);
        return;
    }
    room.seatmap_id = map->id();
    rooms_.emplace(room.key, RoomPlan{.id = room.id, .key = room.key, .seat_map = map});
    if (!existing || existing->name != room.name || existing->seatmap_id != room.seatmap_id) {
        to_.change.auditoriums.push_back(std::move(room));
    }
}

/// The seat map that a plan with an id stands for; nullptr when the id is of another one.
const SeatMap* RecordPlanner::plan_seat_map(const PlanEntry& plan, AuditoriumId room) {
    const SeatMapId id = plan.id->value;
    const SeatMap* known = to_.current.seat_map(id);
    if (!known) return add_seat_map(plan, id, room);
    const auto owner = seat_map_rooms_.emplace(id, room).first;
    if (owner->second != room) {
        const Auditorium* other = to_.current.auditorium(owner->second);
        to_.errors.add(plan.id->at,
                       fmt::format("This seat map is that of {}: leave the id out, and this room "
                                   "gets its own.",
                                   other ? "auditorium " + in_quotes(other->key)
                                         : std::string("another auditorium")));
        return nullptr;
    }
    if (!same_plan(plan, *known)) {
        to_.errors.add(plan.id->at,
                       "The seat map of this id has other seats, and showtimes may be on sale by "
                       "it. For a changed plan leave \"seatmapId\" out: new showtimes then get the "
                       "new plan. A former plan must stay as it is.");
        return nullptr;
    }
    return known;
}

const SeatMap* RecordPlanner::add_seat_map(const PlanEntry& plan, SeatMapId id, AuditoriumId room) {
    auto map = std::make_shared<const SeatMap>(id, plan.seats, plan.curve_percent);
    to_.change.seat_maps.push_back(map);
    seat_map_rooms_.emplace(id, room);
    new_seat_maps_.emplace(id, map.get());
    return map.get();
}

const Movie* RecordPlanner::movie(const Located<std::string>& key) {
    if (const auto planned = movies_.find(key.value); planned != movies_.end()) {
        return &planned->second;
    }
    if (unusable_movies_.contains(key.value)) return nullptr;
    if (const Movie* existing = to_.current.movie_by_key(key.value)) return existing;
    to_.errors.add(key.at, fmt::format("There is no movie {}, neither in this file nor in the "
                                       "catalogue: add it, or correct the key.",
                                       in_quotes(key.value)));
    return nullptr;
}

const RoomPlan* RecordPlanner::room(const Located<std::string>& key) {
    if (const auto planned = rooms_.find(key.value); planned != rooms_.end()) {
        return &planned->second;
    }
    if (unusable_rooms_.contains(key.value)) return nullptr;
    if (const Auditorium* existing = to_.current.auditorium_by_key(key.value)) {
        RoomPlan room{.id = existing->id,
                      .key = existing->key,
                      .seat_map = to_.current.seat_map(existing->seatmap_id)};
        return &rooms_.emplace(key.value, std::move(room)).first->second;
    }
    to_.errors.add(key.at, fmt::format("There is no auditorium {}, neither in this file nor in the "
                                       "catalogue: add it, or correct the key.",
                                       in_quotes(key.value)));
    return nullptr;
}

const SeatMap* RecordPlanner::seat_map_of(const RoomPlan& room, SeatMapId id) const {
    const auto owner = seat_map_rooms_.find(id);
    if (owner == seat_map_rooms_.end() || owner->second != room.id) return nullptr;
    const auto added = new_seat_maps_.find(id);
    return added != new_seat_maps_.end() ? added->second : to_.current.seat_map(id);
}

}  // namespace cinema::catalog
