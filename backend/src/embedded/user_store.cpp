#include "embedded/user_store.hpp"

#include "domain/ensure.hpp"
#include "embedded/encoding.hpp"

namespace cinema::embedded {

namespace {

using domain::Result;
using domain::User;

const Sql kFindUser{
    "SELECT id, email, name, role, password_hash, created_at FROM users WHERE id = ?1"};

const Sql kFindUserByEmail{
    "SELECT id, email, name, role, password_hash, created_at FROM users WHERE email = ?1"};

const Sql kInsertUser{
    "INSERT INTO users (id, email, name, role, password_hash, created_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (email) DO NOTHING"};

const Sql kPutUser{
    "INSERT INTO users (id, email, name, role, password_hash, created_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (email) DO UPDATE SET "
    "name = excluded.name, role = excluded.role, password_hash = excluded.password_hash"};

std::optional<User> read_one_user(Query query) {
    if (!query.next()) return std::nullopt;
    return read_user_row(query);
}

User write_user(Connection& db, const Sql& sql, const User& user) {
    db.execute(sql, user.id, user.email, user.name, domain::word(user.role), user.password_hash,
               user.created_at);
    auto stored = read_one_user(db.query(kFindUserByEmail, user.email));
    domain::ensure(stored.has_value(), "a user that was written is there");
    return *std::move(stored);
}

}  // namespace

User read_user_row(const Query& query) {
    return {.id = query.id<domain::UserId>(0),
            .email = std::string(query.text(1)),
            .name = std::string(query.text(2)),
            .role = word_from_column<domain::Role>(query.text(3)),
            .password_hash = std::string(query.text(4)),
            .created_at = query.time(5)};
}

boost::asio::awaitable<Result<std::optional<User>>> EmbeddedUserStore::find(domain::UserId id) {
    return readers_.run<std::optional<User>>([id](Connection& db) -> Result<std::optional<User>> {
        return read_one_user(db.query(kFindUser, id));
    });
}

boost::asio::awaitable<Result<std::optional<User>>> EmbeddedUserStore::find_by_email(
    std::string email) {
    return readers_.run<std::optional<User>>(
        [email = std::move(email)](Connection& db) -> Result<std::optional<User>> {
            return read_one_user(db.query(kFindUserByEmail, email));
        });
}

boost::asio::awaitable<Result<User>> EmbeddedUserStore::find_or_create(User user) {
    // Most logins find their account; only the others need the writer.
    auto known = co_await find_by_email(user.email);
    if (!known) co_return std::unexpected(std::move(known.error()));
    if (*known) co_return **std::move(known);
    // Named, because g++ 12 destroys a temporary lambda's captures twice in a co_await expression.
    auto insert = [user = std::move(user)](WriteContext& context) -> Result<User> {
        return write_user(context.db, kInsertUser, user);
    };
    co_return co_await writer_.run<User>(std::move(insert));
}

boost::asio::awaitable<Result<User>> EmbeddedUserStore::put(User user) {
    return writer_.run<User>([user = std::move(user)](WriteContext& context) -> Result<User> {
        return write_user(context.db, kPutUser, user);
    });
}

}  // namespace cinema::embedded
