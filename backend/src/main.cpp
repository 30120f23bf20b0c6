#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "accounts/password.hpp"
#include "commands/commands.hpp"

namespace {

using namespace cinema;

constexpr int kUsage = 2;

/// Flags, environment and .env → one Config, or every problem with them on standard error.
std::optional<config::Config> read_config(const std::vector<config::FlagValue>& flags) {
    auto config = config::load_config(config::process_environment(), ".env", flags);
    if (config) return std::move(*config);
    for (const std::string& problem : config.error()) {
        fmt::print(stderr, "cinema: {}\n", problem);
    }
    return std::nullopt;
}

int run(int argc, char** argv) {
    CLI::App app("A cinema's box office: sells every seat once.", "cinema");
    app.set_version_flag("--version", CINEMA_VERSION);
    app.require_subcommand(1);
    app.footer(
        "Settings come from flags, the environment and a .env file; `cinema serve --help` "
        "lists them.");

    std::vector<config::FlagValue> flags;
    auto* serve = app.add_subcommand("serve", "Serve the API, seat maps and the web app");
    config::register_flags(*serve, flags);

    std::string file;
    const auto with_data_dir = [&flags](CLI::App* command) {
        command->add_option_function<std::string>(
            "--data-dir",
            [&flags](const std::string& value) {
                flags.push_back({"DATA_DIR", value});
            },
            "The data folder (DATA_DIR)");
        return command;
    };
    auto* import = with_data_dir(app.add_subcommand(
        "import", "Import a catalogue, all or nothing (docs/catalogue.md), or a whole house"));
    import->add_option("FILE", file, "A catalogue as JSON; - reads standard input")->required();
    auto* export_ = with_data_dir(app.add_subcommand("export", "Write the catalogue as JSON"));
    export_->add_option("FILE", file, "A new file; - (default) writes standard output")
        ->default_val("-");
    bool everything = false;
    export_->add_flag("--all", everything,
                      "The whole house, to move it: also accounts, bookings and the audit log");
    auto* backup = with_data_dir(
        app.add_subcommand("backup", "Copy the database to a new file, also while serving"));
    backup->add_option("FILE", file, "The new file")->required();
    auto* migrate =
        with_data_dir(app.add_subcommand("migrate", "Bring the database to this version's schema"));

    auto* user = app.add_subcommand("user", "Accounts");
    user->require_subcommand(1);
    commands::NewUser new_user{.email = "", .name = "", .role = "USER"};
    auto* add = with_data_dir(user->add_subcommand(
        "add",
        "Make an account, or set its name, role and password; the password is read from "
        "the terminal or from standard input"));
    add->add_option("--email", new_user.email, "What the user logs in with")->required();
    add->add_option("--name", new_user.name, "The name to show")->required();
    add->add_option("--role", new_user.role, "USER or ADMIN")->capture_default_str();

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : kUsage;
    }
    const auto config = read_config(flags);
    if (!config) return kUsage;
    if (!accounts::initialize_crypto()) {
        fmt::print(stderr, "cinema: the system gives no random numbers\n");
        return 1;
    }
    if (*serve) return commands::serve(*config);
    if (*import) return commands::import_catalogue(*config, file);
    if (*export_) {
        return everything ? commands::export_archive(*config, file)
                          : commands::export_catalogue(*config, file);
    }
    if (*backup) return commands::backup(*config, file);
    if (*migrate) return commands::migrate(*config);
    if (*add) return commands::add_user(*config, new_user);
    return kUsage;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        fmt::print(stderr, "cinema: {}\n", e.what());
        return 1;
    }
}
