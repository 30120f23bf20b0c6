#include "domain/words.hpp"

#include <gtest/gtest.h>

#include "domain/ensure.hpp"
#include "domain/seat_map.hpp"

namespace cinema::domain {
namespace {

template <class E>
void expect_words(std::initializer_list<std::pair<E, std::string_view>> words) {
    for (const auto& [value, text] : words) {
        EXPECT_EQ(word(value), text);
        EXPECT_EQ(from_word<E>(text), value);
    }
    EXPECT_EQ(boost::mp11::mp_size<boost::describe::describe_enumerators<E>>::value, words.size());
}

TEST(Words, AreThoseOfTheContract) {
    expect_words<BookingStatus>({{BookingStatus::LOCKED, "LOCKED"},
                                 {BookingStatus::BOOKED, "BOOKED"},
                                 {BookingStatus::CANCELLED, "CANCELLED"},
                                 {BookingStatus::EXPIRED, "EXPIRED"}});
    expect_words<SeatState>({{SeatState::AVAILABLE, "AVAILABLE"},
                             {SeatState::LOCKED, "LOCKED"},
                             {SeatState::BOOKED, "BOOKED"}});
    expect_words<PaymentStatus>({{PaymentStatus::PENDING, "PENDING"},
                                 {PaymentStatus::SUCCESS, "SUCCESS"},
                                 {PaymentStatus::FAILED, "FAILED"},
                                 {PaymentStatus::REFUNDED, "REFUNDED"}});
    expect_words<Role>({{Role::USER, "USER"}, {Role::ADMIN, "ADMIN"}});
    expect_words<EventType>({{EventType::BookingLocked, "BookingLocked"},
                             {EventType::PaymentSucceeded, "PaymentSucceeded"},
                             {EventType::BookingConfirmed, "BookingConfirmed"},
                             {EventType::BookingCancelled, "BookingCancelled"},
                             {EventType::BookingExpired, "BookingExpired"},
                             {EventType::PaymentRefunded, "PaymentRefunded"}});
    expect_words<SeatEventType>({{SeatEventType::SEAT_LOCKED, "SEAT_LOCKED"},
                                 {SeatEventType::SEAT_RELEASED, "SEAT_RELEASED"},
                                 {SeatEventType::SEAT_BOOKED, "SEAT_BOOKED"}});
    expect_words<SeatCategory>({{SeatCategory::standard, "standard"},
                                {SeatCategory::premium, "premium"},
                                {SeatCategory::accessible, "accessible"},
                                {SeatCategory::companion, "companion"},
                                {SeatCategory::loveseat, "loveseat"}});
    EXPECT_EQ(kSeatCategoryCount, 5);
}

TEST(Words, OfAnyOtherSpellingAreNone) {
    for (const auto* text : {"", "locked", "LOCKED ", "BOOK", "EXPIRED\n"}) {
        EXPECT_FALSE(from_word<BookingStatus>(text)) << text;
    }
}

TEST(Ensure, NamesTheInvariantAndThePlace) {
    EXPECT_NO_THROW(ensure(true, "fine"));
    try {
        ensure(false, "one is two");
        FAIL();
    } catch (const InvariantBroken& broken) {
        const std::string what = broken.what();
        EXPECT_NE(what.find("one is two"), std::string::npos);
        EXPECT_NE(what.find("words_test.cpp"), std::string::npos);
    }
}

TEST(SeatMap, FindsSeatsByTheirCode) {
    const SeatMap map(SeatMapId{},
                      {{.code = "A1", .row = "A", .number = 1, .column = 2, .y = 0},
                       {.code = "A2", .row = "A", .number = 2, .column = 7, .y = 0},
                       {.code = "AA1", .row = "AA", .number = 1, .column = 0, .y = 3}},
                      40);
    EXPECT_EQ(map.index_of("A1"), 0);
    EXPECT_EQ(map.index_of("AA1"), 2);
    EXPECT_EQ(map.index_of("A3"), -1);
    EXPECT_EQ(map.index_of(""), -1);
    EXPECT_EQ(map.columns(), 8);
    EXPECT_EQ(map.curve_percent(), 40);
    EXPECT_EQ(SeatMap().columns(), 0);
}

TEST(SeatMap, RefusesASeatTwice) {
    EXPECT_THROW(SeatMap(SeatMapId{}, {{.code = "A1"}, {.code = "A1"}}, 0), std::invalid_argument);
}

}  // namespace
}  // namespace cinema::domain
