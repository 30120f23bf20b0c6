#include "cluster/mongo/house_reports.hpp"

#include <random>

#include "cluster/mongo/small_cinema.hpp"

namespace cinema::cluster::mongo {
namespace {

using domain::BookingStatus;
using domain::PaymentStatus;
using domain::SeatState;
using reports::Occupancy;
using reports::Sum;
using std::chrono::hours;
using std::chrono::seconds;

class HouseReports : public SmallCinema {
  protected:
    reports::HouseReport report(std::vector<UtcTime> days,
                                std::vector<domain::ShowtimeId> showtimes = {}) {
        return value_of_call(reports.report(
            {.days = std::move(days), .now = clock.now(), .showtimes = std::move(showtimes)}));
    }
    domain::Booking put_ended(BookingStatus status, UtcTime at, std::int64_t amount,
                              std::optional<PaymentStatus> payment, const std::string& currency) {
        auto booking = new_booking(alice);
        booking.status = status;
        booking.updated_at = at;
        booking.amount = amount;
        booking.currency = currency;
        booking.payment_status = payment;
        if (payment) booking.payment_id = ids.next<domain::PaymentId>();
        return put(booking);
    }

    MongoHouseReports reports{mongo};
    UtcTime midnight = clock.now();
};

TEST_F(HouseReports, AnEmptyHouseHasEmptyFigures) {
    const auto empty = report({midnight, midnight + hours{24}, midnight + hours{48}},
                              {showtime, ids.next<domain::ShowtimeId>()});
    EXPECT_EQ(empty.sales, std::vector<Sum>(2));
    EXPECT_EQ(empty.refunds, Sum{});
    EXPECT_EQ(empty.holds, Sum{});
    EXPECT_EQ(empty.next_expiry, std::nullopt);
    EXPECT_EQ(empty.occupancy, std::vector<Occupancy>(2));
    EXPECT_EQ(report({midnight, midnight}).sales, std::vector<Sum>(1));
}

TEST_F(HouseReports, SalesAreSummedByDayAndCurrency) {
    const auto sold = [&](UtcTime at, std::int64_t amount, const std::string& currency) {
        put_ended(BookingStatus::BOOKED, at, amount, PaymentStatus::SUCCESS, currency);
    };
    const auto day = [&](int i) { return midnight + hours{24 * i}; };
    sold(day(0) - milliseconds{1}, 1, "THB");  // before the first day
    sold(day(0), 10, "THB");
    sold(day(1) - milliseconds{1}, 3'000'000'000, "THB");
    sold(day(1) - milliseconds{1}, 7, "EUR");
    sold(day(2), 5, "THB");
    sold(day(3), 1, "THB");  // when the last one ends
    put_ended(BookingStatus::CANCELLED, day(1), 9, std::nullopt, "THB");
    put_ended(BookingStatus::LOCKED, day(1), 9, PaymentStatus::SUCCESS, "THB");
    const auto sums = report({day(0), day(1), day(2), day(3)}).sales;
    ASSERT_EQ(sums.size(), 3u);
    EXPECT_EQ(sums[0],
              (Sum{.bookings = 3, .seats = 3, .amount = {{"EUR", 7}, {"THB", 3'000'000'010}}}));
    EXPECT_EQ(sums[1], Sum{});
    EXPECT_EQ(sums[2], (Sum{.bookings = 1, .seats = 1, .amount = {{"THB", 5}}}));
}

/// Days of any length, some of none, against sums made here.
TEST_F(HouseReports, DaysMayHaveAnyLength) {
    std::mt19937 random(7);
    std::vector<UtcTime> days;
    for (int i = 0; i < 40; ++i) days.push_back(midnight + milliseconds{random() % 2'000});
    days.push_back(days[3]);
    std::ranges::sort(days);
    std::vector<Sum> expected(days.size() - 1);
    for (int i = 0; i < 300; ++i) {
        const auto at = midnight + milliseconds{random() % 2'200};
        const std::string currency = i % 3 ? "THB" : "EUR";
        put_ended(BookingStatus::BOOKED, at, i, PaymentStatus::SUCCESS, currency);
        if (at < days.front() || at >= days.back()) continue;
        const auto end = std::ranges::upper_bound(days, at);
        Sum& sum = expected[static_cast<std::size_t>(end - days.begin()) - 1];
        ++sum.bookings;
        ++sum.seats;
        sum.amount[currency] += i;
    }
    EXPECT_EQ(report(days).sales, expected);
}

TEST_F(HouseReports, RefundsAreOfTheLastDayAndOfMoneyOnly) {
    const auto day = [&](int i) { return midnight + hours{24 * i}; };
    put_ended(BookingStatus::CANCELLED, day(1), 100, PaymentStatus::REFUNDED, "THB");
    put_ended(BookingStatus::EXPIRED, day(2) - milliseconds{1}, 20, PaymentStatus::REFUNDED, "THB");
    put_ended(BookingStatus::EXPIRED, day(1), 3, PaymentStatus::REFUNDED, "EUR");
    put_ended(BookingStatus::EXPIRED, day(1), 7, std::nullopt, "THB");
    put_ended(BookingStatus::CANCELLED, day(1) - milliseconds{1}, 7, PaymentStatus::REFUNDED,
              "THB");
    put_ended(BookingStatus::CANCELLED, day(2), 7, PaymentStatus::REFUNDED, "THB");
    put_ended(BookingStatus::BOOKED, day(1), 7, PaymentStatus::SUCCESS, "THB");
    EXPECT_EQ(report({day(0), day(1), day(2)}).refunds,
              (Sum{.bookings = 3, .seats = 3, .amount = {{"EUR", 3}, {"THB", 120}}}));
}

TEST_F(HouseReports, HoldsAreThoseNotOverdue) {
    const auto held = [&](seconds until, std::vector<std::string> seats, std::string currency) {
        auto booking = new_booking(bob);
        booking.lock_expires_at = clock.now() + until;
        booking.seats = std::move(seats);
        booking.currency = std::move(currency);
        put(booking);
    };
    held(seconds{0}, {"AA7"}, "THB");  // overdue from this millisecond on
    held(seconds{90}, {"AA8", "B1"}, "THB");
    held(seconds{30}, {"AA7"}, "EUR");
    put_ended(BookingStatus::BOOKED, clock.now(), 1, PaymentStatus::SUCCESS, "THB");
    const auto figures = report({midnight, midnight + hours{24}});
    EXPECT_EQ(figures.holds,
              (Sum{.bookings = 2, .seats = 3, .amount = {{"EUR", 1'000}, {"THB", 1'000}}}));
    EXPECT_EQ(figures.next_expiry, clock.now() + seconds{30});
}

TEST_F(HouseReports, OccupancyTellsSoldFromHeld) {
    const auto other = ids.next<domain::ShowtimeId>();
    const auto empty = ids.next<domain::ShowtimeId>();
    put_seat(showtime, "A1", SeatState::BOOKED, 2);
    put_seat(showtime, "A2", SeatState::BOOKED, 2);
    put_seat(showtime, "A3", SeatState::LOCKED, 1, clock.now() + milliseconds{1});
    put_seat(showtime, "A4", SeatState::LOCKED, 1, clock.now());
    put_seat(showtime, "A5", SeatState::AVAILABLE, 2);
    put_seat(other, "A1", SeatState::LOCKED, 1, clock.now() + seconds{9});
    put_seat(ids.next<domain::ShowtimeId>(), "A1", SeatState::BOOKED, 2);
    EXPECT_EQ(report({midnight, midnight}, {other, showtime, empty, showtime}).occupancy,
              (std::vector<Occupancy>{{0, 1}, {2, 1}, {0, 0}, {2, 1}}));
}

TEST_F(HouseReports, AReportIsFourRoundTrips) {
    std::vector<UtcTime> days;
    for (int i = 0; i <= 31; ++i) days.push_back(midnight + hours{24 * i});
    report(days, {showtime});
    EXPECT_EQ(calls("reports.sales") + calls("reports.refunds") + calls("reports.holds") +
                  calls("reports.occupancy"),
              4);
}

}  // namespace
}  // namespace cinema::cluster::mongo
