#include "cluster/mongo/user_store.hpp"

#include "cluster/mongo/blocking.hpp"
#include "domain/ensure.hpp"

namespace cinema::cluster::mongo {

namespace {

using domain::User;

constexpr std::string_view kUserAccounts = "users";

}  // namespace

User read_user(Fields& from) {
    return {.id = from.id<domain::UserId>("_id"),
            .email = std::string(from.text("email")),
            .name = std::string(from.text("name")),
            .role = from.word<domain::Role>("role"),
            .password_hash = std::string(from.text("password_hash")),
            .created_at = from.time("created_at")};
}

void write_user(Writer& out, const User& user) {
    out.add("_id", user.id)
        .add("email", user.email)
        .add("name", user.name)
        .add("role", user.role)
        .add("password_hash", user.password_hash)
        .add("created_at", user.created_at);
}

MongoUserStore::MongoUserStore(Mongo& mongo, MongoKnownUsers& known)
    : mongo_(mongo),
      known_(known),
      find_(mongo.operation("users.find")),
      insert_(mongo.operation("users.insert")),
      put_(mongo.operation("users.put")) {}

template <class Value>
Result<std::optional<User>> MongoUserStore::find_one(std::string_view field, const Value& value) {
    Document command = Mongo::command("find", kUserAccounts);
    command.object("filter", [&](Writer& filter) { filter.add(field, value); });
    limit_to(command, 1);
    const auto reply = mongo_.read(find_, command);
    if (!reply) return std::unexpected(reply.error());
    std::optional<User> user;
    each_in(*reply, kUserAccounts, [&](Fields& fields) { user = read_user(fields); });
    if (user) known_.remember(user->id);
    return user;
}

boost::asio::awaitable<Result<std::optional<User>>> MongoUserStore::find(domain::UserId id) {
    return blocking([this, id] { return find_one("_id", id); });
}

boost::asio::awaitable<Result<std::optional<User>>> MongoUserStore::find_by_email(
    std::string email) {
    return blocking([this, email = std::move(email)] { return find_one("email", email); });
}

boost::asio::awaitable<Result<User>> MongoUserStore::find_or_create(User user) {
    return blocking([this, user = std::move(user)] { return find_or_create_now(user); });
}

boost::asio::awaitable<Result<User>> MongoUserStore::put(User user) {
    return blocking([this, user = std::move(user)] { return put_now(user); });
}

Result<User> MongoUserStore::find_or_create_now(const User& user) {
    auto known = find_one("email", user.email);
    if (!known) return std::unexpected(std::move(known.error()));
    if (*known) return **std::move(known);

    Document command = Mongo::command("insert", kUserAccounts);
    command.array("documents", [&](ArrayWriter& documents) {
        documents.object([&](Writer& document) { write_user(document, user); });
    });
    const auto written = mongo_.write(insert_, command);
    if (!written) return std::unexpected(written.error());
    if (written->duplicates.empty()) {
        known_.remember(user.id);
        return user;
    }
    // Somebody else was faster.
    auto first = find_one("email", user.email);
    if (!first) return std::unexpected(std::move(first.error()));
    domain::ensure(first->has_value(), "an account whose e-mail is taken is there");
    return **std::move(first);
}

Result<User> MongoUserStore::put_now(const User& user) {
    auto stored = put_once(user);
    // Of two that make one account, one is refused by the unique index; then it is there.
    if (stored && !*stored) stored = put_once(user);
    if (!stored) return std::unexpected(std::move(stored.error()));
    domain::ensure(stored->has_value(), "an account whose e-mail is taken is there");
    return **std::move(stored);
}

Result<std::optional<User>> MongoUserStore::put_once(const User& user) {
    Document command = Mongo::command("findAndModify", kUserAccounts);
    command.object("query", [&](Writer& query) { query.add("email", user.email); });
    command.object("update", [&](Writer& update) {
        update.object("$set", [&](Writer& fields) {
            fields.add("name", user.name)
                .add("role", user.role)
                .add("password_hash", user.password_hash);
        });
        update.object("$setOnInsert", [&](Writer& fields) {
            fields.add("_id", user.id).add("created_at", user.created_at);
        });
    });
    command.add("upsert", true).add("new", true);
    const auto reply = mongo_.find_and_modify(put_, command);
    if (!reply) return std::unexpected(reply.error());
    if (!*reply) return std::nullopt;
    auto fields = value_of(**reply, kUserAccounts);
    domain::ensure(fields.has_value(), "an account that was put is answered");
    User stored = read_user(*fields);
    known_.remember(stored.id);
    return stored;
}

}  // namespace cinema::cluster::mongo
