#pragma once

#include <mutex>

#include "catalog/catalog.hpp"
#include "embedded/writer.hpp"

namespace cinema::embedded {

/// The Catalog port on SQLite: the whole catalogue in memory, its changes through the writer.
class EmbeddedCatalog final : public catalog::Catalog {
  public:
    /// Loads the catalogue on a read-only connection of its own (throws SqliteError).
    EmbeddedCatalog(const std::filesystem::path& file, telemetry::Logger& logger);

    /// Before the first apply(); the writer must outlive every call.
    void write_through(Writer& writer) { writer_ = &writer; }

    std::shared_ptr<const catalog::CatalogSnapshot> snapshot() const override;
    domain::Result<void> apply(const catalog::CatalogChange& change,
                               std::int64_t base_revision) override;
    domain::Result<void> refresh() override;

  private:
    domain::Result<void> load_if_changed();

    telemetry::Logger& logger_;
    Writer* writer_ = nullptr;
    std::mutex loading_mutex_;  ///< one load at a time; guards connection_
    Connection connection_;
    mutable std::mutex snapshot_mutex_;  ///< guards the pointer only
    std::shared_ptr<const catalog::CatalogSnapshot> snapshot_;
};

}  // namespace cinema::embedded
