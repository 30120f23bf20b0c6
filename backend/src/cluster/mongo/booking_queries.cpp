#include "cluster/mongo/booking_queries.hpp"

#include "cluster/mongo/blocking.hpp"
#include "cluster/mongo/booking_fields.hpp"
#include "cluster/mongo/id_ranges.hpp"
#include "cluster/mongo/seat_documents.hpp"

namespace cinema::cluster::mongo {

using booking::Awaitable;
using booking::SeatStates;

LatestSeatStates::States LatestSeatStates::put(const domain::ShowtimeId& showtime, States states) {
    std::lock_guard lock(mutex_);
    const auto found = index_.find(showtime);
    if (found != index_.end()) {
        Entry& entry = *found->second;
        if (entry.states->seats != states->seats) entry.states = std::move(states);
        entries_.splice(entries_.begin(), entries_, found->second);
        return entry.states;
    }
    entries_.push_front({showtime, states});
    index_.emplace(showtime, entries_.begin());
    if (entries_.size() > showtimes_max_) {
        index_.erase(entries_.back().showtime);
        entries_.pop_back();
    }
    return states;
}

MongoBookingQueries::MongoBookingQueries(Mongo& mongo, catalog::Catalog& catalog,
                                         std::size_t cached_showtimes_max)
    : mongo_(mongo),
      search_(mongo, catalog),
      latest_(cached_showtimes_max),
      find_(mongo.operation("bookings.read")),
      of_user_(mongo.operation("bookings.of_user")),
      seat_states_(mongo.operation("seats.of_showtime")),
      seats_taken_(mongo.operation("seats.taken")) {}

Result<std::vector<domain::Booking>> MongoBookingQueries::list(const Operation& operation,
                                                               Document& command) {
    const auto reply = mongo_.read(operation, command);
    if (!reply) return std::unexpected(reply.error());
    std::vector<domain::Booking> bookings;
    each_in(*reply, kBookings, [&](Fields& fields) { bookings.push_back(read_booking(fields)); });
    return bookings;
}

Awaitable<Result<std::optional<domain::Booking>>> MongoBookingQueries::find(domain::BookingId id) {
    return blocking([this, id] { return find_now(id); });
}

Awaitable<Result<std::vector<domain::Booking>>> MongoBookingQueries::of_user(
    domain::UserId user, booking::PageRequest page) {
    return blocking([this, user, page] { return of_user_now(user, page); });
}

Awaitable<Result<std::vector<booking::BookingRow>>> MongoBookingQueries::search(
    booking::BookingFilter filter, booking::PageRequest page) {
    return blocking([this, filter = std::move(filter), page] { return search_.run(filter, page); });
}

Awaitable<Result<std::shared_ptr<const SeatStates>>> MongoBookingQueries::seat_states(
    domain::ShowtimeId showtime) {
    return blocking([this, showtime] { return seat_states_now(showtime); });
}

Awaitable<Result<std::vector<int>>> MongoBookingQueries::seats_taken(
    std::vector<domain::ShowtimeId> showtimes) {
    return blocking(
        [this, showtimes = std::move(showtimes)] { return seats_taken_now(showtimes); });
}

Result<std::optional<domain::Booking>> MongoBookingQueries::find_now(domain::BookingId id) {
    Document command = Mongo::command("find", kBookings);
    command.object("filter", [&](Writer& filter) { filter.add("_id", id); });
    limit_to(command, 1);
    auto found = list(find_, command);
    if (!found) return std::unexpected(std::move(found.error()));
    if (found->empty()) return std::nullopt;
    return std::move(found->front());
}

Result<std::vector<domain::Booking>> MongoBookingQueries::of_user_now(
    domain::UserId user, const booking::PageRequest& page) {
    if (page.limit == 0) return std::vector<domain::Booking>{};
    Document command = Mongo::command("find", kBookings);
    command.object("filter", [&](Writer& filter) {
        filter.add("user_id", user);
        add_id_range(filter, {.before = page.before});
    });
    add_newest_first(command, page.limit);
    return list(of_user_, command);
}

Result<std::shared_ptr<const SeatStates>> MongoBookingQueries::seat_states_now(
    domain::ShowtimeId showtime) {
    Document command = Mongo::command("find", kSeats);
    command.object("filter", [&](Writer& filter) { filter.add("showtime_id", showtime); });
    command.object("sort", [](Writer& order) { order.add("seat_code", 1); })
        .add("batchSize", kBatchDocuments);
    auto states = std::make_shared<SeatStates>();
    const auto read = mongo_.each(seat_states_, kSeats, command, [&](Fields& fields) {
        states->seats.push_back(read_seat(fields).seat);
    });
    if (!read) return std::unexpected(read.error());
    return latest_.put(showtime, std::move(states));
}

Result<std::vector<int>> MongoBookingQueries::seats_taken_now(
    const std::vector<domain::ShowtimeId>& showtimes) {
    if (showtimes.empty()) return std::vector<int>{};
    Document command = Mongo::command("aggregate", kSeats);
    // Both fields are in one index, so no document is looked at.
    command.array("pipeline", [&](ArrayWriter& stages) {
        stages.object([&](Writer& stage) {
            stage.object("$match", [&](Writer& match) {
                match.object("showtime_id", [&](Writer& any) { any.add("$in", showtimes); });
                match.object("state", [](Writer& any) {
                    any.array("$in", [](ArrayWriter& states) {
                        states.add(domain::SeatState::LOCKED).add(domain::SeatState::BOOKED);
                    });
                });
            });
        });
        stages.object([](Writer& stage) {
            stage.object("$group", [](Writer& group) {
                group.add("_id", "$showtime_id").object("taken", [](Writer& count) {
                    count.add("$sum", 1);
                });
            });
        });
    });
    command.object("cursor", [](Writer& cursor) { cursor.add("batchSize", kBatchDocuments); });

    std::unordered_map<domain::ShowtimeId, int> counted;
    const auto read = mongo_.each(seats_taken_, kSeats, command, [&](Fields& fields) {
        counted[fields.id<domain::ShowtimeId>("_id")] = static_cast<int>(fields.integer("taken"));
    });
    if (!read) return std::unexpected(read.error());
    std::vector<int> taken;
    taken.reserve(showtimes.size());
    for (const auto& showtime : showtimes) taken.push_back(counted[showtime]);
    return taken;
}

}  // namespace cinema::cluster::mongo
