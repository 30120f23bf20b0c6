#include "cluster/redis/feed_message.hpp"

#include <cstdint>
#include <cstdlib>

/// Whatever another process publishes: it is nothing, or it is seat events that can be published
/// again as they are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cinema::cluster;
    const auto message = parse_feed_message({reinterpret_cast<const char*>(data), size});
    if (!message) return 0;
    if (message->origin.empty() || (message->resync && !message->events.empty())) std::abort();
    const auto write = [](const FeedMessage& from) {
        return from.resync ? feed_resync_json(from.origin)
                           : feed_events_json(from.origin, from.events);
    };
    const std::string text = write(*message);
    const auto again = parse_feed_message(text);
    if (!again || again->origin != message->origin || again->resync != message->resync ||
        write(*again) != text) {
        std::abort();
    }
    return 0;
}
