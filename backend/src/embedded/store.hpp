#pragma once

#include <filesystem>
#include <memory>

#include "accounts/user_store.hpp"
#include "audit/audit_trail.hpp"
#include "booking/booking_engine.hpp"
#include "booking/booking_queries.hpp"
#include "catalog/catalog.hpp"
#include "embedded/backup.hpp"
#include "embedded/booking_commands.hpp"
#include "embedded/checkpointer.hpp"
#include "embedded/data_folder.hpp"
#include "embedded/readers.hpp"
#include "embedded/schema.hpp"
#include "embedded/writer.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"
#include "events/outbox.hpp"
#include "reports/house_reports.hpp"

namespace cinema::embedded {

struct EmbeddedOptions {
    std::filesystem::path data_dir;
    /// server: takes the folder for itself. tool: works beside a server.
    DataFolder::Use use = DataFolder::Use::server;
    BookingPolicy policy;
    WriterLimits writer;
    ReaderLimits readers;
    CheckpointLimits checkpoints;
    std::size_t cached_showtimes_max = 512;
};

/// The embedded engine: one SQLite file in a data folder, and every port of the server on top of
/// it. Any thread may use the ports. `clock` must also be the one that `ids` tells the time by:
/// searches by time rely on it.
///
/// Lifetime: callers' io_contexts must still exist when stop() runs, because it answers what is
/// queued; the store must outlive whoever uses its ports.
class EmbeddedStore {
  public:
    /// Opens or creates the database, brings it to this binary's schema, loads the catalogue and
    /// starts the threads. Errors, with a sentence for the operator: another server has the folder,
    /// it cannot be used, the database is newer than the program or not ours.
    static domain::Result<std::unique_ptr<EmbeddedStore>> open(EmbeddedOptions options,
                                                               const env::Clock& clock,
                                                               env::IdSource& ids,
                                                               telemetry::Metrics& metrics,
                                                               telemetry::Logger& logger);
    ~EmbeddedStore();
    EmbeddedStore(const EmbeddedStore&) = delete;
    EmbeddedStore& operator=(const EmbeddedStore&) = delete;

    booking::BookingEngine& bookings();
    booking::BookingQueries& queries();
    catalog::Catalog& catalog();
    accounts::UserStore& users();
    audit::AuditTrail& audit();
    reports::HouseReports& reports();
    events::Outbox& outbox();

    /// Who is told of seat changes (see booking::SeatFeed). Before the first operation.
    void set_seat_feed(booking::SeatFeed feed);

    /// Cheap: whether the last write reached the disk and the database file is where it was.
    /// Errors: unavailable. Any thread.
    domain::Result<void> ready() const;

    /// What open() did to the schema.
    Migrated migrated() const;

    /// Refuses further operations, finishes and answers those queued, checkpoints, and ends the
    /// threads. Blocks. May be repeated; the destructor does it too.
    void stop();

  private:
    struct Parts;
    explicit EmbeddedStore(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace cinema::embedded
