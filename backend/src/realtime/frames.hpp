#pragma once

#include <memory>
#include <span>
#include <string>

#include "booking/seat_list.hpp"

namespace cinema::realtime {

/// WebSocket frames ready to be written, made once and shared by every viewer.
using SharedFrames = std::shared_ptr<const std::string>;

/// One SYNC_SNAPSHOT frame with every seat of the showtime.
SharedFrames snapshot_frames(const domain::Showtime& showtime, const domain::SeatMap& map,
                             std::span<const booking::SeatStatus> statuses);

/// One frame for each event, in order, in one buffer.
SharedFrames event_frames(std::span<const domain::SeatEvent> events);

}  // namespace cinema::realtime
