#pragma once

#include "catalog/catalogue_file.hpp"
#include "catalog/positioned_json.hpp"

/// One entry of each list of a catalogue file. What is wrong is added to `errors`, and the entry
/// is then not usable.
namespace cinema::catalog {

/// What the file says once for all its showtimes.
struct EntryDefaults {
    std::string currency;         ///< empty when none is given or the one given is wrong
    bool currency_given = false;  ///< then an entry without its own is not reported as well
};

MovieEntry read_movie(const JsonValue& value, FileErrors& errors);
AuditoriumEntry read_auditorium(const JsonValue& value, FileErrors& errors);
ShowtimeEntry read_showtime(const JsonValue& value, const EntryDefaults& defaults,
                            FileErrors& errors);
ScheduleEntry read_schedule(const JsonValue& value, const EntryDefaults& defaults,
                            FileErrors& errors);

}  // namespace cinema::catalog
