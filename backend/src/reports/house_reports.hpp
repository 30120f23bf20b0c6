#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "booking/booking_engine.hpp"

namespace cinema::reports {

/// Sums of money: minor units by currency; a currency without any is not there.
using Amounts = std::map<std::string, std::int64_t>;

/// Bookings and what they amount to.
struct Sum {
    std::int64_t bookings = 0;
    std::int64_t seats = 0;
    Amounts amount;

    bool operator==(const Sum&) const = default;
};

struct Occupancy {
    std::int64_t seats_booked = 0;
    std::int64_t seats_locked = 0;  ///< held, and the hold not overdue

    bool operator==(const Occupancy&) const = default;
};

/// What is asked: everything in instants, so that no engine needs to know of time zones.
struct HouseRequest {
    /// Where each day begins, and at the end where the last one ends: ascending, at least two.
    std::vector<domain::UtcTime> days;
    domain::UtcTime now;
    std::vector<domain::ShowtimeId> showtimes;
};

struct HouseReport {
    /// One for each day: the bookings that became BOOKED in it.
    std::vector<Sum> sales;
    /// The payments that became REFUNDED in the last day.
    Sum refunds;
    /// The LOCKED bookings that are not overdue at `now`.
    Sum holds;
    std::optional<domain::UtcTime> next_expiry;  ///< of those; nullopt when there are none
    std::vector<Occupancy> occupancy;            ///< in the order of the showtimes asked for
};

/// Figures for those who run the house, added up where the data is. Any thread may call. Errors:
/// overloaded, unavailable.
class HouseReports {
  public:
    virtual ~HouseReports() = default;

    /// Everything as it was at one moment, with what a caller was told by BookingEngine in it.
    virtual booking::Awaitable<domain::Result<HouseReport>> report(HouseRequest request) = 0;
};

}  // namespace cinema::reports
