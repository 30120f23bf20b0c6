#include "commands/archive.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <sstream>
#include <utility>

#include "catalog/export.hpp"
#include "catalog/import.hpp"
#include "commands/output.hpp"
#include "commands/tool.hpp"

/// The whole house as one file, to move it to another engine.
namespace cinema::commands {

namespace {

/// Says why it did not work; answers the exit code.
int failed(const std::string& why) {
    fmt::print(stderr, "cinema: {}\n", why);
    return 1;
}

}  // namespace

int export_archive(const config::Config& config, const std::string& file) {
    return with_store(config, [&](Tool& tool) {
        std::int64_t records = 0;
        // Readable for its owner only: password hashes are in it.
        const int code = write_output(file, 0600, [&](const Write& write) {
            const std::string catalogue =
                catalog::export_catalogue(*tool.store->catalog().snapshot());
            if (!write(archive::header_line(catalogue, tool.clock.now()))) return false;
            const auto read = tool.store->archive().read([&](const archive::Record& record) {
                if (write(archive::record_line(record))) ++records;
            });
            if (!read) {
                failed(read.error().detail);
                return false;
            }
            return write(archive::end_line(records));
        });
        if (code == 0 && file != "-") fmt::print("Exported {} records.\n", records);
        return code;
    });
}

int import_archive(const config::Config& config, const std::string& file, std::string text) {
    std::istringstream in(std::move(text));
    archive::ArchiveReader reader(in);
    const auto catalogue = reader.header();
    if (!catalogue) return failed(fmt::format("{}: {}", file, catalogue.error().detail));
    return with_store(config, [&](Tool& tool) {
        const auto change =
            catalog::import_text(*catalogue, tool.store->catalog(), tool.ids, tool.clock);
        if (!change) {
            const auto* error = std::get_if<domain::Error>(&change.error());
            return failed(error ? error->detail
                                : "the archive's catalogue does not fit what is here: import into "
                                  "an empty house");
        }
        const auto loaded = tool.store->archive().load([&reader] { return reader.next(); });
        if (!loaded) return failed(fmt::format("{}: {}", file, loaded.error().detail));
        fmt::print("Imported the whole house: the catalogue and {} records.\n", reader.records());
        return 0;
    });
}

}  // namespace cinema::commands
