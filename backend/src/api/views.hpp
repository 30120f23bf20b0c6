#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "booking/booking_queries.hpp"
#include "catalog/catalog.hpp"
#include "domain/booking.hpp"
#include "domain/catalogue.hpp"
#include "domain/event.hpp"
#include "domain/seat_map.hpp"
#include "domain/user.hpp"
#include "json/write.hpp"

/// The JSON shapes of the API (api/openapi.yaml, components/schemas), by the same names. Member
/// names become camelCase. Views point into what they were made of.
namespace cinema::api {

struct UserView {
    domain::UserId id;
    std::string_view email;
    std::string_view name;
    domain::Role role{};
};
BOOST_DESCRIBE_STRUCT(UserView, (), (id, email, name, role))

struct LoginView {
    std::string_view token;
    domain::UtcTime expires_at;
    UserView user;
};
BOOST_DESCRIBE_STRUCT(LoginView, (), (token, expires_at, user))

struct MovieView {
    domain::MovieId id;
    std::string_view title;
    int duration_min = 0;
    std::string_view rating;
    std::vector<std::string> genres;
    std::string_view synopsis;
    std::string_view release_date;
    std::string_view poster_url;
    domain::UtcTime created_at;
};
BOOST_DESCRIBE_STRUCT(MovieView, (),
                      (id, title, duration_min, rating, genres, synopsis, release_date, poster_url,
                       created_at))

struct ShowtimeView {
    domain::ShowtimeId id;
    domain::MovieId movie_id;
    std::string_view movie_title;
    domain::UtcTime start_time;
    domain::UtcTime end_time;
    domain::AuditoriumId auditorium_id;
    std::string_view auditorium_name;
    domain::SeatMapId seatmap_id;
    json::Members<std::int64_t> prices;  ///< category → minor units
    std::string_view currency;
    int seats_total = 0;
    int seats_available = 0;
};
BOOST_DESCRIBE_STRUCT(ShowtimeView, (),
                      (id, movie_id, movie_title, start_time, end_time, auditorium_id,
                       auditorium_name, seatmap_id, prices, currency, seats_total, seats_available))

struct PlanSeatView {
    std::string_view seat_code;
    int number = 0;
    int column = 0;
    domain::SeatCategory category{};
};
BOOST_DESCRIBE_STRUCT(PlanSeatView, (), (seat_code, number, column, category))

struct PlanRowView {
    std::string_view label;
    int y = 0;
    std::vector<PlanSeatView> seats;
};
BOOST_DESCRIBE_STRUCT(PlanRowView, (), (label, y, seats))

struct ScreenView {
    int column = 0;  ///< where it begins
    int width = 0;   ///< in columns
};
BOOST_DESCRIBE_STRUCT(ScreenView, (), (column, width))

/// The room as it is: skipped columns are aisles, skipped y values are walkways.
struct PlanView {
    int columns = 0;
    int curve_percent = 0;
    ScreenView screen;
    std::vector<PlanRowView> rows;
};
BOOST_DESCRIBE_STRUCT(PlanView, (), (columns, curve_percent, screen, rows))

struct ShowtimeDetailView : ShowtimeView {
    PlanView plan;
};
BOOST_DESCRIBE_STRUCT(ShowtimeDetailView, (ShowtimeView), (plan))

struct HoldView {
    domain::BookingId booking_id;
    domain::ShowtimeId showtime_id;
    std::vector<std::string> seats;
    domain::BookingStatus status{};
    std::int64_t amount = 0;
    std::string_view currency;
    domain::UtcTime lock_expires_at;
};
BOOST_DESCRIBE_STRUCT(HoldView, (),
                      (booking_id, showtime_id, seats, status, amount, currency, lock_expires_at))

struct PaymentView {
    domain::PaymentId payment_id;
    domain::BookingId booking_id;
    domain::PaymentStatus status{};
    std::int64_t amount = 0;
    std::string_view currency;
};
BOOST_DESCRIBE_STRUCT(PaymentView, (), (payment_id, booking_id, status, amount, currency))

struct BookingView {
    domain::BookingId id;
    domain::UserId user_id;
    domain::ShowtimeId showtime_id;
    std::vector<std::string> seats;
    domain::BookingStatus status{};
    std::int64_t amount = 0;
    std::string_view currency;
    domain::UtcTime lock_expires_at;
    std::optional<domain::PaymentId> payment_id;
    std::optional<domain::PaymentStatus> payment_status;
    domain::UtcTime created_at;
    domain::UtcTime updated_at;
};
BOOST_DESCRIBE_STRUCT(BookingView, (),
                      (id, user_id, showtime_id, seats, status, amount, currency, lock_expires_at,
                       payment_id, payment_status, created_at, updated_at))

struct BookingDetailView : BookingView {
    domain::MovieId movie_id;
    std::string_view movie_title;
    domain::UtcTime showtime_start;
    domain::UtcTime showtime_end;
    std::string_view auditorium_name;
};
BOOST_DESCRIBE_STRUCT(BookingDetailView, (BookingView),
                      (movie_id, movie_title, showtime_start, showtime_end, auditorium_name))

struct StaffBookingView : BookingDetailView {
    std::string_view user_email;
    std::string_view user_name;
};
BOOST_DESCRIBE_STRUCT(StaffBookingView, (BookingDetailView), (user_email, user_name))

struct AuditLogView {
    domain::AuditLogId id;
    std::string_view event_id;
    std::string_view event_type;
    std::optional<domain::UserId> user_id;
    std::optional<domain::ShowtimeId> showtime_id;
    std::optional<domain::BookingId> booking_id;
    std::optional<std::vector<std::string>> seats;
    std::optional<json::Raw> payload;
    domain::UtcTime created_at;
};
BOOST_DESCRIBE_STRUCT(AuditLogView, (),
                      (id, event_id, event_type, user_id, showtime_id, booking_id, seats, payload,
                       created_at))

UserView view_of(const domain::User& user);
MovieView view_of(const domain::Movie& movie);
BookingView view_of(const domain::Booking& booking);
/// Of a snapshot taken after the booking was read: what is booked is in the catalogue for good.
BookingDetailView detail_of(const domain::Booking& booking,
                            const catalog::CatalogSnapshot& catalog);
HoldView hold_view_of(const domain::Booking& booking);
PaymentView view_of(const domain::Payment& payment);
StaffBookingView view_of(const booking::BookingRow& row);
AuditLogView view_of(const domain::AuditLog& log);
PlanView plan_of(const domain::SeatMap& map);

}  // namespace cinema::api
