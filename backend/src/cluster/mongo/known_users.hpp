#pragma once

#include <mutex>
#include <unordered_set>

#include "cluster/mongo/client.hpp"
#include "cluster/saga/ports.hpp"
#include "env/clock.hpp"

namespace cinema::cluster::mongo {

/// KnownUsers on `users`. An account that was seen is taken to exist for another five to ten
/// minutes; one that was not is asked for each time.
class MongoKnownUsers final : public KnownUsers {
  public:
    static constexpr std::chrono::minutes kHalfMemory{5};
    /// How many are remembered in each half; more are forgotten early.
    static constexpr std::size_t kRememberedMax = 50'000;

    MongoKnownUsers(Mongo& mongo, const env::Clock& clock);

    /// From memory, or one round trip.
    Awaitable<Result<bool>> exists(domain::UserId user) override;

    /// The account is known to exist, e.g. because it was just read. Any thread.
    void remember(domain::UserId user);

  private:
    bool remembers(domain::UserId user);
    /// Forgets what is older than the memory goes. With mutex_ held.
    void forget(domain::UtcTime now);

    Mongo& mongo_;
    const env::Clock& clock_;
    const Operation exists_;
    std::mutex mutex_;
    // Two halves of the memory: the older is dropped whole, which costs nothing while it is read.
    std::unordered_set<domain::UserId> recent_;  // guarded by mutex_
    std::unordered_set<domain::UserId> older_;   // guarded by mutex_
    domain::UtcTime recent_since_;               // guarded by mutex_
};

}  // namespace cinema::cluster::mongo
