#include "commands/import.hpp"

#include <fstream>
#include <iterator>

namespace cinema::commands {

namespace {

constexpr int kAttempts = 3;

}  // namespace

std::expected<catalog::CatalogChange, ImportFailure> import_text(std::string_view text,
                                                                 catalog::Catalog& catalog,
                                                                 env::IdSource& ids,
                                                                 const env::Clock& clock) {
    for (int attempt = 1;; ++attempt) {
        const auto snapshot = catalog.snapshot();
        auto change = catalog::import_catalogue(text, *snapshot, ids, clock.now());
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

std::optional<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) return std::nullopt;
    return text;
}

}  // namespace cinema::commands
