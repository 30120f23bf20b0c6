#include "cluster/redis/seat_locks.hpp"

#include <stdexcept>

namespace cinema::cluster {

namespace {

// All keys, or none: then the places (from 1) and the holders of those that are taken. Nothing runs
// between the look and the SETs: this is SET NX for several keys at once.
constexpr std::string_view kAcquire = R"(
local holders = redis.call('MGET', unpack(KEYS))
local taken = {}
for i = 1, #KEYS do
    if holders[i] then
        taken[#taken + 1] = i
        taken[#taken + 1] = holders[i]
    end
end
if #taken == 0 then
    for i = 1, #KEYS do
        redis.call('SET', KEYS[i], ARGV[1], 'EX', ARGV[2])
    end
end
return taken
)";

constexpr std::string_view kRelease = R"(
local released = 0
for i = 1, #KEYS do
    if redis.call('GET', KEYS[i]) == ARGV[1] then
        released = released + redis.call('DEL', KEYS[i])
    end
end
return released
)";

domain::UserId holder_of(const redisReply& reply) {
    return domain::UserId::parse(text_of(reply)).value_or(domain::UserId{});
}

}  // namespace

RedisSeatLocks::RedisSeatLocks(RedisClient& client, SeatLockOptions options,
                               telemetry::Metrics& metrics)
    : client_(client),
      options_(options),
      ttl_seconds_(std::to_string(options.ttl.count())),
      acquire_(kAcquire),
      release_(kRelease),
      acquire_calls_(metrics.dependency_calls("redis", "locks.acquire")),
      release_calls_(metrics.dependency_calls("redis", "locks.release")) {
    if (options.ttl < std::chrono::seconds{1}) {
        throw std::invalid_argument("the keys' TTL must be a second or more");
    }
}

Awaitable<Result<std::vector<TakenKey>>> RedisSeatLocks::acquire(domain::ShowtimeId showtime,
                                                                 std::vector<std::string> seats,
                                                                 domain::UserId user) {
    std::vector<TakenKey> taken;
    if (seats.empty()) co_return taken;
    acquire_calls_.Increment();
    const auto reply =
        client_.run(acquire_, evalsha(acquire_, showtime, seats, user, ttl_seconds_));
    if (!reply) co_return std::unexpected(reply.error());
    const redisReply& list = **reply;
    if (list.type != REDIS_REPLY_ARRAY) throw std::runtime_error("Redis: no list of taken keys");
    for (std::size_t i = 0; i + 1 < list.elements; i += 2) {
        const auto place = static_cast<std::size_t>(list.element[i]->integer);
        taken.push_back(
            {.seat_code = seats.at(place - 1), .user_id = holder_of(*list.element[i + 1])});
    }
    co_return taken;
}

Awaitable<Result<void>> RedisSeatLocks::release(domain::ShowtimeId showtime,
                                                std::vector<std::string> seats,
                                                domain::UserId user) {
    if (seats.empty()) co_return Result<void>();
    release_calls_.Increment();
    const auto reply = client_.run(release_, evalsha(release_, showtime, seats, user, {}));
    if (!reply) co_return std::unexpected(reply.error());
    co_return Result<void>();
}

void RedisSeatLocks::release_later(domain::ShowtimeId showtime, std::vector<std::string> seats,
                                   domain::UserId user) {
    if (seats.empty()) return;
    client_.post({.text = evalsha(release_, showtime, seats, user, {}),
                  .script = &release_,
                  .calls = &release_calls_,
                  .lost = nullptr});
}

std::string RedisSeatLocks::evalsha(const RedisScript& script, domain::ShowtimeId showtime,
                                    const std::vector<std::string>& seats, domain::UserId user,
                                    std::string_view last_word) const {
    std::string prefix = options_.hash_tag ? "lock:showtime:{" : "lock:showtime:";
    prefix += showtime.to_hex();
    prefix += options_.hash_tag ? "}:seat:" : ":seat:";
    std::vector<std::string> keys;
    keys.reserve(seats.size());
    for (const std::string& seat : seats) keys.push_back(prefix + seat);

    const std::string count = std::to_string(keys.size());
    const std::string holder = user.to_hex();
    std::vector<std::string_view> words{"EVALSHA", script.sha, count};
    words.reserve(keys.size() + 5);
    words.insert(words.end(), keys.begin(), keys.end());
    words.push_back(holder);
    if (!last_word.empty()) words.push_back(last_word);
    return redis_command(words);
}

}  // namespace cinema::cluster
