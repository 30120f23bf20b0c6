#include "embedded/booking_records.hpp"

#include <algorithm>

#include "domain/ensure.hpp"
#include "embedded/encoding.hpp"

namespace cinema::embedded {

const std::string kBookingColumns =
    "b.id, b.user_id, b.showtime_id, b.seats, b.status, b.amount, b.currency, b.lock_expires_at, "
    "b.created_at, max(b.updated_at, ifnull(p.updated_at, 0)), p.id, p.status";
const std::string kBookingTables = "bookings b LEFT JOIN payments p ON p.booking_id = b.id";

namespace {

const Sql kFindBooking{"SELECT " + kBookingColumns + " FROM " + kBookingTables +
                       " WHERE b.id = ?1"};

const Sql kFindBookingByKey{"SELECT " + kBookingColumns + " FROM " + kBookingTables +
                            " WHERE b.user_id = ?1 AND b.idempotency_key = ?2"};

const Sql kFindOfUser{"SELECT " + kBookingColumns +
                      " FROM bookings b INDEXED BY bookings_of_user "
                      "LEFT JOIN payments p ON p.booking_id = b.id "
                      "WHERE b.user_id = ?1 AND b.id < ?2 ORDER BY b.id DESC LIMIT ?3"};

const Sql kFindOverdue{"SELECT " + kBookingColumns +
                       " FROM bookings b INDEXED BY bookings_expiring "
                       "LEFT JOIN payments p ON p.booking_id = b.id "
                       "WHERE b.status = 'LOCKED' AND b.lock_expires_at <= ?1 "
                       "ORDER BY b.lock_expires_at LIMIT ?2"};

const Sql kFindFar{"SELECT " + kBookingColumns +
                   " FROM bookings b INDEXED BY bookings_expiring "
                   "LEFT JOIN payments p ON p.booking_id = b.id "
                   "WHERE b.status = 'LOCKED' AND b.lock_expires_at > ?1 "
                   "ORDER BY b.lock_expires_at LIMIT ?2"};

const Sql kFindPayment{
    "SELECT id, status, amount, currency, created_at, updated_at FROM payments "
    "WHERE booking_id = ?1"};

const Sql kInsertBooking{
    "INSERT INTO bookings (id, user_id, showtime_id, seats, status, amount, currency, "
    "lock_expires_at, created_at, updated_at, idempotency_key) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)"};

const Sql kUserExists{"SELECT 1 FROM users WHERE id = ?1"};

const Sql kInsertPayment{
    "INSERT INTO payments (booking_id, id, status, amount, currency, created_at, updated_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)"};

const Sql kMarkBooked{
    "UPDATE bookings SET status = 'BOOKED', updated_at = ?3 "
    "WHERE id = ?1 AND user_id = ?2 AND status = 'LOCKED' AND lock_expires_at > ?3 "
    "AND EXISTS (SELECT 1 FROM payments WHERE booking_id = ?1 AND status = 'SUCCESS')"};

const Sql kMoveEnd{
    "UPDATE bookings SET lock_expires_at = ?2, updated_at = ?3 WHERE id = ?1 AND status = "
    "'LOCKED'"};

const Sql kMarkEnded{
    "UPDATE bookings SET status = ?2, updated_at = ?3 WHERE id = ?1 AND status = 'LOCKED'"};

const Sql kMarkRefunded{
    "UPDATE payments SET status = 'REFUNDED', updated_at = ?2 "
    "WHERE booking_id = ?1 AND status = 'SUCCESS'"};

std::optional<domain::Booking> read_one_booking(Query query) {
    if (!query.next()) return std::nullopt;
    return read_booking_row(query);
}

}  // namespace

domain::Booking read_booking_row(const Query& query) {
    domain::Booking booking{
        .id = query.id<domain::BookingId>(0),
        .user_id = query.id<domain::UserId>(1),
        .showtime_id = query.id<domain::ShowtimeId>(2),
        .seats = list_from_json(query.text(3)),
        .status = word_from_column<domain::BookingStatus>(query.text(4)),
        .amount = query.integer(5),
        .currency = std::string(query.text(6)),
        .lock_expires_at = query.time(7),
        .payment_id = {},
        .payment_status = {},
        .created_at = query.time(8),
        .updated_at = query.time(9),
    };
    if (!query.is_null(10)) {
        booking.payment_id = query.id<domain::PaymentId>(10);
        booking.payment_status = word_from_column<domain::PaymentStatus>(query.text(11));
    }
    return booking;
}

std::optional<domain::Booking> find_booking(Connection& db, const domain::BookingId& id) {
    return read_one_booking(db.query(kFindBooking, id));
}

std::optional<domain::Booking> find_booking_by_key(Connection& db, const domain::UserId& user,
                                                   const std::string& idempotency_key) {
    return read_one_booking(db.query(kFindBookingByKey, user, idempotency_key));
}

std::optional<domain::Payment> find_payment(Connection& db, const domain::BookingId& id) {
    Query query = db.query(kFindPayment, id);
    if (!query.next()) return std::nullopt;
    return domain::Payment{
        .id = query.id<domain::PaymentId>(0),
        .booking_id = id,
        .status = word_from_column<domain::PaymentStatus>(query.text(1)),
        .amount = query.integer(2),
        .currency = std::string(query.text(3)),
        .created_at = query.time(4),
        .updated_at = query.time(5),
    };
}

std::vector<domain::Booking> find_bookings_of_user(Connection& db, const domain::UserId& user,
                                                   const std::optional<domain::ObjectId>& before,
                                                   std::size_t limit) {
    const domain::ObjectId end = before.value_or(kAfterEveryId);
    std::vector<domain::Booking> bookings;
    Query query = db.query(kFindOfUser, user, end, limit);
    while (query.next()) bookings.push_back(read_booking_row(query));
    return bookings;
}

std::vector<domain::Booking> find_overdue(Connection& db, domain::UtcTime now, std::size_t limit) {
    std::vector<domain::Booking> overdue;
    Query query = db.query(kFindOverdue, now, limit);
    while (query.next()) overdue.push_back(read_booking_row(query));
    return overdue;
}

std::vector<domain::Booking> find_ending_after(Connection& db, domain::UtcTime moment,
                                               std::size_t limit) {
    std::vector<domain::Booking> far;
    Query query = db.query(kFindFar, moment, limit);
    while (query.next()) far.push_back(read_booking_row(query));
    return far;
}

bool insert_booking(Connection& db, const domain::Booking& booking,
                    const std::optional<std::string>& idempotency_key) {
    const std::string seats = list_to_json(booking.seats);
    try {
        const int inserted =
            db.execute(kInsertBooking, booking.id, booking.user_id, booking.showtime_id, seats,
                       domain::word(booking.status), booking.amount, booking.currency,
                       booking.lock_expires_at, booking.created_at, idempotency_key);
        domain::ensure(inserted == 1, "a booking is inserted");
        return true;
    } catch (const SqliteError& error) {
        if (error.extended_code() != SQLITE_CONSTRAINT_FOREIGNKEY) throw;
    }
    // The row refers to a user and a showtime; only users can be gone.
    domain::ensure(!db.query(kUserExists, booking.user_id).next(),
                   "a booking's showtime is in the database");
    return false;
}

void insert_payment(Connection& db, const domain::Payment& payment) {
    const int inserted =
        db.execute(kInsertPayment, payment.booking_id, payment.id, domain::word(payment.status),
                   payment.amount, payment.currency, payment.created_at);
    domain::ensure(inserted == 1, "a payment is inserted");
}

bool mark_booked(Connection& db, const domain::BookingId& id, const domain::UserId& user,
                 domain::UtcTime now) {
    return db.execute(kMarkBooked, id, user, now) == 1;
}

bool move_end(Connection& db, const domain::BookingId& id, domain::UtcTime lock_expires_at,
              domain::UtcTime now) {
    return db.execute(kMoveEnd, id, lock_expires_at, now) == 1;
}

bool mark_ended(Connection& db, const domain::BookingId& id, domain::BookingStatus status,
                domain::UtcTime now) {
    return db.execute(kMarkEnded, id, domain::word(status), now) == 1;
}

bool mark_refunded(Connection& db, const domain::BookingId& id, domain::UtcTime now) {
    return db.execute(kMarkRefunded, id, now) == 1;
}

}  // namespace cinema::embedded
