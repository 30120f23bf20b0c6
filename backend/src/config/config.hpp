#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/address_range.hpp"
#include "telemetry/logger.hpp"

namespace CLI {
class App;
}

namespace cinema::config {

/// Where to listen. `host` is an IP literal ("127.0.0.1", "::1"); empty means every address.
/// Port 0 picks a free one.
struct ListenAddress {
    std::string host;
    std::uint16_t port = 0;

    bool operator==(const ListenAddress&) const = default;
};

/// Every setting, read and validated. The meaning, default and range of each is in the one table of
/// settings (settings.cpp), which the initial values come from.
struct Config {
    std::vector<ListenAddress> listen;
    std::filesystem::path data_dir;
    std::filesystem::path web_root;        ///< empty: the built-in start page
    std::filesystem::path demo_catalogue;  ///< empty: none
    std::string mongo_uri;
    std::string redis_addr;
    std::string rabbitmq_url;
    /// Which engine: with these three addresses the cluster, without any of them the embedded one.
    bool is_cluster() const { return !mongo_uri.empty(); }
    std::string jwt_secret;  ///< empty: made and kept in the data folder
    std::string cinema_name;
    std::string time_zone;  ///< an IANA name that the system knows
    bool demo_login = false;
    bool seed_demo = false;
    int lock_ttl_seconds = 0;
    int expiry_interval_seconds = 0;
    std::size_t max_seats_per_booking = 0;
    int token_ttl_seconds = 0;
    std::vector<std::string> allowed_origins;  ///< as browsers send them: "https://example.org"
    std::vector<AddressRange> trusted_proxies;
    telemetry::LogLevel log_level = telemetry::LogLevel::info;
    std::size_t io_threads = 0;  ///< 0: one per core, but one core is left to the writer
    std::size_t connections_max = 0;
    std::size_t viewers_max = 0;
    std::size_t viewers_per_address_max = 0;
    std::size_t write_queue_commands_max = 0;
    std::size_t batch_commands_max = 0;
    int header_timeout_seconds = 0;
    int body_timeout_seconds = 0;
    int idle_timeout_seconds = 0;
    int write_timeout_seconds = 0;
    int shutdown_grace_seconds = 0;
    int login_failures_max = 0;
    int login_window_seconds = 0;
};

/// Environment variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

/// A flag as it was given: the setting's name ("LOCK_TTL_SECONDS") and the text.
struct FlagValue {
    std::string name;
    std::string value;
};

/// The process's environment, as far as it names a setting.
Environment process_environment();

/// Adds a flag for every setting (LOCK_TTL_SECONDS → --lock-ttl-seconds), with its default and
/// description for --help. Parsing appends to `values`, which must outlive the app.
void register_flags(CLI::App& app, std::vector<FlagValue>& values);

/// Reads every setting. A flag wins over the environment, that over the `.env` file, that over the
/// default; an empty value counts as not given. A secret NAME may be in a file named by NAME_FILE
/// instead. A missing `.env` file is no error, an unknown name in it is.
/// Failure: all problems at once, each a sentence naming the setting, the value (never a secret's)
/// and what is allowed.
std::expected<Config, std::vector<std::string>> load_config(
    const Environment& environment, const std::optional<std::filesystem::path>& env_file,
    std::span<const FlagValue> flags);

}  // namespace cinema::config
