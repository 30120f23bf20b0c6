#include "cluster/rabbitmq/event_message.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "domain/uuid.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace cinema::cluster {

namespace {

constexpr std::size_t kBodyBytesMax = 65'536;
constexpr std::size_t kSeatsMax = 100;
constexpr std::size_t kSeatBytesMax = 16;

struct Message {
    std::string_view event_id;
    domain::EventType event_type;
    domain::UtcTime occurred_at;
    domain::BookingId booking_id;
    domain::UserId user_id;
    domain::ShowtimeId showtime_id;
    std::vector<std::string> seats;
    std::optional<json::Raw> payload;
};
BOOST_DESCRIBE_STRUCT(Message, (),
                      (event_id, event_type, occurred_at, booking_id, user_id, showtime_id, seats,
                       payload))

/// Members of the body, with the first problem kept.
class Members {
  public:
    explicit Members(const boost::json::object& object) : object_(object) {}

    template <class Parse>
    auto read(std::string_view name, Parse parse) -> decltype(parse(std::string_view())) {
        const auto* value = object_.if_contains(name);
        const auto* text = value != nullptr ? value->if_string() : nullptr;
        auto read = text != nullptr ? parse(std::string_view(text->data(), text->size()))
                                    : decltype(parse(std::string_view()))();
        if (!read) wrong(name);
        return read;
    }
    void wrong(std::string_view name) {
        if (!problem) problem = std::string(name) + " is missing or wrong";
    }
    const boost::json::value* find(std::string_view name) const {
        return object_.if_contains(name);
    }

    std::optional<std::string> problem;

  private:
    const boost::json::object& object_;
};

std::optional<std::vector<std::string>> seat_codes(const boost::json::value* value) {
    const auto* array = value != nullptr ? value->if_array() : nullptr;
    if (array == nullptr || array->size() > kSeatsMax) return std::nullopt;
    std::vector<std::string> seats;
    seats.reserve(array->size());
    for (const auto& entry : *array) {
        const auto* text = entry.if_string();
        if (text == nullptr || text->empty() || text->size() > kSeatBytesMax) return std::nullopt;
        seats.emplace_back(text->data(), text->size());
    }
    return seats;
}

/// The object as text again; empty when there is none.
std::optional<std::string> payload_text(const boost::json::value* value) {
    if (value == nullptr) return std::string();
    if (!value->is_object()) return std::nullopt;
    return boost::json::serialize(*value);
}

}  // namespace

std::string event_to_message(const domain::Event& event) {
    Message message{.event_id = event.event_id,
                    .event_type = event.type,
                    .occurred_at = event.occurred_at,
                    .booking_id = event.booking_id,
                    .user_id = event.user_id,
                    .showtime_id = event.showtime_id,
                    .seats = event.seats,
                    .payload = {}};
    if (!event.payload.empty()) message.payload = json::Raw{event.payload};
    return json::to_json(message);
}

std::expected<domain::Event, std::string> event_from_message(std::string_view body) {
    if (body.size() > kBodyBytesMax) return std::unexpected("the body is too long");
    const auto json = json::parse(body);
    const auto* object = json ? json->if_object() : nullptr;
    if (object == nullptr) return std::unexpected("the body is not a JSON object");
    Members members(*object);
    auto event_id = members.read("eventId", domain::normal_uuid);
    const auto type = members.read("eventType", domain::from_word<domain::EventType>);
    const auto occurred_at = members.read("occurredAt", domain::parse_rfc3339);
    const auto booking = members.read("bookingId", domain::BookingId::parse);
    const auto user = members.read("userId", domain::UserId::parse);
    const auto showtime = members.read("showtimeId", domain::ShowtimeId::parse);
    auto seats = seat_codes(members.find("seats"));
    if (!seats) members.wrong("seats");
    auto payload = payload_text(members.find("payload"));
    if (!payload) members.wrong("payload");
    if (members.problem) return std::unexpected(std::move(*members.problem));
    return domain::Event{.event_id = std::move(*event_id),
                         .type = *type,
                         .occurred_at = *occurred_at,
                         .booking_id = *booking,
                         .user_id = *user,
                         .showtime_id = *showtime,
                         .seats = std::move(*seats),
                         .payload = std::move(*payload)};
}

}  // namespace cinema::cluster
