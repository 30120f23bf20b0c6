#include "embedded/store.hpp"

#include <unistd.h>

#include "embedded/audit_trail.hpp"
#include "embedded/booking_engine.hpp"
#include "embedded/booking_queries.hpp"
#include "embedded/catalog_store.hpp"
#include "embedded/house_archive.hpp"
#include "embedded/house_reports.hpp"
#include "embedded/log_renewal.hpp"
#include "embedded/outbox.hpp"
#include "embedded/user_store.hpp"

namespace cinema::embedded {

/// In the order of construction: each part uses only those above it, and the threads below end
/// before what they use is gone.
struct EmbeddedStore::Parts {
    Parts(DataFolder opened, std::unique_ptr<Connection> first, Migrated done,
          const EmbeddedOptions& options, const env::Clock& clock, env::IdSource& ids,
          telemetry::Metrics& metrics, telemetry::Logger& logger)
        : folder(std::move(opened)),
          last_connection(std::move(first)),
          migrated(done),
          catalogue(folder.database(), logger),
          commands(catalogue, ids, options.policy),
          checkpointer(folder.database(), options.checkpoints, metrics, logger),
          writer(folder.database(), options.writer,
                 WriterObserver{.committed = [this](const BatchEffects& e) { committed(e); },
                                .log_grew = [this](int n) { checkpointer.log_grew(n); }},
                 clock, metrics, logger, options.workers),
          readers(folder.database(), options.readers, metrics, logger, options.workers),
          engine(writer, commands),
          queries(readers, revisions, options.cached_showtimes_max),
          users(writer, readers),
          audit(readers),
          reports(readers),
          outbox(writer),
          archive(folder.database(), writer) {
        catalogue.write_through(writer);
        // A tool leaves the log to the server, or to its own last connection.
        if (options.use == DataFolder::Use::server && options.workers == Workers::threads) {
            checkpointer.start(writer);
        }
    }

    void committed(const BatchEffects& effects) {
        if (effects.seat_events.empty()) return;
        // First the numbers: whoever is told of a change finds it when he looks.
        for (const auto& event : effects.seat_events) revisions.bump(event.showtime_id);
        if (seat_feed) seat_feed(effects.seat_events);
    }

    void stop() {
        checkpointer.stop();
        writer.stop();
        readers.stop();
        // Closing would copy the log's rest and remove the log, which is still needed.
        if (writer.checkpoints_given_up()) last_connection->keep_log(true);
    }

    DataFolder folder;
    /// The one that migrated; closed after all others, because SQLite moves the log's rest into the
    /// database and removes the log only when the last connection to close may write.
    std::unique_ptr<Connection> last_connection;
    Migrated migrated;
    SeatRevisions revisions;
    booking::SeatFeed seat_feed;
    EmbeddedCatalog catalogue;
    BookingCommands commands;
    Checkpointer checkpointer;
    Writer writer;
    Readers readers;
    EmbeddedBookingEngine engine;
    EmbeddedBookingQueries queries;
    EmbeddedUserStore users;
    EmbeddedAuditTrail audit;
    EmbeddedHouseReports reports;
    EmbeddedOutbox outbox;
    EmbeddedHouseArchive archive;
};

domain::Result<std::unique_ptr<EmbeddedStore>> EmbeddedStore::open(EmbeddedOptions options,
                                                                   const env::Clock& clock,
                                                                   env::IdSource& ids,
                                                                   telemetry::Metrics& metrics,
                                                                   telemetry::Logger& logger) {
    auto folder = DataFolder::open(options.data_dir, options.use);
    if (!folder) return std::unexpected(folder.error());
    try {
        auto first = std::make_unique<Connection>(folder->database(), ConnectionOptions{});
        // Tools may be beside a server, which has done this.
        if (options.use == DataFolder::Use::server) renew_log(*first);
        const auto migrated = migrate(*first);
        if (!migrated) return std::unexpected(migrated.error());
        return std::unique_ptr<EmbeddedStore>(new EmbeddedStore(
            std::make_unique<Parts>(*std::move(folder), std::move(first), *migrated, options, clock,
                                    ids, metrics, logger)));
    } catch (const SqliteError& error) {
        return domain::fail(domain::Errc::unavailable, error.what());
    }
}

EmbeddedStore::EmbeddedStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

EmbeddedStore::~EmbeddedStore() {
    stop();
}

booking::BookingEngine& EmbeddedStore::bookings() {
    return parts_->engine;
}
booking::BookingQueries& EmbeddedStore::queries() {
    return parts_->queries;
}
catalog::Catalog& EmbeddedStore::catalog() {
    return parts_->catalogue;
}
accounts::UserStore& EmbeddedStore::users() {
    return parts_->users;
}
audit::AuditTrail& EmbeddedStore::audit() {
    return parts_->audit;
}
reports::HouseReports& EmbeddedStore::reports() {
    return parts_->reports;
}
events::Outbox& EmbeddedStore::outbox() {
    return parts_->outbox;
}
archive::HouseArchive& EmbeddedStore::archive() {
    return parts_->archive;
}
Migrated EmbeddedStore::migrated() const {
    return parts_->migrated;
}

void EmbeddedStore::set_seat_feed(booking::SeatFeed feed) {
    parts_->seat_feed = std::move(feed);
}

bool EmbeddedStore::work_once(Worker worker) {
    switch (worker) {
        case Worker::writer:
            return parts_->writer.work_once();
        case Worker::checkpointer:
            return parts_->checkpointer.work_once(parts_->writer);
        case Worker::reader:
            return parts_->readers.work_once();
    }
    return false;
}

std::vector<engine::Missing> EmbeddedStore::missing() const {
    if (!parts_->writer.healthy()) return {{"disk", "The last write did not reach the disk."}};
    if (::access(parts_->folder.database().c_str(), R_OK | W_OK) != 0) {
        return {{"disk", "The database file is gone."}};
    }
    return {};
}

void EmbeddedStore::stop() {
    parts_->stop();
}

}  // namespace cinema::embedded
