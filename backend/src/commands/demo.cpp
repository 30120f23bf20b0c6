#include "commands/demo.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "assets.hpp"
#include "catalog/import_plan.hpp"

namespace cinema::commands {

namespace {

constexpr int kDemoAttempts = 3;

std::optional<std::string> demo_text(const std::filesystem::path& file) {
    if (file.empty()) {
        for (const auto& asset : api::embedded_assets()) {
            if (asset.name == "demo.json") return std::string(asset.content);
        }
        return std::nullopt;
    }
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

domain::Result<void> import_demo(catalog::Catalog& catalog, env::IdSource& ids,
                                 const env::Clock& clock, const std::filesystem::path& file,
                                 telemetry::Logger& logger) {
    using telemetry::LogField;
    const auto text = demo_text(file);
    if (!text) {
        return domain::fail(domain::Errc::validation,
                            "cannot read the demo catalogue " + file.string());
    }
    domain::Result<void> applied;
    for (int attempt = 0; attempt < kDemoAttempts; ++attempt) {
        const auto snapshot = catalog.snapshot();
        const auto change = catalog::import_catalogue(*text, *snapshot, ids, clock.now());
        if (!change) {
            std::string all = "the demo catalogue does not fit:";
            for (const catalog::FileError& error : change.error()) {
                all += fmt::format("\n  line {}: {}: {}", error.line, error.field, error.message);
            }
            return domain::fail(domain::Errc::validation, all);
        }
        if (change->empty()) return {};
        applied = catalog.apply(*change, snapshot->revision());
        if (applied) {
            logger.info("demo_catalogue", LogField("movies", change->movies.size()),
                        LogField("auditoriums", change->auditoriums.size()),
                        LogField("showtimes", change->showtimes.size()));
            return {};
        }
        if (const auto refreshed = catalog.refresh(); !refreshed) return refreshed;
    }
    return applied;
}

}  // namespace cinema::commands
