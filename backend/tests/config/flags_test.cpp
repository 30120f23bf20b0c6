#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "config/config.hpp"
#include "config/settings.hpp"

namespace cinema::config {

namespace {

/// What `cinema serve <arguments>` gives.
std::vector<std::pair<std::string, std::string>> parsed(const std::string& arguments) {
    CLI::App app("cinema");
    CLI::App* serve = app.add_subcommand("serve");
    std::vector<FlagValue> values;
    register_flags(*serve, values);
    app.parse("serve " + arguments);
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const FlagValue& value : values) pairs.emplace_back(value.name, value.value);
    return pairs;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Flags, GiveValuesByTheSettingsName) {
    EXPECT_EQ(parsed(""), Pairs{});
    EXPECT_EQ(parsed("--lock-ttl-seconds 7"), (Pairs{{"LOCK_TTL_SECONDS", "7"}}));
    EXPECT_EQ(parsed("--listen=:81,:82"), (Pairs{{"LISTEN", ":81,:82"}}));
    EXPECT_EQ(parsed("--jwt-secret-file /run/secret"), (Pairs{{"JWT_SECRET_FILE", "/run/secret"}}));
}

TEST(Flags, MeanTrueWhenASwitchStandsAlone) {
    EXPECT_EQ(parsed("--demo-login"), (Pairs{{"DEMO_LOGIN", "true"}}));
    EXPECT_EQ(parsed("--demo-login --log-level warn"),
              (Pairs{{"DEMO_LOGIN", "true"}, {"LOG_LEVEL", "warn"}}));
    EXPECT_EQ(parsed("--demo-login=false"), (Pairs{{"DEMO_LOGIN", "false"}}));
    EXPECT_EQ(parsed("--demo-login false"), (Pairs{{"DEMO_LOGIN", "false"}}));
}

TEST(Flags, AreRefusedWhenUnknownOrWithoutTheirValue) {
    EXPECT_THROW(parsed("--lock-ttl 7"), CLI::ParseError);
    EXPECT_THROW(parsed("--lock-ttl-seconds"), CLI::ParseError);
    EXPECT_THROW(parsed("--listen-file /x"), CLI::ParseError);
}

TEST(Flags, AreAllInTheHelpWithTheirDefaults) {
    CLI::App app("cinema");
    std::vector<FlagValue> values;
    register_flags(app, values);
    const std::string help = app.help();
    for (const Setting& setting : settings()) {
        std::string flag = "--";
        for (const char c : setting.name) flag += c == '_' ? '-' : static_cast<char>(tolower(c));
        const auto at = help.find("  " + flag + " ");
        ASSERT_NE(at, std::string::npos) << flag;
        const std::string row = help.substr(at, help.find("\n  --", at) - at);
        EXPECT_NE(row.find(setting.description), std::string::npos) << row;
        if (!setting.default_value.empty()) {
            EXPECT_NE(row.find("(" + std::string(setting.default_value) + ")"), std::string::npos)
                << row;
        }
        EXPECT_EQ(help.find(flag + "-file") != std::string::npos,
                  setting.kind == Setting::Kind::secret)
            << flag;
    }
}

}  // namespace

}  // namespace cinema::config
