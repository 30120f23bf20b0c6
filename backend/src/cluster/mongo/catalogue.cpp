#include "cluster/mongo/catalogue.hpp"

namespace cinema::cluster::mongo {

namespace {

using catalog::CatalogSnapshot;

/// An import changes the state twice, so this many loads in vain mean dozens of imports in the
/// time of a few reads.
constexpr int kLoadAttempts = 100;

std::unexpected<domain::Error> overtaken() {
    return domain::fail(domain::Errc::validation,
                        "The catalogue was changed by another import in the meantime; "
                        "nothing was imported. Import again.");
}

}  // namespace

MongoCatalogue::MongoCatalogue(Mongo& mongo, env::IdSource& ids, telemetry::Logger& logger,
                               CatalogueJournalOptions options)
    : journal_(mongo, std::move(options)),
      ids_(ids),
      logger_(logger),
      snapshot_(std::make_shared<const CatalogSnapshot>(CatalogSnapshot::Parts{})) {}

std::shared_ptr<const CatalogSnapshot> MongoCatalogue::snapshot() const {
    std::lock_guard lock(snapshot_mutex_);
    return snapshot_;
}

void MongoCatalogue::show(std::shared_ptr<const CatalogSnapshot> loaded) {
    std::lock_guard lock(snapshot_mutex_);
    if (loaded->revision() > snapshot_->revision()) snapshot_ = std::move(loaded);
}

domain::Result<void> MongoCatalogue::apply(const catalog::CatalogChange& change,
                                           std::int64_t base_revision) {
    if (change.empty()) return {};
    const auto base = snapshot();
    if (base->revision() != base_revision) return overtaken();
    const auto kept = with_first_dates(*base, change);
    auto after = std::make_shared<const CatalogSnapshot>(merged(*base, kept, base_revision + 1));
    const auto records = records_of(kept, base_revision + 1);

    if (auto free = make_way(base_revision); !free) return free;
    const domain::ObjectId import = ids_.object_id();
    // What a failure leaves behind, the next import removes.
    if (auto prepared = journal_.prepare(import, base_revision, records); !prepared) {
        return prepared;
    }
    auto published = publish(import, base_revision, records.size());
    if (!published) return std::unexpected(std::move(published.error()));
    if (!*published) {
        if (auto forgotten = journal_.forget(import); !forgotten) {
            logger_.warn("catalogue_import_not_removed",
                         telemetry::LogField("error", forgotten.error().detail));
        }
        return overtaken();
    }
    show(std::move(after));
    const CatalogueState state{.revision = base_revision + 1,
                               .import = import,
                               .unfinished_records = static_cast<std::int64_t>(records.size())};
    // It is durable and everybody sees it: whoever comes next does the rest.
    if (auto finished = journal_.finish(state); !finished) {
        logger_.warn("catalogue_import_unfinished",
                     telemetry::LogField("error", finished.error().detail));
    }
    return {};
}

domain::Result<void> MongoCatalogue::make_way(std::int64_t base_revision) {
    auto state = journal_.state();
    if (!state) return std::unexpected(std::move(state.error()));
    if (state->revision != base_revision) return overtaken();
    if (!state->unfinished_records) return {};
    return journal_.finish(*state);
}

domain::Result<bool> MongoCatalogue::publish(const domain::ObjectId& import,
                                             std::int64_t base_revision, std::size_t records) {
    auto published = journal_.publish(import, base_revision, records);
    if (published) return published;
    // The answer may be all that was lost.
    const auto state = journal_.state();
    if (state && state->import == import) return true;
    return published;
}

domain::Result<void> MongoCatalogue::refresh() {
    std::lock_guard loading(loading_mutex_);
    for (int attempt = 0; attempt < kLoadAttempts; ++attempt) {
        auto loaded = load_once();
        if (!loaded) return std::unexpected(std::move(loaded.error()));
        if (*loaded) return {};
    }
    return domain::fail(domain::Errc::unavailable,
                        "The catalogue is being changed all the time. Try again.");
}

domain::Result<bool> MongoCatalogue::load_once() {
    const auto before = journal_.state();
    if (!before) return std::unexpected(before.error());
    const auto base = snapshot();
    if (before->revision < base->revision()) return true;
    if (before->revision == base->revision()) {
        // A refresh has met it before, so its importer is slow or dead.
        if (before->unfinished_records) {
            if (auto finished = journal_.finish(*before); !finished) {
                return std::unexpected(std::move(finished.error()));
            }
        }
        return true;
    }
    const auto change = journal_.newer_than(base->revision(), *before);
    if (!change) return std::unexpected(change.error());
    const auto after = journal_.state();
    if (!after) return std::unexpected(after.error());
    if (*after != *before) return false;
    show(std::make_shared<const CatalogSnapshot>(merged(*base, *change, before->revision)));
    return true;
}

}  // namespace cinema::cluster::mongo
