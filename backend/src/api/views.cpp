#include "api/views.hpp"

#include "domain/ensure.hpp"

namespace cinema::api {

UserView view_of(const domain::User& user) {
    return {.id = user.id, .email = user.email, .name = user.name, .role = user.role};
}

MovieView view_of(const domain::Movie& movie) {
    return {.id = movie.id,
            .title = movie.title,
            .duration_min = movie.duration_min,
            .rating = movie.rating,
            .genres = movie.genres,
            .synopsis = movie.synopsis,
            .release_date = movie.release_date,
            .poster_url = movie.poster_url,
            .created_at = movie.created_at};
}

BookingView view_of(const domain::Booking& booking) {
    return {.id = booking.id,
            .user_id = booking.user_id,
            .showtime_id = booking.showtime_id,
            .seats = booking.seats,
            .status = booking.status,
            .amount = booking.amount,
            .currency = booking.currency,
            .lock_expires_at = booking.lock_expires_at,
            .payment_id = booking.payment_id,
            .payment_status = booking.payment_status,
            .created_at = booking.created_at,
            .updated_at = booking.updated_at};
}

BookingDetailView detail_of(const domain::Booking& booking,
                            const catalog::CatalogSnapshot& catalog) {
    const domain::Showtime* showtime = catalog.showtime(booking.showtime_id);
    domain::ensure(showtime != nullptr, "a booking's showtime is in the catalogue");
    BookingDetailView view;
    static_cast<BookingView&>(view) = view_of(booking);
    view.movie_id = showtime->movie_id;
    view.movie_title = catalog.movie(showtime->movie_id)->title;
    view.showtime_start = showtime->start_time;
    view.showtime_end = showtime->end_time;
    view.auditorium_name = catalog.auditorium(showtime->auditorium_id)->name;
    return view;
}

HoldView hold_view_of(const domain::Booking& booking) {
    return {.booking_id = booking.id,
            .showtime_id = booking.showtime_id,
            .seats = booking.seats,
            .status = booking.status,
            .amount = booking.amount,
            .currency = booking.currency,
            .lock_expires_at = booking.lock_expires_at};
}

PaymentView view_of(const domain::Payment& payment) {
    return {.payment_id = payment.id,
            .booking_id = payment.booking_id,
            .status = payment.status,
            .amount = payment.amount,
            .currency = payment.currency};
}

StaffBookingView view_of(const booking::BookingRow& row) {
    StaffBookingView view;
    static_cast<BookingView&>(view) = view_of(row.booking);
    view.user_email = row.user_email;
    view.user_name = row.user_name;
    view.movie_id = row.movie_id;
    view.movie_title = row.movie_title;
    view.showtime_start = row.showtime_start;
    view.showtime_end = row.showtime_end;
    view.auditorium_name = row.auditorium_name;
    return view;
}

AuditLogView view_of(const domain::AuditLog& log) {
    return {.id = log.id,
            .event_id = log.event_id,
            .event_type = log.event_type,
            .user_id = log.user_id,
            .showtime_id = log.showtime_id,
            .booking_id = log.booking_id,
            .seats = log.seats.empty() ? std::nullopt : std::optional(log.seats),
            .payload = log.payload.empty() ? std::nullopt : std::optional(json::Raw{log.payload}),
            .created_at = log.created_at};
}

PlanView plan_of(const domain::SeatMap& map) {
    PlanView plan{.columns = map.columns(),
                  .curve_percent = map.curve_percent(),
                  .screen = {.column = 0, .width = map.columns()},
                  .rows = {}};
    // Seats come in reading order, so a row's seats stand together.
    for (const domain::Seat& seat : map.seats()) {
        if (plan.rows.empty() || plan.rows.back().y != seat.y) {
            plan.rows.push_back({.label = seat.row, .y = seat.y, .seats = {}});
        }
        plan.rows.back().seats.push_back({.seat_code = seat.code,
                                          .number = seat.number,
                                          .column = seat.column,
                                          .category = seat.category});
    }
    return plan;
}

}  // namespace cinema::api
