#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "domain/error.hpp"
#include "domain/user.hpp"

namespace cinema::accounts {

/// Where accounts are kept. E-mails are given in lower case (see normalize_email). Any thread.
/// Errors of every call: overloaded, unavailable.
class UserStore {
  public:
    virtual ~UserStore() = default;

    virtual boost::asio::awaitable<domain::Result<std::optional<domain::User>>> find(
        domain::UserId id) = 0;
    virtual boost::asio::awaitable<domain::Result<std::optional<domain::User>>> find_by_email(
        std::string email) = 0;

    /// Inserts the user, or answers with the one that already has this e-mail, unchanged; two
    /// callers with one e-mail get the same user. The id in `user` is used only when inserted.
    virtual boost::asio::awaitable<domain::Result<domain::User>> find_or_create(
        domain::User user) = 0;

    /// Sets name, role and password hash of the account with this e-mail, creating it if absent.
    virtual boost::asio::awaitable<domain::Result<domain::User>> put(domain::User user) = 0;
};

}  // namespace cinema::accounts
