#include "embedded/seat_records.hpp"

#include "domain/ensure.hpp"
#include "embedded/encoding.hpp"

namespace cinema::embedded {

namespace {

const Sql kReadSeat{
    "SELECT state, locked_by, lock_expires_at, version, booking_id FROM seat_reservations "
    "WHERE showtime_id = ?1 AND seat_code = ?2"};

// The conflict is always one of the primary key: the table has no other.
const Sql kLockSeat{
    "INSERT INTO seat_reservations "
    "(showtime_id, seat_code, state, booking_id, locked_by, lock_expires_at, version) "
    "VALUES (?1, ?2, 'LOCKED', ?3, ?4, ?5, 1) "
    "ON CONFLICT DO UPDATE SET state = 'LOCKED', booking_id = ?3, locked_by = ?4, "
    "lock_expires_at = ?5, version = version + 1 "
    "WHERE state = 'AVAILABLE'"};

const Sql kMoveSeatEnd{
    "UPDATE seat_reservations SET lock_expires_at = ?4, version = version + 1 "
    "WHERE showtime_id = ?1 AND seat_code = ?2 AND state = 'LOCKED' AND booking_id = ?3"};

const Sql kBookSeat{
    "UPDATE seat_reservations SET state = 'BOOKED', lock_expires_at = NULL, version = version + 1 "
    "WHERE showtime_id = ?1 AND seat_code = ?2 AND state = 'LOCKED' AND booking_id = ?3 "
    "AND locked_by = ?4"};

const Sql kReleaseSeat{
    "UPDATE seat_reservations SET state = 'AVAILABLE', booking_id = NULL, locked_by = NULL, "
    "lock_expires_at = NULL, version = version + 1 "
    "WHERE showtime_id = ?1 AND seat_code = ?2 AND state = 'LOCKED' AND booking_id = ?3"};

const Sql kAddSeatsTaken{
    "INSERT INTO showtime_sales (showtime_id, seats_taken) VALUES (?1, ?2) "
    "ON CONFLICT DO UPDATE SET seats_taken = seats_taken + ?2"};

const Sql kSubtractSeatsTaken{
    "UPDATE showtime_sales SET seats_taken = seats_taken - ?2 WHERE showtime_id = ?1"};

}  // namespace

SeatRecord read_seat(Connection& db, const domain::ShowtimeId& showtime, const std::string& code) {
    SeatRecord record;
    record.seat.seat_code = code;
    Query query = db.query(kReadSeat, showtime, code);
    if (!query.next()) return record;
    record.seat.state = word_from_column<domain::SeatState>(query.text(0));
    if (!query.is_null(1)) record.seat.locked_by = query.id<domain::UserId>(1);
    if (!query.is_null(2)) record.seat.lock_expires_at = query.time(2);
    record.seat.version = query.integer(3);
    if (!query.is_null(4)) record.booking_id = query.id<domain::BookingId>(4);
    return record;
}

bool lock_seat(Connection& db, const domain::Booking& booking, const std::string& code) {
    return db.execute(kLockSeat, booking.showtime_id, code, booking.id, booking.user_id,
                      booking.lock_expires_at) == 1;
}

bool move_seat_end(Connection& db, const domain::Booking& booking, const std::string& code) {
    return db.execute(kMoveSeatEnd, booking.showtime_id, code, booking.id,
                      booking.lock_expires_at) == 1;
}

bool book_seat(Connection& db, const domain::Booking& booking, const std::string& code) {
    return db.execute(kBookSeat, booking.showtime_id, code, booking.id, booking.user_id) == 1;
}

bool release_seat(Connection& db, const domain::Booking& booking, const std::string& code) {
    return db.execute(kReleaseSeat, booking.showtime_id, code, booking.id) == 1;
}

void add_seats_taken(Connection& db, const domain::ShowtimeId& showtime, std::size_t seats) {
    domain::ensure(db.execute(kAddSeatsTaken, showtime, seats) == 1, "a showtime has one counter");
}

void subtract_seats_taken(Connection& db, const domain::ShowtimeId& showtime, std::size_t seats) {
    domain::ensure(db.execute(kSubtractSeatsTaken, showtime, seats) == 1,
                   "a showtime whose seats are released has a counter");
}

}  // namespace cinema::embedded
