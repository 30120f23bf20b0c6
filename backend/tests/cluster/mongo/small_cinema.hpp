#pragma once

#include "cluster/mongo/booking_fields.hpp"
#include "cluster/mongo/catalogue.hpp"
#include "cluster/mongo/mongo_fixture.hpp"
#include "cluster/mongo/user_store.hpp"

namespace cinema::cluster::mongo {

/// A change with one of each: a room of two rows, a film in it and its showtime.
inline catalog::CatalogChange small_change(env::IdSource& ids, UtcTime now,
                                           const std::string& title = "The Film") {
    catalog::CatalogChange change;
    const auto map = ids.next<domain::SeatMapId>();
    const auto movie = ids.next<domain::MovieId>();
    const auto room = ids.next<domain::AuditoriumId>();
    std::vector<domain::Seat> seats{{.code = "AA7",
                                     .row = "AA",
                                     .number = 7,
                                     .category = domain::SeatCategory::loveseat,
                                     .column = 3,
                                     .y = 2},
                                    {.code = "AA8",
                                     .row = "AA",
                                     .number = 8,
                                     .category = domain::SeatCategory::loveseat,
                                     .column = 5,
                                     .y = 2},
                                    {.code = "B1",
                                     .row = "B",
                                     .number = 1,
                                     .category = domain::SeatCategory::companion,
                                     .column = 0,
                                     .y = 5}};
    change.seat_maps.push_back(std::make_shared<domain::SeatMap>(map, seats, 35));
    change.movies.push_back({.id = movie,
                             .key = "film-" + movie.to_hex(),
                             .title = title,
                             .duration_min = 123,
                             .rating = "15",
                             .genres = {"Comedy", "\"Drama\""},
                             .synopsis = "Line one.\nLine two. รวมมิตร",
                             .release_date = "2026-02-28",
                             .poster_url = "/posters/x.svg",
                             .created_at = now});
    change.auditoriums.push_back(
        {.id = room, .key = "room-" + room.to_hex(), .name = "Grand", .seatmap_id = map});
    change.showtimes.push_back(
        {.id = ids.next<domain::ShowtimeId>(),
         .movie_id = movie,
         .auditorium_id = room,
         .seatmap_id = map,
         .start_time = now + std::chrono::hours{5},
         .end_time = now + std::chrono::hours{7},
         .prices = {std::nullopt, std::nullopt, std::nullopt, 0, 100'000'000},
         .currency = "USD"});
    return change;
}

/// One instance of the server, with one film, its showtime and some accounts; bookings and seats
/// are put into the database as the booking steps would leave them.
class SmallCinema : public MongoTest {
  protected:
    SmallCinema() {
        showtime = add_film("The Film");
        alice = add_user("Alice Ames");
        bob = add_user("Bob Berg");
    }

    /// Imports a film with a showtime through `catalogue`.
    domain::ShowtimeId add_film(const std::string& title) { return add_film(title, catalogue); }
    domain::ShowtimeId add_film(const std::string& title, MongoCatalogue& through) {
        const auto change = small_change(ids, clock.now(), title);
        const auto applied = through.apply(change, through.snapshot()->revision());
        if (!applied) throw std::runtime_error(applied.error().detail);
        return change.showtimes[0].id;
    }

    domain::UserId add_user(const std::string& name) {
        const auto id = ids.next<domain::UserId>();
        value_of_call(users.put({.id = id,
                                 .email = id.to_hex() + "@example.com",
                                 .name = name,
                                 .role = domain::Role::USER,
                                 .password_hash = "",
                                 .created_at = clock.now()}));
        return id;
    }

    /// A LOCKED booking of one seat for 10.00, not in the database.
    domain::Booking new_booking(domain::UserId user) {
        return {.id = ids.next<domain::BookingId>(),
                .user_id = user,
                .showtime_id = showtime,
                .seats = {"AA7"},
                .status = domain::BookingStatus::LOCKED,
                .amount = 1'000,
                .currency = "THB",
                .lock_expires_at = clock.now() + std::chrono::seconds{300},
                .payment_id = {},
                .payment_status = {},
                .created_at = clock.now(),
                .updated_at = clock.now()};
    }

    domain::Booking put(const domain::Booking& booking) {
        insert(kBookings, [&](Writer& out) {
            write_booking_document(
                out, {.booking = booking,
                      .seat_versions = std::vector<std::int64_t>(booking.seats.size(), 1),
                      .hold_key = {},
                      .revision = 1,
                      .outbox = {},
                      .unfinished_since = {}});
        });
        return booking;
    }

    /// A seat's record: AVAILABLE has neither booking nor holder.
    void put_seat(domain::ShowtimeId at, const std::string& code, domain::SeatState state,
                  std::int64_t version, std::optional<UtcTime> expires = {}) {
        const bool taken = state != domain::SeatState::AVAILABLE;
        insert("seat_reservations", [&](Writer& out) {
            out.add("showtime_id", at)
                .add("seat_code", code)
                .add("state", state)
                .add("version", version)
                .add("lock_expires_at", expires);
            if (!taken) return;
            out.add("locked_by", alice).add("booking_id", ids.next<domain::BookingId>());
        });
    }

    MongoCatalogue catalogue{mongo, ids, logger};
    MongoKnownUsers known{mongo, clock};
    MongoUserStore users{mongo, known};
    domain::ShowtimeId showtime;
    domain::UserId alice, bob;
};

}  // namespace cinema::cluster::mongo
