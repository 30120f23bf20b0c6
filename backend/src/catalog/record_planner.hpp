#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "catalog/catalog.hpp"
#include "catalog/catalogue_file.hpp"
#include "env/ids.hpp"

namespace cinema::catalog {

/// What every step of planning an import reads and adds to.
struct ImportContext {
    const CatalogueFile& file;
    const CatalogSnapshot& current;
    env::IdSource& ids;
    domain::UtcTime now;
    FileErrors& errors;
    CatalogChange& change;
};

/// An auditorium as it will be after the import.
struct RoomPlan {
    domain::AuditoriumId id;
    std::string key;
    const domain::SeatMap* seat_map = nullptr;  ///< for new showtimes
};

/// Movies, auditoriums and seat maps of an import: adds the new and changed ones to the change and
/// resolves the keys that showtimes refer to. One use, one thread.
class RecordPlanner {
  public:
    explicit RecordPlanner(const ImportContext& context);

    void plan_movies();
    void plan_auditoriums();

    /// The movie as it will be. nullptr when there is none (an error is added) or when its entry
    /// in the file is wrong (which has been reported there).
    const domain::Movie* movie(const Located<std::string>& key);
    const RoomPlan* room(const Located<std::string>& key);

    /// The room's seat map of that id, a former one included; nullptr when it has no such one.
    const domain::SeatMap* seat_map_of(const RoomPlan& room, domain::SeatMapId id) const;

    /// Existing movies whose running time the file changes.
    const std::unordered_map<domain::MovieId, Located<int>>& changed_durations() const {
        return changed_durations_;
    }

  private:
    void plan_movie(const MovieEntry& entry);
    void plan_auditorium(const AuditoriumEntry& entry);
    const domain::SeatMap* plan_seat_map(const PlanEntry& plan, domain::AuditoriumId room);
    const domain::SeatMap* add_seat_map(const PlanEntry& plan, domain::SeatMapId id,
                                        domain::AuditoriumId room);

    ImportContext to_;
    std::unordered_map<std::string, domain::Movie> movies_;
    std::unordered_map<std::string, RoomPlan> rooms_;
    std::unordered_set<std::string> unusable_movies_;
    std::unordered_set<std::string> unusable_rooms_;
    std::unordered_map<domain::MovieId, Located<int>> changed_durations_;
    /// Seat maps know no room: it is the one that has them now or has sold showtimes by them.
    std::unordered_map<domain::SeatMapId, domain::AuditoriumId> seat_map_rooms_;
    std::unordered_map<domain::SeatMapId, const domain::SeatMap*> new_seat_maps_;
};

}  // namespace cinema::catalog
