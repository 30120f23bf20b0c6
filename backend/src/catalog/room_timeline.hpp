#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "catalog/file_error.hpp"
#include "domain/time.hpp"

namespace cinema::catalog {

/// One film in one auditorium, from its start to its end.
struct Slot {
    domain::UtcTime start;
    domain::UtcTime end;
    std::string_view title;  ///< outlives the slot
    bool changes = false;    ///< the import adds it or moves its end; otherwise it stays as it is
    Place at;                ///< when `changes`: where the file says so
};

/// All that is shown in one auditorium, to find what overlaps. Between two films lie the minutes
/// of cleaning. Two slots that both stay are left alone: an import is not answerable for them.
class RoomTimeline {
  public:
    void add(Slot slot) { slots_.push_back(std::move(slot)); }

    /// Sorts the slots and adds an error for each that overlaps an earlier one.
    void check(std::chrono::minutes cleaning, FileErrors& errors);

    /// After check(), and when that found nothing: does a film of this time fit in?
    bool is_free(domain::UtcTime start, domain::UtcTime end, std::chrono::minutes cleaning) const;

  private:
    std::vector<Slot> slots_;
};

}  // namespace cinema::catalog
