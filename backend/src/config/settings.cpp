#include "config/settings.hpp"

#include "config/read_values.hpp"

namespace cinema::config {

namespace {

using Kind = Setting::Kind;
constexpr int kDaySeconds = 86400;

constexpr Setting kSettings[] = {
    {"LISTEN", Kind::value, ":8080,:3000", "ADDRESS:PORT,...",
     "Where to listen; without an address on every one, port 0 picks a free port", read_listen},
    {"DATA_DIR", Kind::value, "./data", "FOLDER",
     "Where the database and the token secret are kept; made when missing",
     read_text<&Config::data_dir>},
    {"WEB_ROOT", Kind::value, "", "FOLDER",
     "The built web app to serve; without it, a plain start page", read_web_root},
    {"CINEMA_NAME", Kind::value, "Cinema", "NAME", "What the cinema is called on its pages",
     read_cinema_name},
    {"TIME_ZONE", Kind::value, "UTC", "ZONE",
     "Where the cinema is, by the IANA name of its time zone, such as Asia/Bangkok",
     read_time_zone},
    {"MONGO_URI", Kind::secret, "", "URI",
     "MongoDB; with REDIS_ADDR and RABBITMQ_URL chooses the cluster engine",
     read_text<&Config::mongo_uri>},
    {"REDIS_ADDR", Kind::secret, "", "HOST:PORT", "Redis, for the cluster engine",
     read_text<&Config::redis_addr>},
    {"RABBITMQ_URL", Kind::secret, "", "URL", "RabbitMQ, for the cluster engine",
     read_text<&Config::rabbitmq_url>},
    {"JWT_SECRET", Kind::secret, "", "TEXT",
     "Signs the tokens, at least 32 bytes; without it, one is made and kept in DATA_DIR",
     read_jwt_secret},
    {"DEMO_LOGIN", Kind::on_off, "false", "",
     "Let accounts without a password log in by e-mail alone; never for a real box office",
     read_on_off<&Config::demo_login>},
    {"SEED_DEMO", Kind::on_off, "false", "", "Import DEMO_CATALOGUE at start",
     read_on_off<&Config::seed_demo>},
    {"DEMO_CATALOGUE", Kind::value, "", "FILE", "The catalogue that SEED_DEMO imports",
     read_demo_catalogue},
    {"LOCK_TTL_SECONDS", Kind::value, "300", "SECONDS", "How long a hold lasts",
     read_integer<&Config::lock_ttl_seconds, 1, kDaySeconds>},
    {"EXPIRY_INTERVAL_SECONDS", Kind::value, "5", "SECONDS",
     "How often overdue holds are looked for",
     read_integer<&Config::expiry_interval_seconds, 1, 3600>},
    {"MAX_SEATS_PER_BOOKING", Kind::value, "10", "SEATS", "The most seats of one hold",
     read_integer<&Config::max_seats_per_booking, 1, 100>},
    {"TOKEN_TTL_SECONDS", Kind::value, "43200", "SECONDS", "How long a login lasts",
     read_integer<&Config::token_ttl_seconds, 60, 30 * kDaySeconds>},
    {"LOGIN_FAILURES_MAX", Kind::value, "10", "LOGINS",
     "Failed logins of one e-mail before a pause; five times as many of one address or IPv6 /64",
     read_integer<&Config::login_failures_max, 1, 1000>},
    {"LOGIN_WINDOW_SECONDS", Kind::value, "900", "SECONDS",
     "For how long a failed login counts against LOGIN_FAILURES_MAX",
     read_integer<&Config::login_window_seconds, 1, kDaySeconds>},
    {"ALLOWED_ORIGINS", Kind::value, "", "ORIGIN,...",
     "Web origins other than the server's own that may use the API and the WebSocket",
     read_allowed_origins},
    {"TRUSTED_PROXIES", Kind::value, "", "ADDRESS[/BITS],...",
     "Proxies whose X-Forwarded-For is believed", read_trusted_proxies},
    {"LOG_LEVEL", Kind::value, "info", "LEVEL", "debug, info, warn, error or off", read_log_level},
    {"IO_THREADS", Kind::value, "0", "THREADS",
     "Threads that serve connections; 0 = one per core but the writer's",
     read_integer<&Config::io_threads, 0, 256>},
    {"CONNECTIONS_MAX", Kind::value, "20000", "CONNECTIONS", "The most open connections",
     read_integer<&Config::connections_max, 1, 1'000'000>},
    {"VIEWERS_MAX", Kind::value, "15000", "VIEWERS", "The most WebSocket viewers",
     read_integer<&Config::viewers_max, 1, 1'000'000>},
    {"VIEWERS_PER_ADDRESS_MAX", Kind::value, "8192", "VIEWERS",
     "The most WebSocket viewers from one IPv4 address or IPv6 /64",
     read_integer<&Config::viewers_per_address_max, 1, 1'000'000>},
    {"WRITE_QUEUE_COMMANDS_MAX", Kind::value, "4096", "COMMANDS",
     "Changes that may wait for the writer before more are refused",
     read_integer<&Config::write_queue_commands_max, 1, 1'000'000>},
    {"BATCH_COMMANDS_MAX", Kind::value, "256", "COMMANDS", "The most changes committed together",
     read_integer<&Config::batch_commands_max, 1, 10'000>},
    {"HEADER_TIMEOUT_SECONDS", Kind::value, "10", "SECONDS", "For a request's headers to arrive",
     read_integer<&Config::header_timeout_seconds, 1, 3600>},
    {"BODY_TIMEOUT_SECONDS", Kind::value, "10", "SECONDS", "For a request's body to arrive",
     read_integer<&Config::body_timeout_seconds, 1, 3600>},
    {"IDLE_TIMEOUT_SECONDS", Kind::value, "75", "SECONDS", "Between two requests of a connection",
     read_integer<&Config::idle_timeout_seconds, 1, 3600>},
    {"WRITE_TIMEOUT_SECONDS", Kind::value, "30", "SECONDS", "For a client to take an answer",
     read_integer<&Config::write_timeout_seconds, 1, 3600>},
    {"SHUTDOWN_GRACE_SECONDS", Kind::value, "10", "SECONDS",
     "For running requests to finish after SIGTERM",
     read_integer<&Config::shutdown_grace_seconds, 0, 600>},
};

}  // namespace

std::span<const Setting> settings() {
    return kSettings;
}

const Setting* find_setting(std::string_view name) {
    for (const Setting& setting : kSettings) {
        if (setting.name == name) return &setting;
    }
    return nullptr;
}

const Setting* secret_of_file_setting(std::string_view name) {
    if (!name.ends_with("_FILE")) return nullptr;
    const Setting* setting = find_setting(name.substr(0, name.size() - 5));
    return setting && setting->kind == Kind::secret ? setting : nullptr;
}

}  // namespace cinema::config
