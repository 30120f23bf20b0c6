#pragma once

#include <boost/describe/enum.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <optional>
#include <string_view>

/// The closed vocabularies of the system. Enumerators are spelled as they are on the wire and in
/// the database, so that one name is enough everywhere.
namespace cinema::domain {

BOOST_DEFINE_ENUM_CLASS(SeatCategory, standard, premium, accessible, companion, loveseat)
BOOST_DEFINE_ENUM_CLASS(SeatState, AVAILABLE, LOCKED, BOOKED)
BOOST_DEFINE_ENUM_CLASS(BookingStatus, LOCKED, BOOKED, CANCELLED, EXPIRED)
BOOST_DEFINE_ENUM_CLASS(PaymentStatus, PENDING, SUCCESS, FAILED, REFUNDED)
BOOST_DEFINE_ENUM_CLASS(Role, USER, ADMIN)
BOOST_DEFINE_ENUM_CLASS(EventType, BookingLocked, PaymentSucceeded, BookingConfirmed,
                        BookingCancelled, BookingExpired, PaymentRefunded)
BOOST_DEFINE_ENUM_CLASS(SeatEventType, SEAT_LOCKED, SEAT_RELEASED, SEAT_BOOKED)

inline constexpr int kSeatCategoryCount = 5;

/// The word for a value. The value must be one of the enumerators.
template <class E>
std::string_view word(E value) {
    const char* name = boost::describe::enum_to_string(value, nullptr);
    return name ? std::string_view(name) : std::string_view();
}

/// The value for a word, exact spelling; nullopt for anything else.
template <class E>
std::optional<E> from_word(std::string_view text) {
    std::optional<E> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto d) {
        if (text == d.name) found = d.value;
    });
    return found;
}

}  // namespace cinema::domain
