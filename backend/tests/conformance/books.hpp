#pragma once

#include "conformance/scene.hpp"

// What must hold after every test, whatever it did: the invariants of the booking rules, seen
// through the ports.
namespace cinema::conformance {

inline void Conformance::check_books() {
    const auto rows = all_bookings();
    check_seats(rows);
    check_seat_events();
    check_money_and_trail(rows);
}

/// No seat is in two live bookings; each seat's state is that of the booking that has it; the
/// counter counts them.
inline void Conformance::check_seats(const std::vector<booking::BookingRow>& rows) {
    std::map<std::pair<domain::ShowtimeId, std::string>, const Booking*> owner;
    for (const auto& row : rows) {
        const Booking& booking = row.booking;
        if (booking.status != BookingStatus::LOCKED && booking.status != BookingStatus::BOOKED) {
            continue;
        }
        for (const auto& code : booking.seats) {
            EXPECT_TRUE(owner.emplace(std::pair(booking.showtime_id, code), &booking).second)
                << "seat " << code << " is in two live bookings";
        }
    }
    std::size_t live_seats = 0;
    for (const auto showtime : {tonight, tomorrow, started}) {
        const auto states = wait_for(engine->ports().queries().seat_states(showtime));
        ASSERT_TRUE(states);
        int count = 0;
        for (const auto& seat : (*states)->seats) {
            const auto found = owner.find({showtime, seat.seat_code});
            if (seat.state == SeatState::AVAILABLE) {
                EXPECT_EQ(found, owner.end()) << seat.seat_code << " is free but sold";
                EXPECT_FALSE(seat.locked_by || seat.lock_expires_at);
                continue;
            }
            ++count;
            ASSERT_NE(found, owner.end()) << seat.seat_code << " is taken by no booking";
            const Booking& booking = *found->second;
            EXPECT_EQ(seat.state == SeatState::BOOKED, booking.status == BookingStatus::BOOKED);
            EXPECT_EQ(seat.locked_by, booking.user_id);
            if (seat.state == SeatState::LOCKED) {
                EXPECT_EQ(seat.lock_expires_at, booking.lock_expires_at);
            }
        }
        EXPECT_EQ(taken(showtime), count);
        live_seats += static_cast<std::size_t>(count);
    }
    EXPECT_EQ(live_seats, owner.size()) << "a live booking's seat is not taken";
}

/// The feed told every change once, in order, and ends where the store is.
inline void Conformance::check_seat_events() {
    std::map<std::pair<domain::ShowtimeId, std::string>, domain::SeatEvent> latest;
    for (const auto& event : engine->seat_events()) {
        const auto key = std::pair(event.showtime_id, event.seat_code);
        const auto before = latest.find(key);
        EXPECT_EQ(event.version, before == latest.end() ? 1 : before->second.version + 1)
            << event.seat_code;
        latest.insert_or_assign(key, event);
    }
    std::size_t records = 0;
    for (const auto showtime : {tonight, tomorrow, started}) {
        const auto states = wait_for(engine->ports().queries().seat_states(showtime));
        ASSERT_TRUE(states);
        for (const auto& seat : (*states)->seats) {
            ++records;
            const auto found = latest.find({showtime, seat.seat_code});
            ASSERT_NE(found, latest.end());
            EXPECT_EQ(found->second.version, seat.version);
            EXPECT_EQ(found->second.locked_by, seat.locked_by);
            EXPECT_EQ(found->second.lock_expires_at, seat.lock_expires_at);
        }
    }
    EXPECT_EQ(records, latest.size());
}

/// Money is kept for tickets only, and the trail tells of every step exactly once.
inline void Conformance::check_money_and_trail(const std::vector<booking::BookingRow>& rows) {
    std::map<domain::BookingId, std::map<std::string, int>> events;
    std::set<std::string> event_ids;
    for (const auto& log : trail()) {
        EXPECT_TRUE(event_ids.insert(log.event_id).second) << "an event is in the trail twice";
        ASSERT_TRUE(log.booking_id);
        ++events[*log.booking_id][log.event_type];
    }
    for (const auto& row : rows) {
        const Booking& booking = row.booking;
        const bool ended =
            booking.status == BookingStatus::CANCELLED || booking.status == BookingStatus::EXPIRED;
        if (booking.status == BookingStatus::BOOKED) {
            EXPECT_EQ(booking.payment_status, PaymentStatus::SUCCESS);
        }
        if (ended && booking.payment_status) {
            EXPECT_EQ(booking.payment_status, PaymentStatus::REFUNDED);
        }
        auto& counts = events[booking.id];
        EXPECT_EQ(counts["BookingLocked"], 1);
        EXPECT_EQ(counts["PaymentSucceeded"], booking.payment_status ? 1 : 0);
        EXPECT_EQ(counts["BookingConfirmed"], booking.status == BookingStatus::BOOKED);
        EXPECT_EQ(counts["BookingCancelled"], booking.status == BookingStatus::CANCELLED);
        EXPECT_EQ(counts["BookingExpired"], booking.status == BookingStatus::EXPIRED);
        EXPECT_EQ(counts["PaymentRefunded"],
                  booking.payment_status == PaymentStatus::REFUNDED ? 1 : 0);
    }
    EXPECT_EQ(events.size(), rows.size());
}

}  // namespace cinema::conformance
