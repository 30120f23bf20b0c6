#include "commands/demo.hpp"

#include <fmt/format.h>

#include "assets.hpp"
#include "catalog/import.hpp"
#include "commands/tool.hpp"

namespace cinema::commands {

namespace {

std::optional<std::string> demo_text(const std::filesystem::path& file) {
    if (file.empty()) {
        for (const auto& asset : api::embedded_assets()) {
            if (asset.name == "demo.json") return std::string(asset.content);
        }
        return std::nullopt;
    }
    return read_file(file);
}

/// All that is wrong with the file in one text.
domain::Error described(const catalog::ImportFailure& failure) {
    if (const auto* error = std::get_if<domain::Error>(&failure)) return *error;
    std::string all = "the demo catalogue does not fit:";
    for (const auto& mistake : std::get<std::vector<catalog::FileError>>(failure)) {
        all += fmt::format("\n  line {}: {}: {}", mistake.line, mistake.field, mistake.message);
    }
    return {.code = domain::Errc::validation, .detail = std::move(all)};
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
    const auto change = catalog::import_text(*text, catalog, ids, clock);
    if (!change) return std::unexpected(described(change.error()));
    if (!change->empty()) {
        logger.info("demo_catalogue", LogField("movies", change->movies.size()),
                    LogField("auditoriums", change->auditoriums.size()),
                    LogField("showtimes", change->showtimes.size()));
    }
    return {};
}

}  // namespace cinema::commands
