#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "catalog/record_planner.hpp"
#include "catalog/room_timeline.hpp"

namespace cinema::catalog {

/// The showtimes of an import, after its movies and auditoriums: those written out and those that
/// a schedule makes. Adds the new and changed ones to the change. One use, one thread.
class ShowtimePlanner {
  public:
    ShowtimePlanner(const ImportContext& context, RecordPlanner& records);

    void plan_written_out();
    /// After plan_written_out(): the schedule fills what is free.
    void plan_schedule();

  private:
    /// A start that the schedule asks for.
    struct Candidate {
        Slot slot;
        const ScheduleEntry* entry;
        domain::MovieId movie_id;
        domain::Prices prices;
        const RoomPlan* room;
    };
    using CandidatesByRoom = std::map<domain::AuditoriumId, std::vector<Candidate>>;

    void plan_showtime(const ShowtimeEntry& entry);
    bool agrees_with(const domain::Showtime& existing, const ShowtimeEntry& entry,
                     const domain::Movie& movie);
    bool check_showtime_id(const ShowtimeEntry& entry, const domain::Showtime* existing);
    /// Of existing showtimes that the file does not name, those of a movie whose running time
    /// changes end at another time; the others stay.
    void plan_unnamed();
    std::optional<domain::Prices> fit_prices(const PricesEntry& prices, const domain::SeatMap& map);
    CandidatesByRoom schedule_candidates();
    void reject_overlaps(std::vector<Candidate>& candidates);

    ImportContext to_;
    RecordPlanner& records_;
    std::map<std::pair<domain::AuditoriumId, domain::UtcTime>, const domain::Showtime*> existing_;
    std::unordered_set<domain::ShowtimeId> named_;
    std::map<domain::AuditoriumId, RoomTimeline> timelines_;
    std::unordered_map<const domain::SeatMap*, std::array<bool, domain::kSeatCategoryCount>>
        categories_;
};

}  // namespace cinema::catalog
