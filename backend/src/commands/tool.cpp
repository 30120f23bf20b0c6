#include "commands/tool.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "cluster/store.hpp"
#include "embedded/store.hpp"

namespace cinema::commands {

namespace {

booking::BookingPolicy policy_of(const config::Config& config) {
    return {.lock_ttl = std::chrono::seconds(config.lock_ttl_seconds),
            .seats_per_booking_max = config.max_seats_per_booking};
}

cluster::ClusterOptions cluster_options(const config::Config& config, Use use) {
    using Cluster = cluster::ClusterOptions::Use;
    return {.mongo_uri = config.mongo_uri,
            .redis_addr = config.redis_addr,
            .rabbitmq_url = config.rabbitmq_url,
            .policy = policy_of(config),
            .pool = {},
            .repair_age = std::chrono::seconds(config.expiry_interval_seconds),
            .use = use == Use::server ? Cluster::server : Cluster::tool};
}

embedded::EmbeddedOptions embedded_options(const config::Config& config, Use use) {
    using Folder = embedded::DataFolder::Use;
    return {.data_dir = config.data_dir,
            .use = use == Use::server ? Folder::server : Folder::tool,
            .policy = policy_of(config),
            .writer = {.write_queue_commands_max = config.write_queue_commands_max,
                       .batch_commands_max = config.batch_commands_max}};
}

template <class Opened>
domain::Result<std::unique_ptr<engine::Store>> any_store(Opened opened) {
    if (!opened) return std::unexpected(std::move(opened.error()));
    return std::move(*opened);
}

}  // namespace

domain::Result<std::unique_ptr<engine::Store>> open_store(const config::Config& config, Use use,
                                                          const env::Clock& clock,
                                                          env::IdSource& ids,
                                                          telemetry::Metrics& metrics,
                                                          telemetry::Logger& logger) {
    if (config.is_cluster()) {
        return any_store(
            cluster::ClusterStore::open(cluster_options(config, use), clock, ids, metrics, logger));
    }
    return any_store(
        embedded::EmbeddedStore::open(embedded_options(config, use), clock, ids, metrics, logger));
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
    auto store = open_store(config, Use::tool, tool.clock, tool.ids, tool.metrics, tool.logger);
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
