#pragma once

#include "simulation/embedded/customers.hpp"

namespace cinema::simulation::machine {

/// Looks into the database, as it is on disk or as the running engine has it: is it whole, do its
/// tables agree, and is everything true that anybody has been told?
void check_books(const Plan& plan, Disk& disk, Journal& journal, const House& house,
                 const Customers& customers);

/// How many holds have not ended and how many events are not in the audit log.
std::size_t count_open(Disk& disk);

/// How many bookings there are, and how many of them are sold.
struct Count {
    std::size_t bookings = 0;
    std::size_t sold = 0;
};
Count count_books(Disk& disk);

}  // namespace cinema::simulation::machine
