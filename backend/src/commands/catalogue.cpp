#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>
#include <utility>

#include "catalog/export.hpp"
#include "catalog/import.hpp"
#include "commands/archive.hpp"
#include "commands/output.hpp"
#include "commands/tool.hpp"

namespace cinema::commands {

namespace {

std::optional<std::string> read_input(const std::string& file) {
    if (file != "-") return read_file(file);
    return std::string{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

int tell_mistakes(const std::string& file, const std::vector<catalog::FileError>& mistakes) {
    for (const catalog::FileError& error : mistakes) {
        fmt::print(stderr, "{}:{}: {}{}{}\n", file, error.line, error.field,
                   error.field.empty() ? "" : ": ", error.message);
    }
    fmt::print(stderr, "Nothing was imported: {} {} to mend.\n", mistakes.size(),
               mistakes.size() == 1 ? "mistake" : "mistakes");
    return 1;
}

}  // namespace

int import_catalogue(const config::Config& config, const std::string& file) {
    auto text = read_input(file);
    if (!text) {
        fmt::print(stderr, "cinema: cannot read {}\n", file);
        return 1;
    }
    if (archive::is_archive(*text)) return import_archive(config, file, std::move(*text));
    return with_store(config, [&](Tool& tool) {
        const auto change =
            catalog::import_text(*text, tool.store->catalog(), tool.ids, tool.clock);
        if (!change) {
            if (const auto* error = std::get_if<domain::Error>(&change.error())) {
                fmt::print(stderr, "cinema: {}\n", error->detail);
                return 1;
            }
            return tell_mistakes(file, std::get<std::vector<catalog::FileError>>(change.error()));
        }
        if (change->empty()) {
            fmt::print("Nothing to do: the catalogue holds all of this already.\n");
        } else {
            fmt::print("Imported {} movies, {} auditoriums, {} showtimes (new or changed).\n",
                       change->movies.size(), change->auditoriums.size(), change->showtimes.size());
        }
        return 0;
    });
}

int export_catalogue(const config::Config& config, const std::string& file) {
    return with_store(config, [&](Tool& tool) {
        return write_output(file, 0666, [&](const Write& write) {
            return write(catalog::export_catalogue(*tool.store->catalog().snapshot()));
        });
    });
}

}  // namespace cinema::commands
