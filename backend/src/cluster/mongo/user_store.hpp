#pragma once

#include "accounts/user_store.hpp"
#include "cluster/mongo/known_users.hpp"

namespace cinema::cluster::mongo {

/// The UserStore port on `users`: {_id, email (unique), name, role, password_hash, created_at}.
/// Whoever it answers with is remembered as known.
class MongoUserStore final : public accounts::UserStore {
  public:
    MongoUserStore(Mongo& mongo, MongoKnownUsers& known);

    boost::asio::awaitable<Result<std::optional<domain::User>>> find(domain::UserId id) override;
    boost::asio::awaitable<Result<std::optional<domain::User>>> find_by_email(
        std::string email) override;
    /// One round trip for an account that is there.
    boost::asio::awaitable<Result<domain::User>> find_or_create(domain::User user) override;
    boost::asio::awaitable<Result<domain::User>> put(domain::User user) override;

  private:
    Result<domain::User> find_or_create_now(const domain::User& user);
    Result<domain::User> put_now(const domain::User& user);
    template <class Value>
    Result<std::optional<domain::User>> find_one(std::string_view field, const Value& value);
    /// nullopt when somebody else has just made an account with this e-mail.
    Result<std::optional<domain::User>> put_once(const domain::User& user);

    Mongo& mongo_;
    MongoKnownUsers& known_;
    const Operation find_, insert_, put_;
};

/// An account as it is kept. Throws std::runtime_error for broken data.
domain::User read_user(Fields& fields);
void write_user(Writer& out, const domain::User& user);

}  // namespace cinema::cluster::mongo
