#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

#include "catalog/export.hpp"
#include "catalog/import_plan.hpp"
#include "commands/tool.hpp"

namespace cinema::commands {

namespace {

constexpr int kApplyAttempts = 3;

std::optional<std::string> read_all(const std::string& file) {
    if (file == "-") {
        return std::string{std::istreambuf_iterator<char>(std::cin),
                           std::istreambuf_iterator<char>()};
    }
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) return std::nullopt;
    return text;
}

}  // namespace

int import_catalogue(const config::Config& config, const std::string& file) {
    const auto text = read_all(file);
    if (!text) {
        fmt::print(stderr, "cinema: cannot read {}\n", file);
        return 1;
    }
    return with_store(config, [&](Tool& tool) {
        catalog::Catalog& catalog = tool.store->catalog();
        for (int attempt = 1;; ++attempt) {
            const auto snapshot = catalog.snapshot();
            const auto change =
                catalog::import_catalogue(*text, *snapshot, tool.ids, tool.clock.now());
            if (!change) {
                for (const catalog::FileError& error : change.error()) {
                    fmt::print(stderr, "{}:{}: {}{}{}\n", file, error.line, error.field,
                               error.field.empty() ? "" : ": ", error.message);
                }
                fmt::print(stderr, "Nothing was imported: {} {} to mend.\n", change.error().size(),
                           change.error().size() == 1 ? "mistake" : "mistakes");
                return 1;
            }
            if (change->empty()) {
                fmt::print("Nothing to do: the catalogue holds all of this already.\n");
                return 0;
            }
            const auto applied = catalog.apply(*change, snapshot->revision());
            if (applied) {
                fmt::print("Imported {} movies, {} auditoriums, {} showtimes (new or changed).\n",
                           change->movies.size(), change->auditoriums.size(),
                           change->showtimes.size());
                return 0;
            }
            // Somebody else imported in between: look at the catalogue afresh.
            const bool again = applied.error().code == domain::Errc::validation &&
                               attempt < kApplyAttempts && catalog.refresh();
            if (!again) {
                fmt::print(stderr, "cinema: {}\n", applied.error().detail);
                return 1;
            }
        }
    });
}

int export_catalogue(const config::Config& config, const std::string& file) {
    return with_store(config, [&](Tool& tool) {
        const std::string text = catalog::export_catalogue(*tool.store->catalog().snapshot());
        std::FILE* out = file == "-" ? stdout : std::fopen(file.c_str(), "wx");
        if (!out) {
            fmt::print(stderr,
                       "cinema: cannot make {}: it exists already or its folder cannot be "
                       "written\n",
                       file);
            return 1;
        }
        bool good = std::fwrite(text.data(), 1, text.size(), out) == text.size();
        good = std::fflush(out) == 0 && good;
        if (out != stdout) {
            good = ::fsync(::fileno(out)) == 0 && good;
            good = std::fclose(out) == 0 && good;
        }
        if (!good) fmt::print(stderr, "cinema: writing {} failed\n", file);
        return good ? 0 : 1;
    });
}

}  // namespace cinema::commands
