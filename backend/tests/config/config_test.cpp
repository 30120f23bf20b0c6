#include "config/config.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <set>

#include "config/settings.hpp"
#include "config/temp_folder.hpp"

namespace cinema::config {

namespace {

using testing::TempFolder;

std::expected<Config, std::vector<std::string>> load(const Environment& environment) {
    return load_config(environment, std::nullopt, {});
}

/// The only problem of an environment, or a text that says otherwise.
std::string problem_of(const Environment& environment) {
    const auto config = load(environment);
    if (config) return "no problem";
    if (config.error().size() != 1) {
        return std::to_string(config.error().size()) + " problems, the first: " + config.error()[0];
    }
    return config.error()[0];
}

TEST(Config, HasTheDocumentedDefaults) {
    const auto loaded = load({});
    ASSERT_TRUE(loaded);
    const Config& config = *loaded;
    EXPECT_EQ(config.listen, (std::vector<ListenAddress>{{"", 8080}, {"", 3000}}));
    EXPECT_EQ(config.data_dir, "./data");
    EXPECT_EQ(config.web_root, "");
    EXPECT_EQ(config.demo_catalogue, "");
    EXPECT_EQ(config.mongo_uri + config.redis_addr + config.rabbitmq_url + config.jwt_secret, "");
    EXPECT_EQ(config.cinema_name, "Cinema");
    EXPECT_EQ(config.time_zone, "UTC");
    EXPECT_FALSE(config.demo_login);
    EXPECT_FALSE(config.seed_demo);
    EXPECT_EQ(config.lock_ttl_seconds, 300);
    EXPECT_EQ(config.expiry_interval_seconds, 5);
    EXPECT_EQ(config.max_seats_per_booking, 10u);
    EXPECT_EQ(config.token_ttl_seconds, 43200);
    EXPECT_TRUE(config.allowed_origins.empty());
    EXPECT_TRUE(config.trusted_proxies.empty());
    EXPECT_EQ(config.log_level, telemetry::LogLevel::info);
    EXPECT_EQ(config.io_threads, 0u);
    EXPECT_EQ(config.connections_max, 20000u);
    EXPECT_EQ(config.viewers_max, 15000u);
    EXPECT_EQ(config.viewers_per_address_max, 8192u);
    EXPECT_EQ(config.write_queue_commands_max, 4096u);
    EXPECT_EQ(config.batch_commands_max, 256u);
    EXPECT_EQ(config.header_timeout_seconds, 10);
    EXPECT_EQ(config.body_timeout_seconds, 10);
    EXPECT_EQ(config.idle_timeout_seconds, 75);
    EXPECT_EQ(config.write_timeout_seconds, 30);
    EXPECT_EQ(config.shutdown_grace_seconds, 10);
    EXPECT_EQ(config.login_failures_max, 10);
    EXPECT_EQ(config.login_window_seconds, 900);
}

TEST(Config, ReadsValuesOfEveryKind) {
    TempFolder folder;
    const auto catalogue = folder.write("demo.json", "{}");
    const auto config = load({{"LISTEN", "127.0.0.1:0, [::1]:81,:82,localhost:83"},
                              {"DATA_DIR", "/var/lib/cinema"},
                              {"WEB_ROOT", folder.path().string()},
                              {"DEMO_CATALOGUE", catalogue.string()},
                              {"JWT_SECRET", std::string(32, 's')},
                              {"CINEMA_NAME", " Le Balzac, โรงหนัง "},
                              {"TIME_ZONE", "Asia/Bangkok"},
                              {"DEMO_LOGIN", "true"},
                              {"SEED_DEMO", "1"},
                              {"LOCK_TTL_SECONDS", "86400"},
                              {"LOG_LEVEL", "warn"},
                              {"ALLOWED_ORIGINS",
                               "https://Cinema.Example, http://localhost:3000,https://a.b:443,"
                               "http://[::1]:5173"},
                              {"TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7,fd00::/8"}});
    ASSERT_TRUE(config) << config.error()[0];
    EXPECT_EQ(config->listen, (std::vector<ListenAddress>{
                                  {"127.0.0.1", 0}, {"::1", 81}, {"", 82}, {"127.0.0.1", 83}}));
    EXPECT_EQ(config->data_dir, "/var/lib/cinema");
    EXPECT_EQ(config->web_root, folder.path());
    EXPECT_EQ(config->demo_catalogue, catalogue);
    EXPECT_EQ(config->jwt_secret, std::string(32, 's'));
    EXPECT_EQ(config->cinema_name, "Le Balzac, โรงหนัง");
    EXPECT_EQ(config->time_zone, "Asia/Bangkok");
    EXPECT_TRUE(config->demo_login);
    EXPECT_TRUE(config->seed_demo);
    EXPECT_EQ(config->lock_ttl_seconds, 86400);
    EXPECT_EQ(config->log_level, telemetry::LogLevel::warn);
    EXPECT_EQ(config->allowed_origins,
              (std::vector<std::string>{"https://cinema.example", "http://localhost:3000",
                                        "https://a.b", "http://[::1]:5173"}));
    ASSERT_EQ(config->trusted_proxies.size(), 3u);
    EXPECT_TRUE(config->trusted_proxies[0].contains("10.1.2.3"));
}

TEST(Config, RefusesBadValuesNamingSettingValueAndWhatIsAllowed) {
    struct Row {
        std::string name;
        std::vector<std::string> bad;
        std::string allowed;
    };
    const std::vector<Row> rows = {
        {"LISTEN",
         {"8080", ":65536", ":x", "::1:80", "[::1:80", "host.example:80", "1.2.3.4.5:80", ":80,",
          ":80,:80", "10.0.0.0/8:80", "[127.0.0.1]:80", "[]:80", ":-1", ": 80"},
         "a comma list of distinct address:port, like :8080 (every address), 127.0.0.1:8080 or "
         "[::1]:8080"},
        {"WEB_ROOT", {"/does/not/exist", "/etc/hostname"}, "a folder that exists"},
        {"DEMO_CATALOGUE", {"/does/not/exist", "/tmp"}, "a file that exists"},
        {"CINEMA_NAME",
         {" ", std::string(61, 'x'), "two\nlines", "\x1b[1mbold", "not UTF-8 \xff"},
         "1 to 60 characters of text"},
        {"TIME_ZONE",
         {"Bangkok", "asia/bangkok", "UTC+7", "../../etc/passwd", "posix/Asia/Bangkok"},
         "a time zone of this system by its IANA name, like Asia/Bangkok or UTC; if that is one, "
         "install tzdata"},
        {"DEMO_LOGIN", {"yes", "TRUE", "on", "2"}, "true or false"},
        {"LOCK_TTL_SECONDS",
         {"0", "86401", "-1", "5m", "1.5", " 5", "+5", "99999999999999999999"},
         "a whole number from 1 to 86400"},
        {"EXPIRY_INTERVAL_SECONDS", {"0", "3601"}, "a whole number from 1 to 3600"},
        {"MAX_SEATS_PER_BOOKING", {"0", "101"}, "a whole number from 1 to 100"},
        {"IO_THREADS", {"-1", "257"}, "a whole number from 0 to 256"},
        {"ALLOWED_ORIGINS",
         {"*", "cinema.example", "https://", "https://a/", "https://a/b", "https://a:0",
          "https://a:70000", "https://a b", "https://u@a", "ftp://a", "https://a,,https://b",
          "https://[::1", "https://[10.0.0.1]", "null"},
         "a comma list of origins like https://cinema.example or http://localhost:3000, without a "
         "path"},
        {"TRUSTED_PROXIES",
         {"proxy", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/-1", "::/129", "10.0.0"},
         "a comma list of IP addresses or CIDR blocks like 10.0.0.0/8 or fd00::/8"},
        {"LOG_LEVEL", {"verbose", "INFO"}, "debug, info, warn, error or off"},
    };
    for (const Row& row : rows) {
        for (const std::string& bad : row.bad) {
            EXPECT_EQ(problem_of({{row.name, bad}}),
                      row.name + " is \"" + bad + "\" but must be " + row.allowed + ".");
        }
    }
}

TEST(Config, ReportsAllProblemsAtOnce) {
    TempFolder folder;
    const auto env_file = folder.write(".env", "NO_SUCH=1\nbroken\nIDLE_TIMEOUT_SECONDS=x\n");
    const std::vector<FlagValue> flags = {{"LOCK_TTL_SECONDS", "0"}, {"NOT_ONE", "1"}};
    const auto config =
        load_config({{"LOG_LEVEL", "loud"}, {"JWT_SECRET", "short"}}, env_file, flags);
    ASSERT_FALSE(config);
    const auto mentions = [&](const std::string& text) {
        return std::count_if(config.error().begin(), config.error().end(),
                             [&](const auto& p) { return p.find(text) != std::string::npos; });
    };
    EXPECT_EQ(config.error().size(), 7u);
    for (const char* text : {"There is no setting NOT_ONE.", ".env line 2 must be",
                             ".env sets NO_SUCH", "JWT_SECRET must", "LOCK_TTL_SECONDS is \"0\"",
                             "LOG_LEVEL is \"loud\"", "IDLE_TIMEOUT_SECONDS is \"x\""}) {
        EXPECT_EQ(mentions(text), 1) << text;
    }
}

TEST(Config, NeverShowsASecret) {
    TempFolder folder;
    const auto env_file = folder.write(".env", "JWT_SECRET=\"hushhush\n");
    for (const auto& config :
         {load({{"JWT_SECRET", "hushhush"}}), load_config({}, env_file, {}),
          load({{"MONGO_URI", "mongodb://me:hushhush@host"}}),
          load({{"RABBITMQ_URL", "amqp://me:hushhush@host"}, {"JWT_SECRET", "hushhush"}})}) {
        ASSERT_FALSE(config);
        for (const auto& problem : config.error()) {
            EXPECT_EQ(problem.find("hushhush"), std::string::npos) << problem;
        }
    }
}

TEST(Config, FlagsWinOverEnvironmentOverFileOverDefault) {
    TempFolder folder;
    const auto env_file = folder.write(
        ".env", "LOCK_TTL_SECONDS=10\nEXPIRY_INTERVAL_SECONDS=11\nMAX_SEATS_PER_BOOKING=12\n");
    const Environment environment = {{"LOCK_TTL_SECONDS", "20"}, {"EXPIRY_INTERVAL_SECONDS", "21"}};
    const std::vector<FlagValue> flags = {{"LOCK_TTL_SECONDS", "29"}, {"LOCK_TTL_SECONDS", "30"}};
    const auto config = load_config(environment, env_file, flags);
    ASSERT_TRUE(config) << config.error()[0];
    EXPECT_EQ(config->lock_ttl_seconds, 30) << "the last flag";
    EXPECT_EQ(config->expiry_interval_seconds, 21);
    EXPECT_EQ(config->max_seats_per_booking, 12u);
    EXPECT_EQ(config->token_ttl_seconds, 43200);
}

TEST(Config, TakesAnEmptyValueAsNotGiven) {
    const auto config = load({{"LOCK_TTL_SECONDS", ""}, {"JWT_SECRET", ""}, {"MONGO_URI", ""}});
    ASSERT_TRUE(config) << config.error()[0];
    EXPECT_EQ(config->lock_ttl_seconds, 300);
}

TEST(Config, ChoosesTheClusterWithAllThreeAddressesOnly) {
    EXPECT_EQ(problem_of({{"MONGO_URI", "m"}}),
              "MONGO_URI given without REDIS_ADDR and RABBITMQ_URL: the cluster engine needs all "
              "three, the embedded engine none.");
    EXPECT_EQ(problem_of({{"REDIS_ADDR", "r"}, {"RABBITMQ_URL", "q"}}),
              "REDIS_ADDR and RABBITMQ_URL given without MONGO_URI: the cluster engine needs all "
              "three, the embedded engine none.");
    const auto cluster = load({{"MONGO_URI", "m"}, {"REDIS_ADDR", "r"}, {"RABBITMQ_URL", "q"}});
    ASSERT_TRUE(cluster) << cluster.error()[0];
    EXPECT_TRUE(cluster->is_cluster());
    const auto embedded = load({});
    ASSERT_TRUE(embedded) << embedded.error()[0];
    EXPECT_FALSE(embedded->is_cluster());
}

TEST(Config, WantsTokenSecretsOf32Bytes) {
    EXPECT_EQ(problem_of({{"JWT_SECRET", std::string(31, 'x')}}),
              "JWT_SECRET must be at least 32 bytes long (it has 31); make one with: openssl rand "
              "-hex 32.");
    EXPECT_TRUE(load({{"JWT_SECRET", std::string(32, 'x')}}));
}

TEST(Config, ReadsSecretsFromFiles) {
    TempFolder folder;
    const std::string secret(40, 'k');
    const auto file = folder.write("secret", secret + "\n").string();
    const auto empty = folder.write("empty", "\n").string();
    const auto large = folder.write("large", std::string(5000, 'k')).string();

    const auto config = load({{"JWT_SECRET_FILE", file}});
    ASSERT_TRUE(config) << config.error()[0];
    EXPECT_EQ(config->jwt_secret, secret);

    EXPECT_EQ(problem_of({{"JWT_SECRET_FILE", "/does/not/exist"}}),
              "JWT_SECRET_FILE: the file /does/not/exist cannot be read.");
    EXPECT_EQ(problem_of({{"JWT_SECRET_FILE", "/tmp"}}),
              "JWT_SECRET_FILE: the file /tmp cannot be read.");
    EXPECT_EQ(problem_of({{"JWT_SECRET_FILE", empty}}),
              "JWT_SECRET_FILE: the file " + empty + " must hold 1 to 4096 bytes.");
    EXPECT_EQ(problem_of({{"JWT_SECRET_FILE", large}}),
              "JWT_SECRET_FILE: the file " + large + " must hold 1 to 4096 bytes.");
    EXPECT_EQ(
        problem_of({{"JWT_SECRET_FILE", file}, {"JWT_SECRET", secret}}),
        "JWT_SECRET and JWT_SECRET_FILE are both given in the environment; give one of them.");

    // In different places it is no contradiction: the stronger place wins.
    const auto env_file = folder.write(".env", "JWT_SECRET=" + std::string(50, 'f') + "\n");
    const auto stronger = load_config({{"JWT_SECRET_FILE", file}}, env_file, {});
    ASSERT_TRUE(stronger) << stronger.error()[0];
    EXPECT_EQ(stronger->jwt_secret, secret);
}

TEST(Config, AcceptsSecretFilesInTheEnvFileButNoFileOfOtherSettings) {
    TempFolder folder;
    const auto secret = folder.write("secret", std::string(40, 'k'));
    const auto good = folder.write("good.env", "JWT_SECRET_FILE=" + secret.string());
    EXPECT_TRUE(load_config({}, good, {}));
    const auto bad = folder.write("bad.env", "LISTEN_FILE=" + secret.string());
    EXPECT_FALSE(load_config({}, bad, {}));
}

TEST(Config, TakesNoNulBytes) {
    using namespace std::string_literals;
    EXPECT_EQ(problem_of({{"DATA_DIR", "a\0b"s}}),
              "DATA_DIR is \"a\0b\" but must be text without NUL bytes."s);
}

TEST(Config, ReadsTheProcessEnvironment) {
    ASSERT_EQ(::setenv("EXPIRY_INTERVAL_SECONDS", "77", 1), 0);
    ASSERT_EQ(::setenv("RABBITMQ_URL_FILE", "/some/file", 1), 0);
    const Environment environment = process_environment();
    ::unsetenv("EXPIRY_INTERVAL_SECONDS");
    ::unsetenv("RABBITMQ_URL_FILE");
    EXPECT_EQ(environment.at("EXPIRY_INTERVAL_SECONDS"), "77");
    EXPECT_EQ(environment.at("RABBITMQ_URL_FILE"), "/some/file");
    EXPECT_EQ(environment.count("PATH"), 0u);
}

TEST(Settings, AreNamedOnceAndTheirDefaultsAreValid) {
    std::set<std::string_view> names;
    for (const Setting& setting : settings()) {
        EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
        EXPECT_FALSE(setting.description.empty()) << setting.name;
        EXPECT_EQ(find_setting(setting.name), &setting);
        Config config;
        if (!setting.default_value.empty()) {
            EXPECT_EQ(setting.read(config, setting.default_value), std::nullopt) << setting.name;
        }
    }
    EXPECT_EQ(find_setting("NO_SUCH"), nullptr);
    EXPECT_EQ(secret_of_file_setting("JWT_SECRET_FILE"), find_setting("JWT_SECRET"));
    EXPECT_EQ(secret_of_file_setting("LISTEN_FILE"), nullptr);
    EXPECT_EQ(secret_of_file_setting("JWT_SECRET"), nullptr);
}

}  // namespace

}  // namespace cinema::config
