#pragma once

#include <cstdint>
#include <vector>

#include "domain/booking.hpp"
#include "embedded/sqlite.hpp"

namespace cinema::embedded {

/// What commands did, counted for the metrics.
struct Tally {
    int holds = 0;
    int hold_conflicts = 0;
    int payments = 0;
    int confirmations = 0;
    int cancellations = 0;
    int expiries = 0;
    int refunds = 0;
    int events_relayed = 0;

    Tally& operator+=(const Tally& other) {
        holds += other.holds;
        hold_conflicts += other.hold_conflicts;
        payments += other.payments;
        confirmations += other.confirmations;
        cancellations += other.cancellations;
        expiries += other.expiries;
        refunds += other.refunds;
        events_relayed += other.events_relayed;
        return *this;
    }
};

/// What a batch will do to the world beyond the database once it is on disk, and only then.
struct BatchEffects {
    std::vector<domain::SeatEvent> seat_events;
    Tally tally;
};

/// What a command works with, on the writer's thread, inside the batch's transaction.
struct WriteContext {
    Connection& db;
    domain::UtcTime now;  ///< read when this command began
    BatchEffects& effects;
};

}  // namespace cinema::embedded
