#pragma once

#include <filesystem>
#include <memory>

#include "embedded/backup.hpp"
#include "embedded/booking_commands.hpp"
#include "embedded/checkpointer.hpp"
#include "embedded/data_folder.hpp"
#include "embedded/readers.hpp"
#include "embedded/schema.hpp"
#include "embedded/writer.hpp"
#include "engine/store.hpp"
#include "env/clock.hpp"
#include "env/ids.hpp"

namespace cinema::embedded {

struct EmbeddedOptions {
    std::filesystem::path data_dir;
    /// server: takes the folder for itself. tool: works beside a server.
    DataFolder::Use use = DataFolder::Use::server;
    booking::BookingPolicy policy;
    WriterLimits writer;
    ReaderLimits readers;
    CheckpointLimits checkpoints;
    std::size_t cached_showtimes_max = 512;
    Workers workers = Workers::threads;
};

/// Those who work in the engine; each is one thread, the readers are some.
enum class Worker { writer, checkpointer, reader };

/// The embedded engine: one SQLite file in a data folder, and every port of the server on top of
/// it. `clock` must also be the one that `ids` tells the time by: searches by time rely on it.
class EmbeddedStore final : public engine::Store {
  public:
    /// Opens or creates the database, brings it to this binary's schema, loads the catalogue and
    /// starts the threads. Errors, with a sentence for the operator: another server has the folder,
    /// it cannot be used, the database is newer than the program or not ours.
    static domain::Result<std::unique_ptr<EmbeddedStore>> open(EmbeddedOptions options,
                                                               const env::Clock& clock,
                                                               env::IdSource& ids,
                                                               telemetry::Metrics& metrics,
                                                               telemetry::Logger& logger);
    ~EmbeddedStore() override;
    EmbeddedStore(const EmbeddedStore&) = delete;
    EmbeddedStore& operator=(const EmbeddedStore&) = delete;

    booking::BookingEngine& bookings() override;
    booking::BookingQueries& queries() override;
    catalog::Catalog& catalog() override;
    accounts::UserStore& users() override;
    audit::AuditTrail& audit() override;
    reports::HouseReports& reports() override;
    events::Outbox& outbox() override;
    archive::HouseArchive& archive() override;
    booking::WorkRound repairs() override { return nullptr; }
    void set_seat_feed(booking::SeatFeed feed) override;
    void set_resync(std::function<void()>) override {}  // nothing passes this process by

    /// Whether the last write reached the disk and the database file is where it was.
    std::vector<engine::Missing> missing() const override;

    /// With Workers::by_hand: one turn of this worker, on the caller's thread. Turns of different
    /// workers may lie within one another, as threads would. False when there was nothing to do.
    bool work_once(Worker worker);

    /// What open() did to the schema.
    Migrated migrated() const;

    /// Also checkpoints.
    void stop() override;

  private:
    struct Parts;
    explicit EmbeddedStore(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace cinema::embedded
