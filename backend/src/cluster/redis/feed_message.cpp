#include "cluster/redis/feed_message.hpp"

#include <boost/describe/class.hpp>

#include "json/read.hpp"
#include "json/write.hpp"

namespace cinema::cluster {

namespace {

struct EventEntry {
    domain::SeatEventType type;
    domain::ShowtimeId showtime_id;
    std::string_view seat_code;
    std::optional<domain::UserId> locked_by_user_id;
    std::optional<domain::UtcTime> lock_expires_at;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(EventEntry, (),
                      (type, showtime_id, seat_code, locked_by_user_id, lock_expires_at, version))

struct EventsMessage {
    std::string_view origin;
    std::vector<EventEntry> events;
};
BOOST_DESCRIBE_STRUCT(EventsMessage, (), (origin, events))

struct ResyncMessage {
    std::string_view origin;
    bool resync = true;
};
BOOST_DESCRIBE_STRUCT(ResyncMessage, (), (origin, resync))

/// The member's text; nullopt when it is not there or no string.
std::optional<std::string_view> text_member(const boost::json::object& object,
                                            std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* text = value != nullptr ? value->if_string() : nullptr;
    if (text == nullptr) return std::nullopt;
    return std::string_view(text->data(), text->size());
}

/// Reads an optional member; false when it is there and wrong.
template <class T, class Parse>
bool read_optional(const boost::json::object& object, std::string_view name, std::optional<T>& to,
                   Parse parse) {
    if (!object.contains(name)) return true;
    const auto text = text_member(object, name);
    if (text) to = parse(*text);
    return to.has_value();
}

std::optional<domain::SeatEvent> parse_event(const boost::json::value& value) {
    const auto* object = value.if_object();
    if (object == nullptr) return std::nullopt;
    const auto type = domain::from_word<domain::SeatEventType>(
        text_member(*object, "type").value_or(std::string_view()));
    const auto showtime =
        domain::ShowtimeId::parse(text_member(*object, "showtimeId").value_or(std::string_view()));
    const auto seat = text_member(*object, "seatCode");
    const auto* version = object->if_contains("version");
    if (!type || !showtime || !seat || seat->empty() || version == nullptr ||
        !version->is_int64() || version->get_int64() < 0) {
        return std::nullopt;
    }
    domain::SeatEvent event{.type = *type,
                            .showtime_id = *showtime,
                            .seat_code = std::string(*seat),
                            .locked_by = {},
                            .lock_expires_at = {},
                            .version = version->get_int64()};
    if (!read_optional(*object, "lockedByUserId", event.locked_by, domain::UserId::parse) ||
        !read_optional(*object, "lockExpiresAt", event.lock_expires_at, domain::parse_rfc3339)) {
        return std::nullopt;
    }
    return event;
}

}  // namespace

std::string feed_events_json(std::string_view origin, std::span<const domain::SeatEvent> events) {
    EventsMessage message{.origin = origin, .events = {}};
    message.events.reserve(events.size());
    for (const domain::SeatEvent& event : events) {
        message.events.push_back({.type = event.type,
                                  .showtime_id = event.showtime_id,
                                  .seat_code = event.seat_code,
                                  .locked_by_user_id = event.locked_by,
                                  .lock_expires_at = event.lock_expires_at,
                                  .version = event.version});
    }
    return json::to_json(message);
}

std::string feed_resync_json(std::string_view origin) {
    return json::to_json(ResyncMessage{.origin = origin});
}

std::optional<FeedMessage> parse_feed_message(std::string_view text) {
    const auto json = json::parse(text);
    const auto* object = json ? json->if_object() : nullptr;
    if (object == nullptr) return std::nullopt;
    const auto origin = text_member(*object, "origin");
    if (!origin || origin->empty()) return std::nullopt;
    FeedMessage message{.origin = std::string(*origin), .resync = false, .events = {}};
    if (const auto* resync = object->if_contains("resync")) {
        if (!resync->is_bool() || !resync->get_bool()) return std::nullopt;
        message.resync = true;
        return message;
    }
    const auto* list = object->if_contains("events");
    const auto* events = list != nullptr ? list->if_array() : nullptr;
    if (events == nullptr) return std::nullopt;
    message.events.reserve(events->size());
    for (const auto& entry : *events) {
        auto event = parse_event(entry);
        if (!event) return std::nullopt;
        message.events.push_back(std::move(*event));
    }
    return message;
}

}  // namespace cinema::cluster
