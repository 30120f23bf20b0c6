#include "cluster/redis/feed.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "cluster/link/background_thread.hpp"
#include "cluster/link/backoff.hpp"

namespace cinema::cluster {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kEventsPerMessageMax = 256;
constexpr std::chrono::milliseconds kTick{250};
constexpr std::chrono::milliseconds kAskAfterSilence{1500};
constexpr std::chrono::milliseconds kGiveUpAfterSilence{4000};
constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kPauseMax{2000};

}  // namespace

RedisFeed::RedisFeed(RedisClient& client, FeedOptions options, FeedListener listener,
                     telemetry::Metrics& metrics, telemetry::Logger& logger)
    : client_(client),
      options_(std::move(options)),
      listener_(std::move(listener)),
      health_("redis", "subscription", metrics, logger),
      logger_(logger),
      publish_calls_(metrics.dependency_calls("redis", "feed.publish")),
      lost_(std::make_shared<std::atomic<bool>>(false)) {
    thread_ = start_background_thread([this] { listen(); });
}

RedisFeed::~RedisFeed() {
    stop();
}

void RedisFeed::stop() {
    stop_.set();
    if (thread_.joinable()) thread_.join();
}

void RedisFeed::publish(std::span<const domain::SeatEvent> events) {
    publish_overdue_resync();
    while (!events.empty()) {
        const auto part = events.first(std::min(events.size(), kEventsPerMessageMax));
        events = events.subspan(part.size());
        const std::string json = feed_events_json(options_.instance_id, part);
        const bool taken = client_.post({.text = redis_command({"PUBLISH", options_.channel, json}),
                                         .script = nullptr,
                                         .calls = &publish_calls_,
                                         .lost = lost_});
        if (!taken) dropped_events_ += part.size();
    }
}

void RedisFeed::publish_overdue_resync() {
    if (!lost_->load(std::memory_order_relaxed) || !lost_->exchange(false)) return;
    // When there is still no room, `lost` is set again.
    client_.post({.text = redis_command(
                      {"PUBLISH", options_.channel, feed_resync_json(options_.instance_id)}),
                  .script = nullptr,
                  .calls = &publish_calls_,
                  .lost = lost_});
}

void RedisFeed::listen() {
    Backoff backoff(kFirstPause, kPauseMax);
    do {
        std::string problem;
        auto connection = client_.connect();
        if (!connection) {
            problem = std::move(connection.error());
        } else if (auto subscribed = subscribe(*connection); !subscribed) {
            problem = std::move(subscribed.error());
        } else {
            backoff.reset();
            health_.reached();
            tell([&] { listener_.connected(); });
            problem = hear(*connection);
            tell([&] { listener_.disconnected(); });
        }
        if (stop_.is_set()) return;
        health_.failed(problem);
        publish_overdue_resync();
    } while (!stop_.wait_for(backoff.next()));
}

std::expected<void, std::string> RedisFeed::subscribe(RedisConnection& connection) {
    const auto reply = connection.call(redis_command({"SUBSCRIBE", options_.channel}));
    if (!reply) return std::unexpected(reply.error());
    if ((*reply)->type != REDIS_REPLY_ARRAY) {
        return std::unexpected("SUBSCRIBE was refused: " + std::string(text_of(**reply)));
    }
    return {};
}

/// Until the connection fails, or stop(); why.
std::string RedisFeed::hear(RedisConnection& connection) {
    auto heard_at = Clock::now();
    auto asked_at = heard_at;
    while (!stop_.is_set()) {
        publish_overdue_resync();
        const bool readable = stop_.wait_readable(connection.descriptor(), kTick);
        const auto now = Clock::now();
        // Something may have arrived together with the answer to SUBSCRIBE.
        auto reply = readable ? connection.receive() : connection.received();
        for (; reply && *reply; reply = connection.received()) take(**reply);
        if (!reply) return std::move(reply.error());
        if (readable) {
            heard_at = now;
        } else if (now - heard_at > kGiveUpAfterSilence) {
            return "no answer in time";
        } else if (now - std::max(heard_at, asked_at) > kAskAfterSilence) {
            if (auto sent = connection.send(redis_command({"PING"})); !sent) return sent.error();
            asked_at = now;
        }
    }
    return {};
}

/// One push message: ["message", channel, text], or the answer to a PING.
void RedisFeed::take(const redisReply& reply) {
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 3 ||
        text_of(*reply.element[0]) != "message") {
        return;
    }
    const auto message = parse_feed_message(text_of(*reply.element[2]));
    if (!message) {
        ++broken_messages_;
        health_.refused("a message of the feed cannot be read");
        return;
    }
    if (message->origin == options_.instance_id) return;
    tell([&] { message->resync ? listener_.resync() : listener_.events(message->events); });
}

template <class Tell>
void RedisFeed::tell(Tell tell) {
    try {
        tell();
    } catch (const std::exception& error) {
        logger_.error("feed_listener_failed", telemetry::LogField("error", error.what()));
    }
}

}  // namespace cinema::cluster
