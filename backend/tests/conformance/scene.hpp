#pragma once

#include <fmt/format.h>

#include <map>
#include <set>

#include "conformance/harness.hpp"

namespace cinema::conformance {

using domain::Booking;
using domain::BookingStatus;
using domain::Errc;
using domain::PaymentStatus;
using domain::SeatState;

/// The test's stage: an engine with a small cinema. One room with rows A (standard, 10.00),
/// B (premium, 15.00) and C (accessible, 8.00) of ten seats; showtimes two hours from now, a day
/// from now (of another film, in euros), and one that started an hour ago; a few users.
class Conformance : public testing::TestWithParam<EngineFactory> {
  protected:
    void SetUp() override;
    /// Whatever a test did, the books must balance in the end.
    void TearDown() override;

    domain::Actor new_user(const std::string& name, domain::Role role = domain::Role::USER);

    // The operations, waited for.
    domain::Result<Booking> hold(const domain::Actor& actor, std::vector<std::string> seats,
                                 std::optional<std::string> key = {});
    domain::Result<Booking> hold_at(domain::ShowtimeId showtime, const domain::Actor& actor,
                                    std::vector<std::string> seats,
                                    std::optional<std::string> key = {});
    domain::Result<domain::Payment> pay(domain::BookingId id, const domain::Actor& actor);
    domain::Result<Booking> confirm(domain::BookingId id, const domain::Actor& actor);
    domain::Result<Booking> cancel(domain::BookingId id, const domain::Actor& actor);
    std::size_t expire(std::size_t limit = 1'000);
    /// A hold that must succeed.
    Booking held(const domain::Actor& actor, std::vector<std::string> seats);
    /// Held, paid and confirmed.
    Booking bought(const domain::Actor& actor, std::vector<std::string> seats);

    // The same as calls for at_once().
    Call<domain::Result<Booking>> hold_call(const domain::Actor& actor,
                                            std::vector<std::string> seats);
    Call<domain::Result<Booking>> confirm_call(domain::BookingId id, const domain::Actor& actor);
    Call<domain::Result<Booking>> cancel_call(domain::BookingId id, const domain::Actor& actor);

    Booking find(domain::BookingId id);
    domain::SeatReservation seat(const std::string& code);
    int taken(domain::ShowtimeId showtime);
    std::vector<booking::BookingRow> all_bookings();
    /// Relays everything, then reads the whole trail, oldest first.
    std::vector<domain::AuditLog> trail(audit::AuditFilter filter = {});
    std::vector<std::string> event_types_of(domain::BookingId id);

    /// Seats against bookings, the counter, money and the trail; see the body.
    void check_books();

    std::unique_ptr<EngineUnderTest> engine;
    domain::Actor alice, bob, carol, admin;
    domain::ShowtimeId tonight, tomorrow, started;
    domain::MovieId movie, other_movie;
    domain::AuditoriumId room;

  private:
    void make_catalogue();
    void check_seats(const std::vector<booking::BookingRow>& rows);
    void check_seat_events();
    void check_money_and_trail(const std::vector<booking::BookingRow>& rows);
};

// Inline definitions: this header is compiled once in each engine's tests.

inline void Conformance::SetUp() {
    engine = GetParam().make();
    make_catalogue();
    alice = new_user("Alice Ames");
    bob = new_user("Bob Berg");
    carol = new_user("Carol 50%_off");
    admin = new_user("Ada Min", domain::Role::ADMIN);
}

inline void Conformance::TearDown() {
    if (engine) check_books();
    engine.reset();
}

inline void Conformance::make_catalogue() {
    auto& ids = engine->ids();
    const auto now = engine->clock().now();
    std::vector<domain::Seat> seats;
    for (int y = 0; y < 3; ++y) {
        const std::string row(1, static_cast<char>('A' + y));
        constexpr domain::SeatCategory kCategories[] = {domain::SeatCategory::standard,
                                                        domain::SeatCategory::premium,
                                                        domain::SeatCategory::accessible};
        for (int number = 1; number <= 10; ++number) {
            seats.push_back({.code = row + std::to_string(number),
                             .row = row,
                             .number = number,
                             .category = kCategories[y],
                             .column = number - 1,
                             .y = y});
        }
    }
    catalog::CatalogChange change;
    const auto map_id = ids.next<domain::SeatMapId>();
    change.seat_maps.push_back(std::make_shared<domain::SeatMap>(map_id, seats, 20));
    movie = ids.next<domain::MovieId>();
    change.movies.push_back({.id = movie,
                             .key = "the-test",
                             .title = "The Test: 100% Real",
                             .duration_min = 90,
                             .rating = "PG",
                             .genres = {"Drama", "\"Quoted\""},
                             .synopsis = "A test is run.",
                             .release_date = "2026-01-02",
                             .poster_url = "",
                             .created_at = now});
    other_movie = ids.next<domain::MovieId>();
    change.movies.push_back({.id = other_movie,
                             .key = "second",
                             .title = "Second Feature",
                             .duration_min = 80,
                             .created_at = now});
    room = ids.next<domain::AuditoriumId>();
    change.auditoriums.push_back(
        {.id = room, .key = "one", .name = "Room One", .seatmap_id = map_id});
    const auto add_showtime = [&](std::chrono::minutes from_now, domain::MovieId film,
                                  std::string currency) {
        const auto id = ids.next<domain::ShowtimeId>();
        change.showtimes.push_back({.id = id,
                                    .movie_id = film,
                                    .auditorium_id = room,
                                    .seatmap_id = map_id,
                                    .start_time = now + from_now,
                                    .end_time = now + from_now + std::chrono::minutes{90},
                                    .prices = {1'000, 1'500, 800, std::nullopt, std::nullopt},
                                    .currency = std::move(currency)});
        return id;
    };
    tonight = add_showtime(std::chrono::hours{2}, movie, "THB");
    tomorrow = add_showtime(std::chrono::hours{24}, other_movie, "EUR");
    started = add_showtime(-std::chrono::hours{1}, movie, "THB");
    const auto applied =
        engine->ports().catalog().apply(change, engine->ports().catalog().snapshot()->revision());
    ASSERT_TRUE(applied) << applied.error().detail;
}

inline domain::Actor Conformance::new_user(const std::string& name, domain::Role role) {
    const auto id = engine->ids().next<domain::UserId>();
    const auto user = wait_for(engine->ports().users().put({.id = id,
                                                            .email = id.to_hex() + "@example.com",
                                                            .name = name,
                                                            .role = role,
                                                            .password_hash = "",
                                                            .created_at = engine->clock().now()}));
    EXPECT_TRUE(user);
    return {.user_id = id, .role = role};
}

inline domain::Result<Booking> Conformance::hold_at(domain::ShowtimeId showtime,
                                                    const domain::Actor& actor,
                                                    std::vector<std::string> seats,
                                                    std::optional<std::string> key) {
    return wait_for(engine->ports().bookings().hold({.showtime_id = showtime,
                                                     .actor = actor,
                                                     .seats = std::move(seats),
                                                     .idempotency_key = std::move(key)}));
}

inline domain::Result<Booking> Conformance::hold(const domain::Actor& actor,
                                                 std::vector<std::string> seats,
                                                 std::optional<std::string> key) {
    return hold_at(tonight, actor, std::move(seats), std::move(key));
}

inline domain::Result<domain::Payment> Conformance::pay(domain::BookingId id,
                                                        const domain::Actor& actor) {
    return wait_for(engine->ports().bookings().pay(id, actor));
}

inline domain::Result<Booking> Conformance::confirm(domain::BookingId id,
                                                    const domain::Actor& actor) {
    return wait_for(engine->ports().bookings().confirm(id, actor));
}

inline domain::Result<Booking> Conformance::cancel(domain::BookingId id,
                                                   const domain::Actor& actor) {
    return wait_for(engine->ports().bookings().cancel(id, actor));
}

inline std::size_t Conformance::expire(std::size_t limit) {
    const auto count = wait_for(engine->ports().bookings().expire_overdue(limit));
    EXPECT_TRUE(count);
    return count.value_or(0);
}

inline Booking Conformance::held(const domain::Actor& actor, std::vector<std::string> seats) {
    auto booking = hold(actor, std::move(seats));
    if (!booking) throw std::runtime_error("hold failed: " + booking.error().detail);
    return *booking;
}

inline Booking Conformance::bought(const domain::Actor& actor, std::vector<std::string> seats) {
    const auto booking = held(actor, std::move(seats));
    EXPECT_TRUE(pay(booking.id, actor));
    auto confirmed = confirm(booking.id, actor);
    if (!confirmed) throw std::runtime_error("confirm failed: " + confirmed.error().detail);
    return *confirmed;
}

inline Call<domain::Result<Booking>> Conformance::hold_call(const domain::Actor& actor,
                                                            std::vector<std::string> seats) {
    return [this, actor, seats = std::move(seats)] {
        return engine->ports().bookings().hold(
            {.showtime_id = tonight, .actor = actor, .seats = seats, .idempotency_key = {}});
    };
}

inline Call<domain::Result<Booking>> Conformance::confirm_call(domain::BookingId id,
                                                               const domain::Actor& actor) {
    return [this, id, actor] { return engine->ports().bookings().confirm(id, actor); };
}

inline Call<domain::Result<Booking>> Conformance::cancel_call(domain::BookingId id,
                                                              const domain::Actor& actor) {
    return [this, id, actor] { return engine->ports().bookings().cancel(id, actor); };
}

inline Booking Conformance::find(domain::BookingId id) {
    const auto found = wait_for(engine->ports().queries().find(id));
    if (!found || !*found) throw std::runtime_error("no booking " + id.to_hex());
    return **found;
}

inline domain::SeatReservation Conformance::seat(const std::string& code) {
    const auto states = wait_for(engine->ports().queries().seat_states(tonight));
    if (!states) throw std::runtime_error(states.error().detail);
    for (const auto& seat : (*states)->seats) {
        if (seat.seat_code == code) return seat;
    }
    return {.seat_code = code};
}

inline int Conformance::taken(domain::ShowtimeId showtime) {
    const auto counts = wait_for(engine->ports().queries().seats_taken({showtime}));
    if (!counts) throw std::runtime_error(counts.error().detail);
    return counts->at(0);
}

inline std::vector<booking::BookingRow> Conformance::all_bookings() {
    std::vector<booking::BookingRow> rows;
    booking::PageRequest page{.limit = 200, .before = {}};
    for (;;) {
        const auto more = wait_for(engine->ports().queries().search({}, page));
        if (!more) throw std::runtime_error(more.error().detail);
        rows.insert(rows.end(), more->begin(), more->end());
        if (more->size() < page.limit) return rows;
        page.before = rows.back().booking.id.value;
    }
}

inline std::vector<domain::AuditLog> Conformance::trail(audit::AuditFilter filter) {
    for (;;) {
        const auto relayed = wait_for(engine->outbox().relay(100));
        if (!relayed) throw std::runtime_error(relayed.error().detail);
        if (*relayed < 100) break;
    }
    std::vector<domain::AuditLog> logs;
    booking::PageRequest page{.limit = 200, .before = {}};
    for (;;) {
        const auto more = wait_for(engine->ports().audit().search(filter, page));
        if (!more) throw std::runtime_error(more.error().detail);
        logs.insert(logs.end(), more->begin(), more->end());
        if (more->size() < page.limit) break;
        page.before = logs.back().id.value;
    }
    return {logs.rbegin(), logs.rend()};
}

inline std::vector<std::string> Conformance::event_types_of(domain::BookingId id) {
    std::vector<std::string> types;
    for (const auto& log : trail({.booking_id = id})) types.push_back(log.event_type);
    return types;
}

}  // namespace cinema::conformance

#include "conformance/books.hpp"
