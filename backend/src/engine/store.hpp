#pragma once

#include <functional>
#include <string>
#include <vector>

#include "accounts/user_store.hpp"
#include "archive/house_archive.hpp"
#include "audit/audit_trail.hpp"
#include "booking/booking_engine.hpp"
#include "booking/booking_queries.hpp"
#include "booking/periodic_worker.hpp"
#include "catalog/catalog.hpp"
#include "events/outbox.hpp"
#include "reports/house_reports.hpp"

namespace cinema::engine {

/// What a server needs beside itself and does not get.
struct Missing {
    std::string name;    ///< "mongodb", "redis", "rabbitmq", "disk"
    std::string detail;  ///< a sentence for the operator, without secrets
    bool needed = true;  ///< false: bookings go on without it
};

/// One engine: every port of the server over one kind of storage. Any thread may use the ports.
///
/// Lifetime: callers' io_contexts must still exist when stop() runs, because it answers what is
/// queued; the store must outlive whoever uses its ports.
class Store {
  public:
    virtual ~Store() = default;

    virtual booking::BookingEngine& bookings() = 0;
    virtual booking::BookingQueries& queries() = 0;
    virtual catalog::Catalog& catalog() = 0;
    virtual accounts::UserStore& users() = 0;
    virtual audit::AuditTrail& audit() = 0;
    virtual reports::HouseReports& reports() = 0;
    virtual events::Outbox& outbox() = 0;
    virtual archive::HouseArchive& archive() = 0;

    /// Up to `limit` pieces of what processes that died left half done, as a worker's round; null
    /// when the engine leaves nothing half done.
    virtual booking::WorkRound repairs() = 0;

    /// Who is told of seat changes (see booking::SeatFeed). Before the first operation.
    virtual void set_seat_feed(booking::SeatFeed feed) = 0;
    /// Who is told that seat changes may have been missed, so that every open room has to be
    /// loaded again. Called on a thread of the engine: must not block. Before the first operation.
    virtual void set_resync(std::function<void()> resync) = 0;

    /// What is missing at this moment. Cheap. Any thread.
    virtual std::vector<Missing> missing() const = 0;

    /// Refuses further operations, finishes and answers those under way, and ends the engine's
    /// threads. Blocks. May be repeated; the destructor does it too.
    virtual void stop() = 0;
};

}  // namespace cinema::engine
