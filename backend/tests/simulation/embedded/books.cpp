#include "simulation/embedded/books.hpp"

#include <algorithm>
#include <set>

#include "embedded/booking_records.hpp"
#include "embedded/encoding.hpp"

namespace cinema::simulation::machine {

namespace {

using cinema::embedded::Connection;
using cinema::embedded::Query;
using cinema::embedded::Sql;
using domain::BookingStatus;
using domain::PaymentStatus;

const Sql kIntegrity{"PRAGMA integrity_check"};
const Sql kForeignKeys{"PRAGMA foreign_key_check"};
const Sql kBookings{
    "SELECT b.id, b.user_id, b.showtime_id, b.seats, b.status, b.amount, b.currency, "
    "b.lock_expires_at, b.created_at, b.updated_at, p.id, p.status, b.idempotency_key, p.amount "
    "FROM bookings b LEFT JOIN payments p ON p.booking_id = b.id ORDER BY b.id"};
const Sql kSeats{
    "SELECT showtime_id, seat_code, state, booking_id, locked_by, version FROM seat_reservations"};
const Sql kTaken{"SELECT showtime_id, seats_taken FROM showtime_sales"};
const Sql kEvents{
    "SELECT booking_id, event_type, event_id, 0 AS waiting, id AS audit_id FROM audit_logs "
    "UNION ALL SELECT booking_id, event_type, event_id, 1, audit_id FROM outbox ORDER BY 5"};
const Sql kOpen{
    "SELECT (SELECT count(*) FROM bookings WHERE status = 'LOCKED'), "
    "(SELECT count(*) FROM outbox)"};
const Sql kCount{"SELECT count(*), ifnull(sum(status = 'BOOKED'), 0) FROM bookings"};

struct Row {
    domain::Booking booking;
    std::optional<std::string> key;
    std::int64_t paid = 0;
};

using SeatName = std::pair<domain::ShowtimeId, std::string>;
struct SeatRow {
    domain::SeatState state{};
    std::optional<domain::BookingId> booking;
    std::optional<domain::UserId> user;
    std::int64_t version = 0;
};

/// The first finding, without the heading that some have.
std::string_view first_line(std::string_view findings) {
    if (findings.starts_with("***")) {
        findings.remove_prefix(std::min(findings.find('\n') + 1, findings.size()));
    }
    return findings.substr(0, findings.find('\n'));
}

class Books {
  public:
    Books(Connection& db, Journal& journal) : db_(db), journal_(journal) {}

    void read() {
        Query rows = db_.query(kBookings);
        while (rows.next()) {
            Row row{.booking = cinema::embedded::read_booking_row(rows)};
            if (!rows.is_null(12)) row.key = std::string(rows.text(12));
            if (!rows.is_null(13)) row.paid = rows.integer(13);
            bookings_[row.booking.id] = std::move(row);
        }
        Query seats = db_.query(kSeats);
        while (seats.next()) {
            SeatRow& row = seats_[{seats.id<domain::ShowtimeId>(0), std::string(seats.text(1))}];
            row.state = cinema::embedded::word_from_column<domain::SeatState>(seats.text(2));
            if (!seats.is_null(3)) row.booking = seats.id<domain::BookingId>(3);
            if (!seats.is_null(4)) row.user = seats.id<domain::UserId>(4);
            row.version = seats.integer(5);
        }
    }

    void check_file() {
        Query whole = db_.query(kIntegrity);
        if (!whole.next() || whole.text(0) != "ok") {
            journal_.wrong("the database is damaged: {}", first_line(whole.text(0)));
        }
        Query broken = db_.query(kForeignKeys);
        if (broken.next()) journal_.wrong("a row of {} refers to nothing", broken.text(0));
    }

    /// Each live booking has its seats, and each taken seat its live booking.
    void check_seats() {
        std::map<domain::ShowtimeId, std::int64_t> taken;
        for (const auto& [name, seat] : seats_) {
            if (seat.state == domain::SeatState::AVAILABLE) continue;
            ++taken[name.first];
            const auto owner = bookings_.find(*seat.booking);
            const bool owned = owner != bookings_.end() &&
                               word(owner->second.booking.status) == word(seat.state) &&
                               owner->second.booking.user_id == seat.user &&
                               owner->second.booking.showtime_id == name.first &&
                               std::ranges::count(owner->second.booking.seats, name.second) == 1;
            if (!owned) journal_.wrong("seat {} is {} for nobody", name.second, word(seat.state));
        }
        for (const auto& [id, row] : bookings_) {
            const auto& booking = row.booking;
            if (booking.status != BookingStatus::LOCKED &&
                booking.status != BookingStatus::BOOKED) {
                continue;
            }
            for (const auto& code : booking.seats) {
                const auto seat = seats_.find({booking.showtime_id, code});
                if (seat == seats_.end() || seat->second.booking != id) {
                    journal_.wrong("booking {} is {} without its seat {}", brief(id),
                                   word(booking.status), code);
                }
            }
        }
        Query counts = db_.query(kTaken);
        while (counts.next()) {
            const auto showtime = counts.id<domain::ShowtimeId>(0);
            if (taken[showtime] != counts.integer(1)) {
                journal_.wrong("{} seats of {} are taken, {} are counted", taken[showtime],
                               brief(showtime), counts.integer(1));
            }
        }
    }

    void check_money() {
        for (const auto& [id, row] : bookings_) {
            const auto& booking = row.booking;
            const auto price = kSeatPrice * static_cast<std::int64_t>(booking.seats.size());
            const bool live =
                booking.status == BookingStatus::LOCKED || booking.status == BookingStatus::BOOKED;
            if (booking.amount != price || (booking.payment_id && row.paid != price)) {
                journal_.wrong("booking {} costs {}, {} was paid", brief(id), booking.amount,
                               row.paid);
            }
            if (booking.status == BookingStatus::BOOKED &&
                booking.payment_status != PaymentStatus::SUCCESS) {
                journal_.wrong("booking {} is BOOKED without a payment", brief(id));
            }
            if (booking.payment_status &&
                booking.payment_status !=
                    (live ? PaymentStatus::SUCCESS : PaymentStatus::REFUNDED)) {
                journal_.wrong("booking {} is {} and its payment {}", brief(id),
                               word(booking.status), word(*booking.payment_status));
            }
        }
    }

    /// Each booking's events tell its life, once; each seat's version is what they make it.
    void check_events() {
        std::map<domain::BookingId, std::string> lives;
        std::set<cinema::embedded::Uuid> known;
        std::map<SeatName, std::int64_t> versions;
        Query events = db_.query(kEvents);
        while (events.next()) {
            const auto id = events.id<domain::BookingId>(0);
            const std::string type(events.text(1));
            lives[id] += type + " ";
            if (!known.insert(events.uuid(2)).second) {
                journal_.wrong("{} of {} is there twice", type, brief(id));
            }
            const auto row = bookings_.find(id);
            if (row == bookings_.end()) {
                journal_.wrong("{} of {}, which is not there", type, brief(id));
            } else if (type.starts_with("Booking")) {
                const auto& booking = row->second.booking;
                for (const auto& code : booking.seats) ++versions[{booking.showtime_id, code}];
            }
        }
        for (const auto& [id, row] : bookings_) {
            if (lives[id] != life(row.booking)) {
                journal_.wrong("booking {} is {}; its events are {}", brief(id),
                               word(row.booking.status), lives[id]);
            }
        }
        for (const auto& [name, seat] : seats_) {
            if (seat.version != versions[name]) {
                journal_.wrong("seat {} has version {} after {} changes", name.second, seat.version,
                               versions[name]);
            }
        }
    }

    /// Everything that viewers were told has been so.
    void check_told(const House::Told& told) {
        for (const auto& [name, event] : told) {
            const auto seat = seats_.find(name);
            const std::int64_t version = seat == seats_.end() ? 0 : seat->second.version;
            const bool same =
                version == event.version && seat->second.state == state_after(event.type);
            if (version < event.version || (version == event.version && !same)) {
                journal_.wrong("viewers were told {} v{} of seat {}, which has v{}",
                               word(event.type), event.version, name.second, version);
            }
        }
    }

    void check_orders(const Customers& customers) {
        std::set<domain::BookingId> explained;
        for (const Order& order : customers.orders()) {
            if (!order.booking) continue;
            const auto row = bookings_.find(order.booking->id);
            if (row == bookings_.end()) {
                journal_.wrong("booking {} was acknowledged and is not there",
                               brief(order.booking->id));
                continue;
            }
            explained.insert(order.booking->id);
            check_order(order, row->second);
        }
        std::map<const Order*, int> tries;
        for (const auto& [id, row] : bookings_) {
            if (explained.contains(id)) continue;
            const auto order = std::ranges::find_if(customers.orders(), [&](const Order& o) {
                return o.unanswered > tries[&o] && o.key == row.key &&
                       o.who.user_id == row.booking.user_id && o.seats == row.booking.seats &&
                       o.showtime == row.booking.showtime_id && (!o.key || !o.booking);
            });
            if (order == customers.orders().end()) {
                journal_.wrong("nobody asked for booking {}", brief(id));
            } else {
                tries[&*order] += order->key ? order->unanswered : 1;
            }
        }
    }

  private:
    static std::string life(const domain::Booking& booking) {
        std::string life = "BookingLocked ";
        if (booking.payment_id) life += "PaymentSucceeded ";
        if (booking.status == BookingStatus::BOOKED) life += "BookingConfirmed ";
        if (booking.status == BookingStatus::CANCELLED) life += "BookingCancelled ";
        if (booking.status == BookingStatus::EXPIRED) life += "BookingExpired ";
        if (booking.payment_status == PaymentStatus::REFUNDED) life += "PaymentRefunded ";
        return life;
    }

    static domain::SeatState state_after(domain::SeatEventType type) {
        switch (type) {
            case domain::SeatEventType::SEAT_LOCKED:
                return domain::SeatState::LOCKED;
            case domain::SeatEventType::SEAT_BOOKED:
                return domain::SeatState::BOOKED;
            case domain::SeatEventType::SEAT_RELEASED:
                break;
        }
        return domain::SeatState::AVAILABLE;
    }

    void check_order(const Order& order, const Row& row) {
        const domain::Booking& told = *order.booking;
        const domain::Booking& now = row.booking;
        const std::string id = brief(told.id);
        if (now.user_id != told.user_id || now.showtime_id != told.showtime_id ||
            now.seats != told.seats || now.amount != told.amount ||
            now.lock_expires_at != told.lock_expires_at || now.created_at != told.created_at ||
            row.key != order.key) {
            journal_.wrong("booking {} is not what was acknowledged", id);
        }
        if (order.ended_as && now.status != *order.ended_as) {
            journal_.wrong("booking {} was {} and is {}", id, word(*order.ended_as),
                           word(now.status));
        }
        if (order.paid && now.payment_id != order.paid) {
            journal_.wrong("booking {} was paid and is not", id);
        }
        const bool overdue = now.updated_at >= now.lock_expires_at;
        if ((now.status == BookingStatus::BOOKED && (!order.confirm_asked || overdue)) ||
            (now.status == BookingStatus::CANCELLED && !order.cancel_asked) ||
            (now.status == BookingStatus::EXPIRED && !overdue) ||
            (now.payment_id && !order.pay_asked)) {
            journal_.wrong("nobody made booking {} {}", id, word(now.status));
        }
    }

    Connection& db_;
    Journal& journal_;
    std::map<domain::BookingId, Row> bookings_;
    std::map<SeatName, SeatRow> seats_;
};

Connection look_inside() {
    return Connection("cinema.db", {.read_only = true});
}

}  // namespace

void check_books(const Plan&, Disk& disk, Journal& journal, const House& house,
                 const Customers& customers) {
    const Disk::Stillness still(disk);
    try {
        Connection db = look_inside();
        Books books(db, journal);
        books.check_file();
        books.read();
        books.check_seats();
        books.check_money();
        books.check_events();
        books.check_told(house.told());
        books.check_orders(customers);
    } catch (const cinema::embedded::SqliteError& error) {
        journal.wrong("the database cannot be read: {}", error.what());
    }
}

std::size_t count_open(Disk& disk) {
    const Disk::Stillness still(disk);
    Connection db = look_inside();
    Query open = db.query(kOpen);
    open.next();
    return static_cast<std::size_t>(open.integer(0) + open.integer(1));
}

Count count_books(Disk& disk) {
    const Disk::Stillness still(disk);
    Connection db = look_inside();
    Query count = db.query(kCount);
    count.next();
    return {static_cast<std::size_t>(count.integer(0)), static_cast<std::size_t>(count.integer(1))};
}

}  // namespace cinema::simulation::machine
