#pragma once

#include <gtest/gtest.h>

#include "embedded/embedded_engine.hpp"
#include "embedded/sqlite.hpp"

namespace cinema::embedded {

/// An embedded engine with one room of ten seats, one showtime and one user, and a look into its
/// file from outside.
class EmbeddedCinema : public EmbeddedUnderTest {
  public:
    explicit EmbeddedCinema(EmbeddedOptions options = {}) : EmbeddedUnderTest(std::move(options)) {
        std::vector<domain::Seat> seats;
        for (int i = 0; i < 10; ++i) {
            seats.push_back({.code = "A" + std::to_string(i + 1),
                             .row = "A",
                             .number = i + 1,
                             .category = domain::SeatCategory::standard,
                             .column = i,
                             .y = 0});
        }
        catalog::CatalogChange change;
        const auto map = ids().next<domain::SeatMapId>();
        const auto movie = ids().next<domain::MovieId>();
        const auto room = ids().next<domain::AuditoriumId>();
        change.seat_maps.push_back(std::make_shared<domain::SeatMap>(map, seats, 0));
        change.movies.push_back({.id = movie,
                                 .key = "m",
                                 .title = "M",
                                 .duration_min = 60,
                                 .created_at = clock().now()});
        change.auditoriums.push_back({.id = room, .key = "r", .name = "R", .seatmap_id = map});
        showtime = ids().next<domain::ShowtimeId>();
        change.showtimes.push_back({.id = showtime,
                                    .movie_id = movie,
                                    .auditorium_id = room,
                                    .seatmap_id = map,
                                    .start_time = clock().now() + std::chrono::hours{24},
                                    .end_time = clock().now() + std::chrono::hours{25},
                                    .prices = {500, {}, {}, {}, {}},
                                    .currency = "EUR"});
        const auto applied = store->catalog().apply(change, 0);
        if (!applied) throw std::runtime_error(applied.error().detail);
        user.user_id = ids().next<domain::UserId>();
        const auto made = wait_for(store->users().put({.id = user.user_id,
                                                       .email = "u@example.com",
                                                       .name = "U",
                                                       .role = domain::Role::USER,
                                                       .password_hash = "",
                                                       .created_at = clock().now()}));
        if (!made) throw std::runtime_error(made.error().detail);
    }

    domain::Result<domain::Booking> hold(std::vector<std::string> seats) {
        return wait_for(store->bookings().hold({.showtime_id = showtime,
                                                .actor = user,
                                                .seats = std::move(seats),
                                                .idempotency_key = {}}));
    }

    /// A number out of the file, read on a connection of its own.
    std::int64_t number(const std::string& sql) {
        Connection connection(database(), ConnectionOptions{.read_only = true});
        Statement statement = connection.prepare(sql);
        Query query = statement.run();
        return query.next() ? query.integer(0) : -1;
    }

    domain::ShowtimeId showtime;
    domain::Actor user;
};

}  // namespace cinema::embedded
