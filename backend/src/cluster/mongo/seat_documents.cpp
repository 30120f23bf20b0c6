#include "cluster/mongo/seat_documents.hpp"

#include <algorithm>
#include <array>

#include "cluster/mongo/blocking.hpp"
#include "domain/ensure.hpp"

namespace cinema::cluster::mongo {

namespace {

/// One update command with a statement for each seat of each of `changes`, which no other's
/// failure stops. `query(Writer&, change, seat)` adds to the key, `update(Writer&, change)` is the
/// same for all seats of a change.
template <class Changes, class Query, class Update>
Document update_each(const Changes& changes, bool upsert, Query query, Update update) {
    Document command = Mongo::command("update", kSeats);
    command.array("updates", [&](ArrayWriter& updates) {
        for (const auto& change : changes) {
            for (const auto& seat : change.seats) {
                updates.object([&](Writer& one) {
                    one.object("q", [&](Writer& q) {
                        q.add("showtime_id", change.showtime_id);
                        query(q, change, seat);
                    });
                    one.object("u", [&](Writer& u) { update(u, change); });
                    if (upsert) one.add("upsert", true);
                });
            }
        }
    });
    command.add("ordered", false);
    return command;
}

struct Release {
    domain::ShowtimeId showtime_id;
    domain::BookingId booking_id;
    std::vector<std::string> seats;
};

void next_version(Writer& update) {
    update.object("$inc", [](Writer& by) { by.add("version", 1); });
}

}  // namespace

SeatDocument read_seat(Fields& fields) {
    SeatDocument document;
    document.seat.seat_code = fields.text("seat_code");
    document.seat.state = fields.word<domain::SeatState>("state");
    document.seat.version = fields.integer("version");
    document.seat.locked_by = fields.optional_id<domain::UserId>("locked_by");
    document.seat.lock_expires_at = fields.optional_time("lock_expires_at");
    document.booking_id = fields.optional_id<domain::BookingId>("booking_id");
    const bool taken = document.seat.state != domain::SeatState::AVAILABLE;
    if (taken != document.booking_id.has_value()) fields.fail("booking_id", "is not as the state");
    if (taken != document.seat.locked_by.has_value()) {
        fields.fail("locked_by", "is not as the state");
    }
    return document;
}

MongoSeats::MongoSeats(Mongo& mongo)
    : mongo_(mongo),
      find_(mongo.operation("seats.find")),
      lock_(mongo.operation("seats.lock")),
      book_(mongo.operation("seats.book")),
      release_(mongo.operation("seats.release")),
      locked_(mongo.operation("seats.locked")),
      locks_([this](const auto& requests) {
          return answer_each(lock_together(requests), requests.size());
      }),
      sales_(
          [this](const auto& sales) { return answer_each(book_together(sales), sales.size()); }) {}

Awaitable<Result<std::vector<SeatDocument>>> MongoSeats::find(domain::ShowtimeId showtime,
                                                              std::vector<std::string> seats) {
    return blocking([this, showtime,
                     seats = std::move(seats)]() -> Result<std::vector<SeatDocument>> {
        std::vector<SeatDocument> documents;
        if (seats.empty()) return documents;
        Document find = Mongo::command("find", kSeats);
        find.object("filter", [&](Writer& filter) {
            filter.add("showtime_id", showtime);
            filter.object("seat_code", [&](Writer& code) { code.add("$in", seats); });
        });
        limit_to(find, seats.size());
        const auto reply = mongo_.read(find_, find);
        if (!reply) return std::unexpected(reply.error());
        documents.reserve(seats.size());
        each_in(*reply, kSeats, [&](Fields& fields) { documents.push_back(read_seat(fields)); });
        return documents;
    });
}

Awaitable<Result<std::vector<std::string>>> MongoSeats::lock(SeatLockRequest request) {
    if (request.seats.empty()) co_return std::vector<std::string>();
    co_return co_await locks_(std::move(request));
}

Result<std::vector<std::vector<std::string>>> MongoSeats::lock_together(
    std::span<const SeatLockRequest> requests) {
    // A seat that is no longer at its version is not found; the upsert then meets the unique
    // key. An upsert takes over the filter's values, so version 0 becomes the first record's 1.
    Document command = update_each(
        requests, true,
        [](Writer& query, const SeatLockRequest&, const SeatLockRequest::Seat& seat) {
            query.add("seat_code", seat.code)
                .add("state", domain::SeatState::AVAILABLE)
                .add("version", seat.version);
        },
        [](Writer& update, const SeatLockRequest& request) {
            update.object("$set", [&](Writer& set) {
                set.add("state", domain::SeatState::LOCKED)
                    .add("booking_id", request.booking_id)
                    .add("locked_by", request.user_id)
                    .add("lock_expires_at", request.lock_expires_at);
            });
            next_version(update);
        });
    const auto written = mongo_.write(lock_, command);
    if (!written) return std::unexpected(written.error());

    std::vector<std::vector<std::string>> taken(requests.size());
    auto duplicate = written->duplicates.begin();
    std::size_t statement = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        for (const auto& seat : requests[i].seats) {
            if (duplicate != written->duplicates.end() && duplicate->statement == statement) {
                taken[i].push_back(seat.code);
                ++duplicate;
            }
            ++statement;
        }
    }
    domain::ensure(
        duplicate == written->duplicates.end() &&
            static_cast<std::size_t>(written->count) + written->duplicates.size() == statement,
        "each seat is locked or meets the unique key");
    return taken;
}

Awaitable<Result<std::size_t>> MongoSeats::book(domain::ShowtimeId showtime,
                                                domain::BookingId booking, domain::UserId user,
                                                std::vector<std::string> seats) {
    if (seats.empty()) co_return std::size_t{0};
    Sale sale{showtime, booking, user, std::move(seats)};
    co_return co_await sales_(std::move(sale));
}

Result<std::vector<std::size_t>> MongoSeats::book_together(std::span<const Sale> sales) {
    Document command = update_each(
        sales, false,
        [](Writer& query, const Sale& sale, const std::string& code) {
            query.add("seat_code", code)
                .add("state", domain::SeatState::LOCKED)
                .add("booking_id", sale.booking_id)
                .add("locked_by", sale.user_id);
        },
        [](Writer& update, const Sale&) {
            update.object("$set", [](Writer& set) { set.add("state", domain::SeatState::BOOKED); });
            update.object("$unset", [](Writer& unset) { unset.add("lock_expires_at", ""); });
            next_version(update);
        });
    const auto written = mongo_.write(book_, command);
    if (!written) return std::unexpected(written.error());
    // The answer has the sum of all; whose seats are missing from it is not said.
    std::vector<std::size_t> booked;
    for (const Sale& sale : sales) {
        booked.push_back(std::min(sale.seats.size(), static_cast<std::size_t>(written->count)));
    }
    return booked;
}

Awaitable<Result<std::size_t>> MongoSeats::release(domain::ShowtimeId showtime,
                                                   domain::BookingId booking,
                                                   std::vector<std::string> seats) {
    return blocking([this, showtime, booking, seats = std::move(seats)]() -> Result<std::size_t> {
        if (seats.empty()) return std::size_t{0};
        const std::array changes{Release{showtime, booking, seats}};
        Document command = update_each(
            changes, false,
            [](Writer& query, const Release& release, const std::string& code) {
                query.add("seat_code", code)
                    .add("state", domain::SeatState::LOCKED)
                    .add("booking_id", release.booking_id);
            },
            [](Writer& update, const Release&) {
                update.object("$set",
                              [](Writer& set) { set.add("state", domain::SeatState::AVAILABLE); });
                update.object("$unset", [](Writer& unset) {
                    unset.add("booking_id", "").add("locked_by", "").add("lock_expires_at", "");
                });
                next_version(update);
            });
        const auto written = mongo_.write(release_, command);
        if (!written) return std::unexpected(written.error());
        return static_cast<std::size_t>(written->count);
    });
}

Awaitable<Result<std::vector<LockedSeat>>> MongoSeats::locked(std::optional<domain::UtcTime> from,
                                                              domain::UtcTime until,
                                                              std::size_t limit) {
    return blocking([this, from, until, limit]() -> Result<std::vector<LockedSeat>> {
        Document find = Mongo::command("find", kSeats);
        find.object("filter", [&](Writer& filter) {
            filter.object("lock_expires_at",
                          [&](Writer& expiry) { expiry.add("$gt", from).add("$lte", until); });
            filter.add("state", domain::SeatState::LOCKED);
        });
        find.object("sort", [](Writer& sort) { sort.add("lock_expires_at", 1); });
        limit_to(find, limit);
        const auto reply = mongo_.read(locked_, find);
        if (!reply) return std::unexpected(reply.error());
        std::vector<LockedSeat> seats;
        each_in(*reply, kSeats, [&](Fields& fields) {
            seats.push_back({.showtime_id = fields.id<domain::ShowtimeId>("showtime_id"),
                             .seat_code = std::string(fields.text("seat_code")),
                             .booking_id = fields.id<domain::BookingId>("booking_id"),
                             .locked_by = fields.id<domain::UserId>("locked_by"),
                             .lock_expires_at = fields.time("lock_expires_at"),
                             .version = fields.integer("version")});
        });
        return seats;
    });
}

}  // namespace cinema::cluster::mongo
