#include "cluster/mongo/known_users.hpp"

#include <utility>

#include "cluster/mongo/blocking.hpp"

namespace cinema::cluster::mongo {

MongoKnownUsers::MongoKnownUsers(Mongo& mongo, const env::Clock& clock)
    : mongo_(mongo),
      clock_(clock),
      exists_(mongo.operation("users.exists")),
      recent_since_(clock.now()) {}

Awaitable<Result<bool>> MongoKnownUsers::exists(domain::UserId user) {
    return blocking([this, user]() -> Result<bool> {
        if (remembers(user)) return true;
        Document find = Mongo::command("find", "users");
        find.object("filter", [&](Writer& filter) { filter.add("_id", user); });
        find.object("projection", [](Writer& fields) { fields.add("_id", 1); });
        limit_to(find, 1);
        const auto reply = mongo_.read(exists_, find);
        if (!reply) return std::unexpected(reply.error());
        bool found = false;
        each_in(*reply, "users", [&](Fields&) { found = true; });
        if (found) remember(user);
        return found;
    });
}

void MongoKnownUsers::remember(domain::UserId user) {
    const domain::UtcTime now = clock_.now();
    const std::lock_guard lock(mutex_);
    forget(now);
    if (recent_.size() >= kRememberedMax) {
        older_ = std::exchange(recent_, {});
        recent_since_ = now;
    }
    recent_.insert(user);
}

bool MongoKnownUsers::remembers(domain::UserId user) {
    const domain::UtcTime now = clock_.now();
    const std::lock_guard lock(mutex_);
    forget(now);
    return recent_.contains(user) || older_.contains(user);
}

void MongoKnownUsers::forget(domain::UtcTime now) {
    if (now < recent_since_ + kHalfMemory) return;
    if (now < recent_since_ + 2 * kHalfMemory) {
        older_ = std::exchange(recent_, {});
    } else {
        older_.clear();
        recent_.clear();
    }
    recent_since_ = now;
}

}  // namespace cinema::cluster::mongo
