#include "catalog/import.hpp"

namespace cinema::catalog {

namespace {

constexpr int kAttempts = 3;

}  // namespace

std::expected<CatalogChange, ImportFailure> import_text(std::string_view text, Catalog& catalog,
                                                        env::IdSource& ids,
                                                        const env::Clock& clock) {
    for (int attempt = 1;; ++attempt) {
        const auto snapshot = catalog.snapshot();
        auto change = import_catalogue(text, *snapshot, ids, clock.now());
        if (!change) return std::unexpected(std::move(change.error()));
        if (change->empty()) return std::move(*change);
        const auto applied = catalog.apply(*change, snapshot->revision());
        if (applied) return std::move(*change);
        const bool overtaken = applied.error().code == domain::Errc::validation;
        if (!overtaken || attempt == kAttempts) return std::unexpected(applied.error());
        if (const auto refreshed = catalog.refresh(); !refreshed) {
            return std::unexpected(refreshed.error());
        }
    }
}

}  // namespace cinema::catalog
