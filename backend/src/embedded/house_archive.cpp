#include "embedded/house_archive.hpp"

#include <fmt/format.h>

#include "embedded/audit_trail.hpp"
#include "embedded/booking_records.hpp"
#include "embedded/encoding.hpp"
#include "embedded/seat_records.hpp"
#include "embedded/user_store.hpp"

namespace cinema::embedded {

namespace {

const Sql kEveryUser{"SELECT id, email, name, role, password_hash, created_at FROM users"};
const Sql kEverySeat{
    "SELECT showtime_id, seat_code, state, booking_id, version FROM seat_reservations"};
/// Made when it is first asked for: the columns are another file's, which may begin later.
const Sql& every_booking() {
    static const Sql kEveryBooking{"SELECT " + kBookingColumns +
                                   ", p.created_at, p.updated_at, b.idempotency_key FROM " +
                                   kBookingTables + " ORDER BY b.id"};
    return kEveryBooking;
}
const Sql kEveryLog{
    "SELECT id, event_id, event_type, user_id, showtime_id, booking_id, seats, payload, "
    "created_at FROM audit_logs UNION ALL "
    "SELECT audit_id, event_id, event_type, user_id, showtime_id, booking_id, seats, payload, "
    "occurred_at FROM outbox ORDER BY 1"};

const Sql kAnything{
    "SELECT EXISTS (SELECT 1 FROM bookings) OR EXISTS (SELECT 1 FROM seat_reservations) OR "
    "EXISTS (SELECT 1 FROM audit_logs) OR EXISTS (SELECT 1 FROM outbox)"};
/// The seats come before the bookings they refer to.
const Sql kReferToLater{"PRAGMA defer_foreign_keys = ON"};
const Sql kLoadUser{
    "INSERT INTO users (id, email, name, role, password_hash, created_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (email) DO UPDATE SET "
    "name = excluded.name, role = excluded.role, password_hash = excluded.password_hash "
    "WHERE id = excluded.id"};
const Sql kLoadSeat{
    "INSERT INTO seat_reservations "
    "(showtime_id, seat_code, state, booking_id, locked_by, lock_expires_at, version) "
    "VALUES (?1, ?2, 'AVAILABLE', NULL, NULL, NULL, ?3)"};
const Sql kGiveSeat{
    "UPDATE seat_reservations SET state = ?3, booking_id = ?4, locked_by = ?5, "
    "lock_expires_at = ?6 WHERE showtime_id = ?1 AND seat_code = ?2 AND state = 'AVAILABLE'"};
const Sql kLoadBooking{
    "INSERT INTO bookings (id, user_id, showtime_id, seats, status, amount, currency, "
    "lock_expires_at, created_at, updated_at, idempotency_key) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"};
const Sql kLoadPayment{
    "INSERT INTO payments (booking_id, id, status, amount, currency, created_at, updated_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
const Sql kLoadLog{
    "INSERT INTO audit_logs (id, event_id, event_type, user_id, showtime_id, booking_id, seats, "
    "payload, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};

const Sql kBrokenReferences{"PRAGMA foreign_key_check"};

template <class Use>
void for_each_row(Connection& db, const Sql& sql, Use use) {
    Query query = db.query(sql);
    while (query.next()) use(query);
}

archive::Record seat_row(const Query& row) {
    archive::SeatRecord seat{.showtime_id = row.id<domain::ShowtimeId>(0),
                             .seat_code = std::string(row.text(1)),
                             .state = word_from_column<domain::SeatState>(row.text(2)),
                             .booking_id = {},
                             .version = row.integer(4)};
    if (!row.is_null(3)) seat.booking_id = row.id<domain::BookingId>(3);
    return seat;
}

archive::Record booking_row(const Query& row) {
    archive::BookingRecord record{
        .booking = read_booking_row(row), .payment = {}, .idempotency_key = {}};
    const domain::Booking& booking = record.booking;
    if (booking.payment_id) {
        record.payment = domain::Payment{.id = *booking.payment_id,
                                         .booking_id = booking.id,
                                         .status = *booking.payment_status,
                                         .amount = booking.amount,
                                         .currency = booking.currency,
                                         .created_at = row.time(12),
                                         .updated_at = row.time(13)};
    }
    if (!row.is_null(14)) record.idempotency_key = std::string(row.text(14));
    return record;
}

/// Puts records into the tables, inside one transaction.
class Loader {
  public:
    explicit Loader(Connection& db) : db_(db) {}

    domain::Result<void> operator()(const domain::User& user) {
        if (db_.execute(kLoadUser, user.id, user.email, user.name, domain::word(user.role),
                        user.password_hash, user.created_at) == 1) {
            return {};
        }
        return domain::fail(domain::Errc::validation,
                            "The account " + user.email + " is here already, as another one.");
    }

    domain::Result<void> operator()(const archive::SeatRecord& seat) {
        db_.execute(kLoadSeat, seat.showtime_id, seat.seat_code, seat.version);
        if (seat.state != domain::SeatState::AVAILABLE) ++taken_[seat.showtime_id];
        return {};
    }

    domain::Result<void> operator()(const archive::BookingRecord& record) {
        const domain::Booking& booking = record.booking;
        const std::string seats = list_to_json(booking.seats);
        db_.execute(kLoadBooking, booking.id, booking.user_id, booking.showtime_id, seats,
                    domain::word(booking.status), booking.amount, booking.currency,
                    booking.lock_expires_at, booking.created_at, booking.updated_at,
                    record.idempotency_key);
        if (const auto& payment = record.payment) {
            db_.execute(kLoadPayment, booking.id, payment->id, domain::word(payment->status),
                        payment->amount, payment->currency, payment->created_at,
                        payment->updated_at);
        }
        const bool locked = booking.status == domain::BookingStatus::LOCKED;
        if (!locked && booking.status != domain::BookingStatus::BOOKED) return {};
        const auto state = locked ? domain::SeatState::LOCKED : domain::SeatState::BOOKED;
        const auto expires = locked ? std::optional(booking.lock_expires_at) : std::nullopt;
        for (const std::string& code : booking.seats) {
            if (db_.execute(kGiveSeat, booking.showtime_id, code, domain::word(state), booking.id,
                            booking.user_id, expires) != 1) {
                return domain::fail(
                    domain::Errc::validation,
                    fmt::format("Seat {} of booking {} is not there, or another booking's.", code,
                                booking.id.to_hex()));
            }
            ++given_;
        }
        return {};
    }

    domain::Result<void> operator()(const domain::AuditLog& log) {
        if (!log.user_id || !log.showtime_id || !log.booking_id) {
            return domain::fail(domain::Errc::validation,
                                "A log entry names its user, showtime and booking.");
        }
        const Uuid event_id = uuid_from_text(log.event_id);
        const std::string seats = list_to_json(log.seats);
        db_.execute(kLoadLog, log.id, event_id, log.event_type, *log.user_id, *log.showtime_id,
                    *log.booking_id, seats, log.payload, log.created_at);
        return {};
    }

    /// After the last record.
    domain::Result<void> finish() {
        std::int64_t taken = 0;
        for (const auto& [showtime, count] : taken_) {
            add_seats_taken(db_, showtime, static_cast<std::size_t>(count));
            taken += count;
        }
        if (taken == given_) return {};
        return domain::fail(domain::Errc::validation,
                            "Seats are LOCKED or BOOKED that no booking of the archive has.");
    }

  private:
    Connection& db_;
    std::unordered_map<domain::ShowtimeId, std::int64_t> taken_;
    std::int64_t given_ = 0;
};

domain::Result<std::size_t> load_all(
    Connection& db, const std::function<domain::Result<std::optional<archive::Record>>()>& next) {
    Loader loader(db);
    std::size_t count = 0;
    for (;; ++count) {
        const auto record = next();
        if (!record) return std::unexpected(record.error());
        if (!*record) break;
        const auto put = std::visit(loader, **record);
        if (!put) return std::unexpected(put.error());
    }
    const auto finished = loader.finish();
    if (!finished) return std::unexpected(finished.error());
    Query broken = db.query(kBrokenReferences);
    if (broken.next()) {
        return domain::fail(domain::Errc::validation,
                            fmt::format("A record of {} refers to one that is in neither the "
                                        "archive nor its catalogue.",
                                        broken.text(0)));
    }
    return count;
}

}  // namespace

domain::Result<void> EmbeddedHouseArchive::read(
    const std::function<void(const archive::Record&)>& take) {
    try {
        Connection db(file_, ConnectionOptions{.read_only = true});
        db.script("BEGIN");
        for_each_row(db, kEveryUser, [&](const Query& row) { take(read_user_row(row)); });
        for_each_row(db, kEverySeat, [&](const Query& row) { take(seat_row(row)); });
        for_each_row(db, every_booking(), [&](const Query& row) { take(booking_row(row)); });
        for_each_row(db, kEveryLog, [&](const Query& row) { take(read_audit_row(row)); });
        db.roll_back();
        return {};
    } catch (const SqliteError& error) {
        return domain::fail(domain::Errc::unavailable, error.what());
    }
}

domain::Result<void> EmbeddedHouseArchive::load(
    const std::function<domain::Result<std::optional<archive::Record>>()>& next) {
    const auto loaded = writer_.run_blocking<std::size_t>(
        [&](WriteContext& context) -> domain::Result<std::size_t> {
            {
                Query anything = context.db.query(kAnything);
                if (anything.next() && anything.integer(0) != 0) {
                    return domain::fail(domain::Errc::validation,
                                        "This house is not empty: it has bookings. Import into a "
                                        "new data folder.");
                }
            }
            context.db.execute(kReferToLater);
            context.db.script("SAVEPOINT house");
            auto count = load_all(context.db, next);
            context.db.script(count ? "RELEASE house" : "ROLLBACK TO house; RELEASE house");
            return count;
        });
    if (!loaded) return std::unexpected(loaded.error());
    return {};
}

}  // namespace cinema::embedded
