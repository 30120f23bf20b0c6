#include "cluster/mongo/house_reports.hpp"

#include <algorithm>
#include <unordered_map>

#include "cluster/mongo/blocking.hpp"
#include "cluster/mongo/booking_fields.hpp"
#include "cluster/mongo/seat_documents.hpp"
#include "domain/ensure.hpp"

namespace cinema::cluster::mongo {

namespace {

using domain::BookingStatus;
using domain::SeatState;
using domain::UtcTime;
using reports::HouseReport;
using reports::HouseRequest;

/// [{$match}, {$group}], `match(Writer&)` and `group(Writer&)` fill the two.
template <class Match, class Group>
Document grouped(std::string_view collection, Match match, Group group) {
    Document command = Mongo::command("aggregate", collection);
    command.array("pipeline", [&](ArrayWriter& stages) {
        stages.object([&](Writer& stage) { stage.object("$match", match); });
        stages.object([&](Writer& stage) { stage.object("$group", group); });
    });
    command.object("cursor", [](Writer& cursor) { cursor.add("batchSize", kBatchDocuments); });
    return command;
}

template <class Value>
void add_sum(Writer& group, std::string_view name, const Value& of) {
    group.object(name, [&](Writer& sum) { sum.add("$sum", of); });
}

/// {bookings, seats, amount} of a group of bookings.
void add_sums(Writer& group) {
    add_sum(group, "bookings", 1);
    group.object("seats", [](Writer& sum) {
        sum.object("$sum", [](Writer& size) { size.add("$size", "$seats"); });
    });
    add_sum(group, "amount", "$amount");
}

void read_sums(Fields& group, std::string_view currency, reports::Sum& sum) {
    sum.bookings += group.integer("bookings");
    sum.seats += group.integer("seats");
    sum.amount[std::string(currency)] += group.integer("amount");
}

void add_time_range(Writer& match, std::string_view field, UtcTime from, UtcTime before) {
    match.object(field, [&](Writer& range) { range.add("$gte", from).add("$lt", before); });
}

/// Which day a booking belongs to, from 0: how many of the later days had begun when it was sold.
void add_day_index(Writer& key, const std::vector<UtcTime>& days) {
    key.object("day", [&](Writer& day) {
        day.array("$add", [&](ArrayWriter& terms) {
            terms.add(0);
            for (std::size_t i = 1; i + 1 < days.size(); ++i) {
                terms.object([&](Writer& term) {
                    term.object("$cond", [&](Writer& cond) {
                        cond.object("if", [&](Writer& begun) {
                            begun.array("$gte", [&](ArrayWriter& both) {
                                both.add("$updated_at").add(days[i]);
                            });
                        });
                        cond.add("then", 1).add("else", 0);
                    });
                });
            }
        });
    });
}

}  // namespace

MongoHouseReports::MongoHouseReports(Mongo& mongo)
    : mongo_(mongo),
      sales_(mongo.operation("reports.sales")),
      refunds_(mongo.operation("reports.refunds")),
      holds_(mongo.operation("reports.holds")),
      occupancy_(mongo.operation("reports.occupancy")) {}

booking::Awaitable<Result<HouseReport>> MongoHouseReports::report(HouseRequest request) {
    return blocking([this, request = std::move(request)] { return report_now(request); });
}

Result<HouseReport> MongoHouseReports::report_now(const HouseRequest& request) {
    const auto& days = request.days;
    domain::ensure(days.size() >= 2 && std::is_sorted(days.begin(), days.end()),
                   "days follow each other");
    HouseReport report{};
    auto read = read_sales(days, report);
    if (read) read = read_refunds(days[days.size() - 2], days.back(), report);
    if (read) read = read_holds(request.now, report);
    if (read) read = read_occupancy(request, report);
    if (!read) return std::unexpected(std::move(read.error()));
    return report;
}

Result<void> MongoHouseReports::read_sales(const std::vector<UtcTime>& days, HouseReport& report) {
    report.sales.resize(days.size() - 1);
    Document command = grouped(
        kBookings,
        [&](Writer& match) {
            match.add("status", BookingStatus::BOOKED);
            add_time_range(match, "updated_at", days.front(), days.back());
        },
        [&](Writer& group) {
            group.object("_id", [&](Writer& key) {
                add_day_index(key, days);
                key.add("currency", "$currency");
            });
            add_sums(group);
        });
    return mongo_.each(sales_, kBookings, command, [&](Fields& group) {
        Fields key = group.object("_id");
        const auto day = static_cast<std::size_t>(key.integer("day"));
        read_sums(group, key.text("currency"), report.sales.at(day));
    });
}

Result<void> MongoHouseReports::read_refunds(UtcTime from, UtcTime before, HouseReport& report) {
    // The money goes back in the very write that ends the booking, and no later one touches
    // updated_at. The statuses are named for the index's sake.
    Document command = grouped(
        kBookings,
        [&](Writer& match) {
            match.object("status", [](Writer& any) {
                any.array("$in", [](ArrayWriter& ended) {
                    ended.add(BookingStatus::CANCELLED).add(BookingStatus::EXPIRED);
                });
            });
            add_time_range(match, "updated_at", from, before);
            match.add("payment_status", domain::PaymentStatus::REFUNDED);
        },
        [&](Writer& group) {
            group.add("_id", "$currency");
            add_sums(group);
        });
    return mongo_.each(refunds_, kBookings, command, [&](Fields& group) {
        const std::string currency(group.text("_id"));
        read_sums(group, currency, report.refunds);
    });
}

Result<void> MongoHouseReports::read_holds(UtcTime now, HouseReport& report) {
    Document command = grouped(
        kBookings,
        [&](Writer& match) {
            match.add("status", BookingStatus::LOCKED);
            match.object("lock_expires_at", [&](Writer& later) { later.add("$gt", now); });
        },
        [&](Writer& group) {
            group.add("_id", "$currency");
            add_sums(group);
            group.object("next_expiry",
                         [](Writer& first) { first.add("$min", "$lock_expires_at"); });
        });
    return mongo_.each(holds_, kBookings, command, [&](Fields& group) {
        const std::string currency(group.text("_id"));
        read_sums(group, currency, report.holds);
        const UtcTime expiry = group.time("next_expiry");
        if (!report.next_expiry || expiry < *report.next_expiry) report.next_expiry = expiry;
    });
}

Result<void> MongoHouseReports::read_occupancy(const HouseRequest& request, HouseReport& report) {
    report.occupancy.resize(request.showtimes.size());
    if (request.showtimes.empty()) return {};
    Document command = grouped(
        kSeats,
        [&](Writer& match) {
            match.object("showtime_id", [&](Writer& any) { any.add("$in", request.showtimes); });
            match.array("$or", [&](ArrayWriter& taken) {
                taken.object([](Writer& seat) { seat.add("state", SeatState::BOOKED); });
                taken.object([&](Writer& seat) {
                    seat.add("state", SeatState::LOCKED);
                    seat.object("lock_expires_at",
                                [&](Writer& later) { later.add("$gt", request.now); });
                });
            });
        },
        [](Writer& group) {
            group.object("_id", [](Writer& key) {
                key.add("showtime_id", "$showtime_id").add("state", "$state");
            });
            add_sum(group, "seats", 1);
        });
    std::unordered_map<domain::ShowtimeId, reports::Occupancy> counted;
    auto read = mongo_.each(occupancy_, kSeats, command, [&](Fields& group) {
        Fields key = group.object("_id");
        auto& occupancy = counted[key.id<domain::ShowtimeId>("showtime_id")];
        const bool booked = key.word<SeatState>("state") == SeatState::BOOKED;
        (booked ? occupancy.seats_booked : occupancy.seats_locked) = group.integer("seats");
    });
    if (!read) return read;
    for (std::size_t i = 0; i < request.showtimes.size(); ++i) {
        report.occupancy[i] = counted[request.showtimes[i]];
    }
    return {};
}

}  // namespace cinema::cluster::mongo
