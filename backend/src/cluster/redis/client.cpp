#include "cluster/redis/client.hpp"

#include <utility>

#include "cluster/link/background_thread.hpp"
#include "cluster/link/resolve.hpp"

namespace cinema::cluster {

namespace {

constexpr std::chrono::milliseconds kFirstAnswerLimit{1000};
constexpr std::chrono::milliseconds kResolveLimit{500};
constexpr std::size_t kQueueBytesMax = 16'777'216;

bool is_error(const redisReply& reply, std::string_view kind) {
    return reply.type == REDIS_REPLY_ERROR && text_of(reply).starts_with(kind);
}

domain::Error unavailable(std::string detail) {
    return {
        .code = domain::Errc::unavailable, .detail = std::move(detail), .retry_after_seconds = 1};
}

}  // namespace

RedisClient::RedisClient(RedisOptions options, telemetry::Metrics& metrics,
                         telemetry::Logger& logger)
    : options_(std::move(options)),
      health_("redis", "commands", metrics, logger),
      tunnel_(options_.address.tls
                  ? std::make_unique<TlsTunnel>(options_.address.host, options_.ca_file)
                  : nullptr),
      pool_(options_.connections_max) {
    thread_ = start_background_thread([this] { background(); });
    std::unique_lock lock(mutex_);
    probed_.wait_for(lock, kFirstAnswerLimit, [&] { return first_probe_done_; });
}

RedisClient::~RedisClient() {
    stop();
}

void RedisClient::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

domain::Result<RedisReply> RedisClient::call(std::string_view command) {
    return ask(nullptr, command);
}

domain::Result<RedisReply> RedisClient::run(const RedisScript& script, std::string_view evalsha) {
    return ask(&script, evalsha);
}

domain::Result<RedisReply> RedisClient::ask(const RedisScript* script, std::string_view command) {
    if (!health_.up()) return std::unexpected(unavailable("Redis does not answer."));
    auto lease = pool_.lease(options_.time_limit);
    if (!lease) {
        health_.refused("every connection is in use");
        return std::unexpected(unavailable("Every connection to Redis is in use."));
    }
    auto reply = exchange(*lease, script, command);
    if (!reply || is_error(**reply, "LOADING")) {
        if (pool_.drop_all_since(*lease)) {
            health_.failed(reply ? text_of(**reply) : reply.error());
            wake_prober();
        }
        return std::unexpected(unavailable("Redis does not answer."));
    }
    lease->keep();
    if ((*reply)->type == REDIS_REPLY_ERROR) {
        health_.refused(text_of(**reply));
        return std::unexpected(unavailable("Redis refuses commands."));
    }
    return std::move(*reply);
}

std::expected<RedisReply, std::string> RedisClient::exchange(RedisConnectionPool::Lease& lease,
                                                             const RedisScript* script,
                                                             std::string_view command) {
    if (!lease.connection) {
        std::string ip;
        {
            const std::lock_guard lock(mutex_);
            ip = ip_;
        }
        auto opened =
            RedisConnection::open(options_.address, ip, options_.time_limit, tunnel_.get());
        if (!opened) return std::unexpected(std::move(opened.error()));
        lease.connection = std::move(*opened);
    }
    RedisConnection& connection = *lease.connection;
    auto reply = connection.call(command);
    if (!reply || script == nullptr || !is_error(**reply, "NOSCRIPT")) return reply;
    // The server was restarted or its scripts were flushed.
    connection.append(redis_command({"SCRIPT", "LOAD", script->text}));
    connection.append(command);
    auto loaded = connection.next_reply();
    if (!loaded) return loaded;
    return connection.next_reply();
}

std::expected<RedisConnection, std::string> RedisClient::connect() {
    const auto addresses = resolve(options_.address.host, kResolveLimit);
    if (!addresses) return std::unexpected(addresses.error());
    std::string problem;
    for (const std::string& ip : *addresses) {
        auto opened =
            RedisConnection::open(options_.address, ip, options_.time_limit, tunnel_.get());
        const std::lock_guard lock(mutex_);
        if (opened) {
            ip_ = ip;
            return opened;
        }
        problem = std::move(opened.error());
        if (stopping_) break;
    }
    return std::unexpected(std::move(problem));
}

bool RedisClient::post(PostedCommand command) {
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() < options_.queue_max &&
            queue_bytes_ + command.text.size() <= kQueueBytesMax) {
            queue_bytes_ += command.text.size();
            queue_.push_back(std::move(command));
            if (queue_.size() > 1) return true;  // the thread has been woken for the first
        } else {
            if (command.lost) command.lost->store(true);
            return false;
        }
    }
    wake_.notify_one();
    return true;
}

void RedisClient::wake_prober() {
    {
        const std::lock_guard lock(mutex_);
        probe_now_ = true;
    }
    wake_.notify_one();
}

}  // namespace cinema::cluster
