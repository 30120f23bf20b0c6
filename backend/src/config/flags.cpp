#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>

#include "config/config.hpp"
#include "config/settings.hpp"

namespace cinema::config {

namespace {

/// LOCK_TTL_SECONDS → --lock-ttl-seconds
std::string flag_name(std::string_view setting) {
    std::string name = "--" + std::string(setting);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        return c == '_' ? '-' : static_cast<char>(std::tolower(c));
    });
    return name;
}

CLI::Option* add_text_flag(CLI::App& app, const std::string& setting,
                           const std::string& description, std::vector<FlagValue>& values) {
    CLI::Option* option = app.add_option_function<std::string>(
        flag_name(setting),
        [&values, setting](const std::string& value) {
            values.push_back({setting, value});
        },
        description);
    return option->group("Settings");
}

}  // namespace

void register_flags(CLI::App& app, std::vector<FlagValue>& values) {
    for (const Setting& setting : settings()) {
        const std::string name(setting.name);
        const bool is_on_off = setting.kind == Setting::Kind::on_off;
        CLI::Option* option = add_text_flag(app, name, std::string(setting.description), values);
        // What --help shows behind the name. CLI11's own default string would also become the
        // value of a bare --demo-login, which must be true.
        std::string hint(is_on_off ? "[true|false]" : setting.unit);
        if (!setting.default_value.empty()) hint += fmt::format(" ({})", setting.default_value);
        option->option_text(hint);
        if (is_on_off) option->expected(0, 1)->default_str("true");
        if (setting.kind == Setting::Kind::secret) {
            add_text_flag(app, name + "_FILE", "A file that holds " + name, values)
                ->option_text("FILE");
        }
    }
    app.footer(
        "Each setting is also an environment variable (--lock-ttl-seconds is LOCK_TTL_SECONDS) and "
        "may\nstand in the file .env of the current folder. A flag wins over the environment, the "
        "environment\nover the file. Every user of the machine can read a command line: give "
        "secrets in one of the\nother ways.");
}

}  // namespace cinema::config
