#include "embedded/catalog_store.hpp"

#include "embedded/catalog_records.hpp"

namespace cinema::embedded {

EmbeddedCatalog::EmbeddedCatalog(const std::filesystem::path& file, telemetry::Logger& logger)
    : logger_(logger),
      connection_(file, ConnectionOptions{.read_only = true}),
      snapshot_(read_catalogue(connection_)) {}

std::shared_ptr<const catalog::CatalogSnapshot> EmbeddedCatalog::snapshot() const {
    std::lock_guard lock(snapshot_mutex_);
    return snapshot_;
}

domain::Result<void> EmbeddedCatalog::apply(const catalog::CatalogChange& change,
                                            std::int64_t base_revision) {
    if (change.empty()) return {};
    const auto written = writer_->run_blocking<std::int64_t>(
        [&](WriteContext& context) -> domain::Result<std::int64_t> {
            if (read_catalogue_revision(context.db) != base_revision) {
                return domain::fail(domain::Errc::validation,
                                    "The catalogue was changed by another import in the meantime; "
                                    "nothing was imported. Import again.");
            }
            write_catalogue_change(context.db, change);
            return base_revision + 1;
        });
    if (!written) return std::unexpected(written.error());
    return load_if_changed();
}

domain::Result<void> EmbeddedCatalog::refresh() {
    return load_if_changed();
}

domain::Result<void> EmbeddedCatalog::load_if_changed() {
    std::lock_guard loading(loading_mutex_);
    try {
        if (read_catalogue_revision(connection_) == snapshot()->revision()) return {};
        auto loaded = read_catalogue(connection_);
        std::lock_guard lock(snapshot_mutex_);
        snapshot_ = std::move(loaded);
        return {};
    } catch (const SqliteError& error) {
        connection_.roll_back();
        if (!error.is_environmental()) throw;
        logger_.error("catalogue_load_failed", telemetry::LogField("error", error.what()));
        return std::unexpected(unavailable_error());
    }
}

}  // namespace cinema::embedded
