#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "domain/time.hpp"

namespace cinema::env {

/// Is this a time zone of the system's database (Debian's tzdata), by its IANA name like
/// "Asia/Bangkok"? UTC is one even where there is no database.
bool is_time_zone(std::string_view name);

/// The days of one place: from midnight to midnight on its clocks, which is 23 or 25 hours when
/// they change.
///
/// libc does the reckoning, and libc knows one zone for a process (TZ): so there is one TimeZone
/// at a time, made before other threads run (ensure). Then any thread may ask.
class TimeZone {
  public:
    /// `name` satisfies is_time_zone() (ensure).
    explicit TimeZone(std::string name);
    ~TimeZone();
    TimeZone(const TimeZone&) = delete;
    TimeZone& operator=(const TimeZone&) = delete;

    const std::string& name() const { return name_; }

    /// The calendar day there at this instant.
    std::chrono::local_days day_of(domain::UtcTime instant) const;

    /// The day's first instant; the next day's ends it. Where the clocks skip midnight, that is
    /// the moment after the skip; a day that was skipped altogether begins where it ends.
    domain::UtcTime start_of(std::chrono::local_days day) const;

  private:
    std::string name_;
};

}  // namespace cinema::env
