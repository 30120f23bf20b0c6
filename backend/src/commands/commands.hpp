#pragma once

#include <filesystem>
#include <string>

#include "config/config.hpp"

/// What `cinema` does, one function a subcommand. Each returns the process's exit code: 0 done,
/// 1 it could not be done (said on standard error), 2 wrong usage or configuration.
namespace cinema::commands {

int serve(const config::Config& config);

/// Reads a catalogue, or an archive of the whole house, from the file, or from standard input for
/// "-".
int import_catalogue(const config::Config& config, const std::string& file);

/// Writes the catalogue to the file, or to standard output for "-".
int export_catalogue(const config::Config& config, const std::string& file);

/// The same for the whole house: catalogue, accounts, bookings, audit log.
int export_archive(const config::Config& config, const std::string& file);

int backup(const config::Config& config, const std::filesystem::path& target);

int migrate(const config::Config& config);

struct NewUser {
    std::string email;
    std::string name;
    std::string role;
};
/// Reads the password from the terminal without echo, or one line from standard input.
int add_user(const config::Config& config, const NewUser& user);

}  // namespace cinema::commands
