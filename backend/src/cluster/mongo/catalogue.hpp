#pragma once

#include <memory>
#include <mutex>

#include "catalog/catalog.hpp"
#include "cluster/mongo/catalogue_journal.hpp"
#include "env/ids.hpp"

namespace cinema::cluster::mongo {

/// The Catalog port on MongoDB: the whole catalogue in memory, as empty as a new one until the
/// first refresh() that succeeds. Imports of any number of instances and tools become visible as
/// CatalogueJournal tells.
class MongoCatalogue final : public catalog::Catalog {
  public:
    MongoCatalogue(Mongo& mongo, env::IdSource& ids, telemetry::Logger& logger,
                   CatalogueJournalOptions options = {});

    std::shared_ptr<const catalog::CatalogSnapshot> snapshot() const override;

    /// As the port says. After `unavailable` the import may be there, as a whole, or become so.
    /// Throws domain::InvariantBroken, and writes nothing, when a reference does not hold.
    domain::Result<void> apply(const catalog::CatalogChange& change,
                               std::int64_t base_revision) override;

    /// One round trip when nothing has changed; loads only what has. Never goes back: after a
    /// restore of the database its servers have to be started anew.
    domain::Result<void> refresh() override;

  private:
    /// Finishes the import before, if need be. Fails when the catalogue is not at this base.
    domain::Result<void> make_way(std::int64_t base_revision);
    domain::Result<bool> publish(const domain::ObjectId& import, std::int64_t base_revision,
                                 std::size_t records);
    /// False when the catalogue changed while it was read: nothing has been loaded.
    domain::Result<bool> load_once();
    void show(std::shared_ptr<const catalog::CatalogSnapshot> loaded);

    CatalogueJournal journal_;
    env::IdSource& ids_;
    telemetry::Logger& logger_;
    std::mutex loading_mutex_;           ///< one load at a time
    mutable std::mutex snapshot_mutex_;  ///< guards the pointer only
    std::shared_ptr<const catalog::CatalogSnapshot> snapshot_;
};

}  // namespace cinema::cluster::mongo
