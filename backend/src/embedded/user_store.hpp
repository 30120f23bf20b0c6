#pragma once

#include "accounts/user_store.hpp"
#include "embedded/readers.hpp"
#include "embedded/writer.hpp"

namespace cinema::embedded {

/// A row of id, email, name, role, password_hash, created_at.
domain::User read_user_row(const Query& query);

/// The UserStore port on SQLite.
class EmbeddedUserStore final : public accounts::UserStore {
  public:
    EmbeddedUserStore(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}

    boost::asio::awaitable<domain::Result<std::optional<domain::User>>> find(
        domain::UserId id) override;
    boost::asio::awaitable<domain::Result<std::optional<domain::User>>> find_by_email(
        std::string email) override;
    boost::asio::awaitable<domain::Result<domain::User>> find_or_create(domain::User user) override;
    boost::asio::awaitable<domain::Result<domain::User>> put(domain::User user) override;

  private:
    Writer& writer_;
    Readers& readers_;
};

}  // namespace cinema::embedded
