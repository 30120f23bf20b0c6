#include "embedded/booking_queries.hpp"

#include "embedded/booking_records.hpp"
#include "embedded/encoding.hpp"

namespace cinema::embedded {

namespace {

using booking::Awaitable;
using booking::SeatStates;
using domain::Result;

const Sql kSeatsOfShowtime{
    "SELECT seat_code, state, locked_by, lock_expires_at, version FROM seat_reservations "
    "WHERE showtime_id = ?1"};

const Sql kSeatsTaken{"SELECT seats_taken FROM showtime_sales WHERE showtime_id = ?1"};

std::shared_ptr<const SeatStates> read_seat_states(Connection& db,
                                                   const domain::ShowtimeId& showtime) {
    auto states = std::make_shared<SeatStates>();
    Query query = db.query(kSeatsOfShowtime, showtime);
    while (query.next()) {
        domain::SeatReservation& seat = states->seats.emplace_back();
        seat.seat_code = std::string(query.text(0));
        seat.state = word_from_column<domain::SeatState>(query.text(1));
        if (!query.is_null(2)) seat.locked_by = query.id<domain::UserId>(2);
        if (!query.is_null(3)) seat.lock_expires_at = query.time(3);
        seat.version = query.integer(4);
    }
    return states;
}

int read_seats_taken(Connection& db, const domain::ShowtimeId& showtime) {
    Query query = db.query(kSeatsTaken, showtime);
    return query.next() ? static_cast<int>(query.integer(0)) : 0;
}

}  // namespace

Awaitable<Result<std::optional<domain::Booking>>> EmbeddedBookingQueries::find(
    domain::BookingId id) {
    return readers_.run<std::optional<domain::Booking>>(
        [id](Connection& db) -> Result<std::optional<domain::Booking>> {
            return find_booking(db, id);
        });
}

Awaitable<Result<std::vector<domain::Booking>>> EmbeddedBookingQueries::of_user(
    domain::UserId user, booking::PageRequest page) {
    return readers_.run<std::vector<domain::Booking>>(
        [user, page](Connection& db) -> Result<std::vector<domain::Booking>> {
            return find_bookings_of_user(db, user, page.before, page.limit);
        });
}

Awaitable<Result<std::vector<booking::BookingRow>>> EmbeddedBookingQueries::search(
    booking::BookingFilter filter, booking::PageRequest page) {
    return readers_.run<std::vector<booking::BookingRow>>(
        [filter = std::move(filter),
         page](Connection& db) -> Result<std::vector<booking::BookingRow>> {
            return search_bookings(db, filter, page);
        });
}

Awaitable<Result<std::shared_ptr<const SeatStates>>> EmbeddedBookingQueries::seat_states(
    domain::ShowtimeId showtime) {
    // Before the query: what is committed in between may be in its answer already, and then only
    // costs the next caller a reload. The other way round an old answer could pass for a new one.
    const std::uint64_t revision = revisions_.of(showtime);
    if (auto known = cache_.find(showtime, revision)) co_return known;
    auto read = co_await readers_.run<std::shared_ptr<const SeatStates>>(
        [showtime](Connection& db) -> Result<std::shared_ptr<const SeatStates>> {
            return read_seat_states(db, showtime);
        });
    if (!read) co_return read;
    co_return cache_.put(showtime, revision, std::move(*read));
}

Awaitable<Result<std::vector<int>>> EmbeddedBookingQueries::seats_taken(
    std::vector<domain::ShowtimeId> showtimes) {
    return readers_.run<std::vector<int>>(
        [showtimes = std::move(showtimes)](Connection& db) -> Result<std::vector<int>> {
            // One state of the database for all of them, and one lock instead of many.
            ReadTransaction transaction(db);
            std::vector<int> taken;
            taken.reserve(showtimes.size());
            for (const auto& showtime : showtimes) taken.push_back(read_seats_taken(db, showtime));
            return taken;
        });
}

}  // namespace cinema::embedded
