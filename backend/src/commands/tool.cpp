#include "commands/tool.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>

namespace cinema::commands {

embedded::EmbeddedOptions store_options(const config::Config& config,
                                        embedded::DataFolder::Use use) {
    return {.data_dir = config.data_dir,
            .use = use,
            .policy = {.lock_ttl = std::chrono::seconds(config.lock_ttl_seconds),
                       .seats_per_booking_max = config.max_seats_per_booking},
            .writer = {.write_queue_commands_max = config.write_queue_commands_max,
                       .batch_commands_max = config.batch_commands_max}};
}

std::optional<std::string> read_file(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::nullopt;
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (in.bad()) return std::nullopt;
    return text;
}

int with_store(const config::Config& config, const std::function<int(Tool&)>& work) {
    Tool tool;
    auto store =
        embedded::EmbeddedStore::open(store_options(config, embedded::DataFolder::Use::tool),
                                      tool.clock, tool.ids, tool.metrics, tool.logger);
    if (!store) {
        fmt::print(stderr, "cinema: {}\n", store.error().detail);
        return 1;
    }
    tool.store = std::move(*store);
    const int code = work(tool);
    tool.store->stop();
    return code;
}

}  // namespace cinema::commands
