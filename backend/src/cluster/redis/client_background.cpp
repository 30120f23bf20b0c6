// RedisClient's background thread: sees whether the server answers, and pipelines what was posted.
#include <algorithm>
#include <iterator>
#include <utility>

#include "cluster/redis/client.hpp"

namespace cinema::cluster {

namespace {

constexpr std::size_t kBatchMax = 128;
constexpr std::chrono::seconds kIdleProbe{1};
// Commands of a busy moment share a round trip: this costs less than a wake-up for each.
constexpr std::chrono::milliseconds kGather{1};
constexpr std::chrono::milliseconds kLastTryLimit{250};

bool script_missing(const redisReply& reply) {
    return reply.type == REDIS_REPLY_ERROR && text_of(reply).starts_with("NOSCRIPT");
}

}  // namespace

void RedisClient::background() {
    while (true) {
        if (!health_.up()) probe();
        std::unique_lock lock(mutex_);
        if (!std::exchange(first_probe_done_, true)) probed_.notify_all();
        if (stopping_) break;
        if (!health_.up()) {
            wake_.wait_for(lock, options_.probe_interval, [&] { return stopping_; });
            continue;
        }
        const bool woken = wake_.wait_for(
            lock, kIdleProbe, [&] { return stopping_ || probe_now_ || !queue_.empty(); });
        if (woken && !probe_now_ && queue_.size() < kBatchMax) {
            wake_.wait_for(lock, kGather, [&] { return stopping_ || probe_now_; });
        }
        if (stopping_) break;
        const bool probe_due = !woken || probe_now_;
        lock.unlock();
        if (probe_due) {
            probe();
        } else if (health_.up()) {
            send(next_batch(), false);
        }
    }
    send_the_rest();
}

/// One question to the server, on a connection made afresh when the last one was lost.
void RedisClient::probe() {
    {
        const std::lock_guard lock(mutex_);
        // Whoever asked for this probe has lost a connection, and ours is as old as his.
        if (std::exchange(probe_now_, false)) own_.reset();
    }
    std::string problem;
    if (!own_) {
        auto opened = connect();
        if (opened) {
            own_ = std::move(*opened);
        } else {
            problem = std::move(opened.error());
        }
    }
    if (own_) {
        const auto reply = own_->call(redis_command({"PING"}));
        if (reply && (*reply)->type != REDIS_REPLY_ERROR) {
            health_.reached();
            return;
        }
        problem = reply ? std::string(text_of(**reply)) : reply.error();
        own_.reset();
    }
    pool_.drop_all();
    health_.failed(problem);
}

std::vector<PostedCommand> RedisClient::next_batch() {
    const std::lock_guard lock(mutex_);
    const std::size_t size = std::min(queue_.size(), kBatchMax);
    std::vector<PostedCommand> batch(
        std::make_move_iterator(queue_.begin()),
        std::make_move_iterator(queue_.begin() + static_cast<std::ptrdiff_t>(size)));
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
    for (const PostedCommand& command : batch) queue_bytes_ -= command.text.size();
    return batch;
}

/// For the next connection. The queue may grow past its limit by this one batch.
void RedisClient::put_back(std::vector<PostedCommand> batch) {
    const std::lock_guard lock(mutex_);
    for (const PostedCommand& command : batch) queue_bytes_ += command.text.size();
    queue_.insert(queue_.begin(), std::make_move_iterator(batch.begin()),
                  std::make_move_iterator(batch.end()));
}

/// Sends all, then reads all answers. Without an answer to the last, the rest goes back.
void RedisClient::send(std::vector<PostedCommand> batch, bool load_scripts) {
    if (batch.empty()) return;
    std::vector<const RedisScript*> scripts;
    for (const PostedCommand& command : batch) {
        if (load_scripts && std::ranges::find(scripts, command.script) == scripts.end()) {
            scripts.push_back(command.script);
            own_->append(redis_command({"SCRIPT", "LOAD", command.script->text}));
        }
    }
    for (const PostedCommand& command : batch) own_->append(command.text);

    std::vector<PostedCommand> without_script;
    std::size_t answered = 0;
    for (std::size_t i = 0; i < scripts.size() + batch.size(); ++i) {
        const auto reply = own_->next_reply();
        if (!reply) {
            batch.erase(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(answered));
            without_script.insert(without_script.end(), std::make_move_iterator(batch.begin()),
                                  std::make_move_iterator(batch.end()));
            put_back(std::move(without_script));
            own_.reset();
            pool_.drop_all();
            health_.failed(reply.error());
            return;
        }
        if (i < scripts.size()) continue;
        PostedCommand& command = batch[answered++];
        if (!load_scripts && command.script != nullptr && script_missing(**reply)) {
            without_script.push_back(std::move(command));
        } else {
            finish(command, **reply);
        }
    }
    send(std::move(without_script), true);
}

void RedisClient::finish(const PostedCommand& command, const redisReply& reply) {
    command.calls->Increment();
    if (reply.type != REDIS_REPLY_ERROR) return;
    health_.refused(text_of(reply));
    if (command.lost) command.lost->store(true);
}

/// At the end: keys that are released now do not refuse anybody for minutes.
void RedisClient::send_the_rest() {
    const auto deadline = Clock::now() + kLastTryLimit;
    while (own_ && health_.up() && Clock::now() < deadline) {
        auto batch = next_batch();
        if (batch.empty()) return;
        send(std::move(batch), false);
    }
}

}  // namespace cinema::cluster
