#include "domain/rules.hpp"

#include <gtest/gtest.h>

#include <variant>

#include "domain/ensure.hpp"

namespace cinema::domain {
namespace {

using std::chrono::milliseconds;

const UtcTime kNow = *parse_rfc3339("2026-11-24T19:30:00Z");

UserId user_number(std::uint8_t number) {
    UserId id;
    id.value.bytes[11] = number;
    return id;
}

const Actor kOwner{.user_id = user_number(1), .role = Role::USER};
const Actor kStranger{.user_id = user_number(2), .role = Role::USER};
const Actor kAdmin{.user_id = user_number(3), .role = Role::ADMIN};

Booking booking_with(BookingStatus status, std::optional<PaymentStatus> payment,
                     milliseconds expires_in = milliseconds{1}) {
    Booking booking;
    booking.user_id = kOwner.user_id;
    booking.status = status;
    booking.payment_status = payment;
    booking.lock_expires_at = kNow + expires_in;
    return booking;
}

// --- check_hold ---------------------------------------------------------------------------------

SeatMap room() {
    std::vector<Seat> seats;
    for (int i = 1; i <= 4; ++i) {
        seats.push_back({.code = "A" + std::to_string(i),
                         .row = "A",
                         .number = i,
                         .category = SeatCategory::standard,
                         .column = i,
                         .y = 0});
    }
    seats.push_back({.code = "B1",
                     .row = "B",
                     .number = 1,
                     .category = SeatCategory::premium,
                     .column = 1,
                     .y = 2});
    return {SeatMapId{}, seats, 0};
}

Showtime showtime_starting(UtcTime start) {
    Showtime showtime;
    showtime.start_time = start;
    showtime.prices = {1'000, 1'500, std::nullopt, std::nullopt, std::nullopt};
    showtime.currency = "THB";
    return showtime;
}

struct HoldCase {
    const char* name;
    std::vector<std::string> seats;
    milliseconds starts_in;
    std::optional<Errc> error;
    std::vector<std::string> fields;
};

class CheckHold : public testing::TestWithParam<HoldCase> {};

TEST_P(CheckHold, Decides) {
    const auto& given = GetParam();
    const auto answer =
        check_hold(showtime_starting(kNow + given.starts_in), room(), given.seats, 3, kNow);
    EXPECT_EQ(answer ? std::nullopt : std::optional(answer.error().code), given.error);
    std::vector<std::string> fields;
    if (!answer) {
        for (const auto& error : answer.error().errors) {
            fields.push_back(error.field);
            EXPECT_FALSE(error.message.empty());
        }
        EXPECT_FALSE(answer.error().detail.empty());
    }
    EXPECT_EQ(fields, given.fields);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, CheckHold,
    testing::Values(
        HoldCase{"OneSeat", {"A1"}, milliseconds{1}, {}, {}},
        HoldCase{"AsManyAsAllowed", {"A3", "B1", "A1"}, milliseconds{1}, {}, {}},
        HoldCase{"NoSeat", {}, milliseconds{1}, Errc::validation, {"seats"}},
        HoldCase{
            "OneTooMany", {"A1", "A2", "A3", "A4"}, milliseconds{1}, Errc::validation, {"seats"}},
        HoldCase{"TooManyAreNotLookedAt",
                 {"Z1", "Z1", "Z2", "Z3"},
                 milliseconds{1},
                 Errc::validation,
                 {"seats"}},
        HoldCase{"Twice", {"A1", "A2", "A1"}, milliseconds{1}, Errc::validation, {"seats[2]"}},
        HoldCase{"NotInTheRoom", {"A1", "A9"}, milliseconds{1}, Errc::validation, {"seats[1]"}},
        HoldCase{"LowerCaseIsAnotherCode", {"a1"}, milliseconds{1}, Errc::validation, {"seats[0]"}},
        HoldCase{"EmptyCode", {""}, milliseconds{1}, Errc::validation, {"seats[0]"}},
        HoldCase{"EveryBadSeatIsNamed",
                 {"Z1", "A1", "A1"},
                 milliseconds{1},
                 Errc::validation,
                 {"seats[0]", "seats[2]"}},
        HoldCase{"StartsThisMoment", {"A1"}, milliseconds{0}, Errc::showtime_started, {}},
        HoldCase{"HasStarted", {"A1"}, milliseconds{-1}, Errc::showtime_started, {}},
        HoldCase{
            "NonsenseBeforeStarted", {"Z1"}, milliseconds{-1}, Errc::validation, {"seats[0]"}}),
    [](const auto& hold) { return hold.param.name; });

TEST(PriceOf, AddsUpTheCategories) {
    const auto showtime = showtime_starting(kNow);
    EXPECT_EQ(price_of(showtime, room(), std::vector<std::string>{"A1"}), 1'000);
    EXPECT_EQ(price_of(showtime, room(), std::vector<std::string>{"A1", "B1", "A2"}), 3'500);
}

TEST(PriceOf, InsistsOnAKnownSeatAndAPrice) {
    auto showtime = showtime_starting(kNow);
    EXPECT_THROW(price_of(showtime, room(), std::vector<std::string>{"Z1"}), InvariantBroken);
    showtime.prices[1] = std::nullopt;
    EXPECT_THROW(price_of(showtime, room(), std::vector<std::string>{"B1"}), InvariantBroken);
}

// --- seats and time -----------------------------------------------------------------------------

TEST(IsOverdue, FromItsLastMillisecondOn) {
    EXPECT_FALSE(is_overdue(kNow + milliseconds{1}, kNow));
    EXPECT_TRUE(is_overdue(kNow, kNow));
    EXPECT_TRUE(is_overdue(kNow - milliseconds{1}, kNow));
}

TEST(IsFree, AvailableAndOverdueOnly) {
    SeatReservation seat{.seat_code = "A1"};
    EXPECT_TRUE(is_free(seat, kNow));
    seat.state = SeatState::LOCKED;
    seat.lock_expires_at = kNow + milliseconds{1};
    EXPECT_FALSE(is_free(seat, kNow));
    seat.lock_expires_at = kNow;
    EXPECT_TRUE(is_free(seat, kNow));
    seat.state = SeatState::BOOKED;
    EXPECT_FALSE(is_free(seat, kNow));
    seat.lock_expires_at = std::nullopt;
    EXPECT_FALSE(is_free(seat, kNow));
    seat.state = SeatState::LOCKED;
    EXPECT_THROW(is_free(seat, kNow), InvariantBroken);
}

// --- pay, confirm, cancel -----------------------------------------------------------------------

/// What is expected: a verdict, or an error's code.
using Outcome = std::variant<Verdict, Errc>;

Outcome outcome_of(const Result<Verdict>& verdict) {
    if (verdict) return *verdict;
    EXPECT_FALSE(verdict.error().detail.empty());
    return verdict.error().code;
}

struct Decision {
    const char* name;
    BookingStatus status;
    std::optional<PaymentStatus> payment;
    bool overdue;
    Outcome pay;
    Outcome confirm;
    Outcome cancel;
};

class OwnersDecisions : public testing::TestWithParam<Decision> {};

TEST_P(OwnersDecisions, AreDecided) {
    const auto& given = GetParam();
    const auto booking =
        booking_with(given.status, given.payment, milliseconds{given.overdue ? 0 : 1});
    EXPECT_EQ(outcome_of(decide_pay(booking, kOwner, kNow)), given.pay);
    EXPECT_EQ(outcome_of(decide_confirm(booking, kOwner, kNow)), given.confirm);
    EXPECT_EQ(outcome_of(decide_cancel(booking, kOwner)), given.cancel);
}

constexpr auto kProceed = Verdict::proceed;
constexpr auto kDone = Verdict::already_done;

INSTANTIATE_TEST_SUITE_P(
    Rules, OwnersDecisions,
    testing::Values(
        Decision{
            "Locked", BookingStatus::LOCKED, {}, false, kProceed, Errc::payment_required, kProceed},
        Decision{"LockedOverdue",
                 BookingStatus::LOCKED,
                 {},
                 true,
                 Errc::hold_expired,
                 Errc::hold_expired,
                 kProceed},
        Decision{"LockedPending", BookingStatus::LOCKED, PaymentStatus::PENDING, false, kProceed,
                 Errc::payment_required, kProceed},
        Decision{"LockedFailed", BookingStatus::LOCKED, PaymentStatus::FAILED, false, kProceed,
                 Errc::payment_required, kProceed},
        Decision{"LockedPaid", BookingStatus::LOCKED, PaymentStatus::SUCCESS, false, kDone,
                 kProceed, kProceed},
        Decision{"LockedPaidOverdue", BookingStatus::LOCKED, PaymentStatus::SUCCESS, true, kDone,
                 Errc::hold_expired, kProceed},
        Decision{"Booked", BookingStatus::BOOKED, PaymentStatus::SUCCESS, false, kDone, kDone,
                 Errc::booking_not_locked},
        Decision{"BookedLongAgo", BookingStatus::BOOKED, PaymentStatus::SUCCESS, true, kDone, kDone,
                 Errc::booking_not_locked},
        Decision{"Cancelled",
                 BookingStatus::CANCELLED,
                 {},
                 false,
                 Errc::booking_not_locked,
                 Errc::booking_not_locked,
                 kDone},
        Decision{"CancelledRefunded", BookingStatus::CANCELLED, PaymentStatus::REFUNDED, false,
                 Errc::booking_not_locked, Errc::booking_not_locked, kDone},
        Decision{"Expired",
                 BookingStatus::EXPIRED,
                 {},
                 true,
                 Errc::hold_expired,
                 Errc::hold_expired,
                 Errc::hold_expired},
        Decision{"ExpiredRefunded", BookingStatus::EXPIRED, PaymentStatus::REFUNDED, true,
                 Errc::hold_expired, Errc::hold_expired, Errc::hold_expired}),
    [](const auto& decision) { return decision.param.name; });

TEST(Decisions, OfAStrangerAreNotFoundWhateverTheState) {
    for (const auto status : {BookingStatus::LOCKED, BookingStatus::BOOKED,
                              BookingStatus::CANCELLED, BookingStatus::EXPIRED}) {
        const auto booking = booking_with(status, PaymentStatus::SUCCESS);
        EXPECT_EQ(outcome_of(decide_pay(booking, kStranger, kNow)), Outcome(Errc::not_found));
        EXPECT_EQ(outcome_of(decide_confirm(booking, kStranger, kNow)), Outcome(Errc::not_found));
        EXPECT_EQ(outcome_of(decide_cancel(booking, kStranger)), Outcome(Errc::not_found));
        EXPECT_FALSE(may_see(booking, kStranger));
    }
}

TEST(Decisions, OfAnAdminAreToSeeAndToCancelOnly) {
    const auto booking = booking_with(BookingStatus::LOCKED, PaymentStatus::SUCCESS);
    EXPECT_EQ(outcome_of(decide_pay(booking, kAdmin, kNow)), Outcome(Errc::not_found));
    EXPECT_EQ(outcome_of(decide_confirm(booking, kAdmin, kNow)), Outcome(Errc::not_found));
    EXPECT_EQ(outcome_of(decide_cancel(booking, kAdmin)), Outcome(kProceed));
    EXPECT_TRUE(may_see(booking, kAdmin));
    EXPECT_TRUE(may_see(booking, kOwner));
}

TEST(Decisions, SayThatABookingDoesNotExistInOneWay) {
    const auto booking = booking_with(BookingStatus::LOCKED, {});
    EXPECT_EQ(decide_pay(booking, kStranger, kNow).error().detail, booking_not_found().detail);
    EXPECT_EQ(booking_not_found().code, Errc::not_found);
}

}  // namespace
}  // namespace cinema::domain
