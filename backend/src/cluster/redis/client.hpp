#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cluster/link/health.hpp"
#include "cluster/link/stop_signal.hpp"
#include "cluster/redis/address.hpp"
#include "cluster/redis/connection.hpp"
#include "cluster/redis/connection_pool.hpp"
#include "cluster/redis/script.hpp"
#include "cluster/redis/tls_tunnel.hpp"
#include "domain/error.hpp"

namespace cinema::cluster {

struct RedisOptions {
    RedisAddress address;
    std::string ca_file;  ///< PEM with the authorities for TLS; empty: the system's
    std::chrono::milliseconds time_limit{250};  ///< for connecting, and for each command
    std::chrono::milliseconds probe_interval{250};
    std::size_t connections_max = 16;
    std::size_t queue_max = 10'000;  ///< commands that wait to be sent
};

/// A command for the background thread.
struct PostedCommand {
    std::string text;                         ///< as made by redis_command
    const RedisScript* script = nullptr;      ///< what it runs, if it is an EVALSHA
    prometheus::Counter* calls = nullptr;     ///< counts it when it is answered; never null
    std::shared_ptr<std::atomic<bool>> lost;  ///< set when it is given up; may be null
};

/// One Redis server: pooled connections for calls that wait, and a background thread that
/// pipelines commands that do not. After a failure every call fails at once, until that thread
/// has seen the server again (it tries at once, then every `probe_interval`). When nothing else is
/// sent it asks the server once a second, so that `problem` tells the truth. Any thread.
class RedisClient {
  public:
    /// Waits for the first answer, at most a second: a server that is away is no error. Throws
    /// std::runtime_error when ca_file cannot be read.
    RedisClient(RedisOptions options, telemetry::Metrics& metrics, telemetry::Logger& logger);
    ~RedisClient();
    RedisClient(const RedisClient&) = delete;
    RedisClient& operator=(const RedisClient&) = delete;

    /// Why calls fail at once; nullopt when they do not.
    std::optional<std::string> problem() const { return health_.problem(); }

    /// One round trip. `unavailable` when there was no answer, or a refusal: a reply is no error.
    domain::Result<RedisReply> call(std::string_view command);
    /// The same for an EVALSHA of this script, with a second round trip when the server does not
    /// have the script.
    domain::Result<RedisReply> run(const RedisScript& script, std::string_view evalsha);

    /// Sends it soon, in order; more than once when an answer was lost. Does not block: false (and
    /// `lost` set) when too much waits already. What the script points to must outlive us.
    bool post(PostedCommand command);

    /// A connection of the caller's own, logged in.
    std::expected<RedisConnection, std::string> connect();

    /// Ends the background thread; what still waits is tried once if the server is there.
    void stop();

  private:
    using Clock = std::chrono::steady_clock;
    domain::Result<RedisReply> ask(const RedisScript* script, std::string_view command);
    std::expected<RedisReply, std::string> exchange(RedisConnectionPool::Lease& lease,
                                                    const RedisScript* script,
                                                    std::string_view command);
    void wake_prober();

    // The background thread.
    void background();
    void probe();
    std::vector<PostedCommand> next_batch();
    void put_back(std::vector<PostedCommand> batch);
    void send(std::vector<PostedCommand> batch, bool load_scripts);
    void finish(const PostedCommand& command, const redisReply& reply);
    void send_the_rest();

    const RedisOptions options_;
    Health health_;
    std::unique_ptr<TlsTunnel> tunnel_;
    RedisConnectionPool pool_;

    std::mutex mutex_;
    std::condition_variable wake_;    ///< the background thread
    std::condition_variable probed_;  ///< the constructor
    std::string ip_;                  ///< that answered last; guarded by mutex_, as are:
    bool first_probe_done_ = false;
    bool probe_now_ = false;
    bool stopping_ = false;
    std::deque<PostedCommand> queue_;
    std::size_t queue_bytes_ = 0;

    std::optional<RedisConnection> own_;  ///< the background thread's
    std::thread thread_;
};

}  // namespace cinema::cluster
