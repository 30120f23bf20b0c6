#include "realtime/frames.hpp"

#include <boost/describe/class.hpp>

#include "http/websocket.hpp"
#include "json/write.hpp"

namespace cinema::realtime {

namespace {

struct SnapshotMessage {
    std::string_view type = "SYNC_SNAPSHOT";
    domain::ShowtimeId showtime_id;
    json::Raw seats;
};
BOOST_DESCRIBE_STRUCT(SnapshotMessage, (), (type, showtime_id, seats))

struct SeatMessage {
    domain::SeatEventType type;
    std::string_view seat_code;
    std::optional<domain::UserId> locked_by_user_id;
    std::optional<domain::UtcTime> lock_expires_at;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(SeatMessage, (),
                      (type, seat_code, locked_by_user_id, lock_expires_at, version))

}  // namespace

SharedFrames snapshot_frames(const domain::Showtime& showtime, const domain::SeatMap& map,
                             std::span<const booking::SeatStatus> statuses) {
    const std::string message = json::to_json(SnapshotMessage{
        .showtime_id = showtime.id, .seats = {booking::seat_list_json(showtime, map, statuses)}});
    std::string frame;
    frame.reserve(message.size() + 10);
    http::append_text_frame(frame, message);
    return std::make_shared<const std::string>(std::move(frame));
}

SharedFrames event_frames(std::span<const domain::SeatEvent> events) {
    std::string frames;
    std::string message;
    for (const domain::SeatEvent& event : events) {
        const bool locked = event.type == domain::SeatEventType::SEAT_LOCKED;
        message.clear();
        json::write(message,
                    SeatMessage{.type = event.type,
                                .seat_code = event.seat_code,
                                .locked_by_user_id = locked ? event.locked_by : std::nullopt,
                                .lock_expires_at = locked ? event.lock_expires_at : std::nullopt,
                                .version = event.version});
        http::append_text_frame(frames, message);
    }
    return std::make_shared<const std::string>(std::move(frames));
}

}  // namespace cinema::realtime
