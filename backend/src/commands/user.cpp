#include <fmt/format.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdio>
#include <iostream>
#include <optional>

#include "accounts/email.hpp"
#include "accounts/password.hpp"
#include "commands/tool.hpp"

namespace cinema::commands {

namespace {

/// One line, without echo on a terminal.
std::optional<std::string> read_secret_line(const char* prompt) {
    const bool terminal = ::isatty(0) == 1;
    termios before{};
    if (terminal) {
        fmt::print(stderr, "{}", prompt);
        if (::tcgetattr(0, &before) != 0) return std::nullopt;
        termios silent = before;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (::tcsetattr(0, TCSAFLUSH, &silent) != 0) return std::nullopt;
    }
    std::string line;
    const bool got = static_cast<bool>(std::getline(std::cin, line));
    if (terminal) {
        ::tcsetattr(0, TCSAFLUSH, &before);
        fmt::print(stderr, "\n");
    }
    if (!got) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

std::optional<std::string> ask_password() {
    auto password = read_secret_line("Password: ");
    if (!password || ::isatty(0) != 1) return password;
    const auto again = read_secret_line("Once more: ");
    if (again != password) {
        fmt::print(stderr, "cinema: the two passwords differ\n");
        return std::nullopt;
    }
    return password;
}

int refuse(const std::string& why) {
    fmt::print(stderr, "cinema: {}\n", why);
    return 2;
}

}  // namespace

int add_user(const config::Config& config, const NewUser& user) {
    const auto email = accounts::normalize_email(user.email);
    if (!email) return refuse("'" + user.email + "' is not an e-mail address");
    const auto name = accounts::normalize_display_name(user.name);
    if (!name) return refuse("--name must be 1 to 100 characters of text");
    const auto role = domain::from_word<domain::Role>(user.role);
    if (!role) return refuse("--role must be USER or ADMIN");
    const auto password = ask_password();
    if (!password) return refuse("no password was given");
    if (const auto problem = accounts::password_problem(*password, *email, *name)) {
        return refuse(*problem);
    }
    const auto hash = accounts::hash_password(*password);
    if (!hash) return refuse("there is not enough memory to hash the password");

    return with_store(config, [&](Tool& tool) {
        boost::asio::io_context context;
        auto put =
            boost::asio::co_spawn(context,
                                  tool.store->users().put({.id = tool.ids.next<domain::UserId>(),
                                                           .email = *email,
                                                           .name = *name,
                                                           .role = *role,
                                                           .password_hash = *hash,
                                                           .created_at = tool.clock.now()}),
                                  boost::asio::use_future);
        context.run();
        const auto saved = put.get();
        if (!saved) {
            fmt::print(stderr, "cinema: {}\n", saved.error().detail);
            return 1;
        }
        fmt::print("{} {} can log in as {}.\n", domain::word(saved->role), saved->name,
                   saved->email);
        return 0;
    });
}

}  // namespace cinema::commands
