#include "api/respond.hpp"
#include "api/views.hpp"

/// Hold, pay, confirm, cancel; and what a user has booked.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Response;

constexpr std::size_t kIdempotencyKeyBytesMax = 255;

struct LockBody {
    std::vector<std::string> seats;
};
BOOST_DESCRIBE_STRUCT(LockBody, (), (seats))

/// 1–255 visible ASCII characters; absent is fine.
domain::Result<std::optional<std::string>> idempotency_key(const http::Request& request) {
    if (!request.has(http::Header::idempotency_key)) return std::nullopt;
    const std::string_view key = request.header(http::Header::idempotency_key);
    const bool visible =
        std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (key.empty() || key.size() > kIdempotencyKeyBytesMax || !visible) {
        domain::Error error{.code = domain::Errc::validation,
                            .detail = "The Idempotency-Key header is not as it should be."};
        error.errors.push_back(
            {"Idempotency-Key", "Must be 1 to 255 visible ASCII characters without spaces."});
        return std::unexpected(std::move(error));
    }
    return std::string(key);
}

}  // namespace

awaitable<Response> lock_seats(Context& context) {
    const auto showtime = context.id_param<domain::ShowtimeId>();
    if (!showtime || !context.app.catalog.snapshot()->showtime(*showtime)) {
        co_return context.problem(problems::kNotFound, "There is no such showtime.");
    }
    auto body = read_body<LockBody>(context);
    if (!body) co_return std::move(body.error());
    auto key = idempotency_key(context.request);
    if (!key) co_return context.problem(key.error());

    // A named value: g++ 12 destroys a braced temporary of a co_await expression twice.
    booking::HoldRequest hold{.showtime_id = *showtime,
                              .actor = *context.actor,
                              .seats = std::move(body->seats),
                              .idempotency_key = std::move(*key)};
    const auto booking = co_await context.app.bookings.hold(std::move(hold));
    if (!booking) co_return context.problem(booking.error());
    Response response = done_json(201, hold_view_of(*booking));
    response.add_header("Location", "/api/bookings/" + booking->id.to_hex());
    co_return response;
}

awaitable<Response> pay_booking(Context& context) {
    const auto id = context.id_param<domain::BookingId>();
    if (!id) co_return context.problem(domain::booking_not_found());
    const auto payment = co_await context.app.bookings.pay(*id, *context.actor);
    if (!payment) co_return context.problem(payment.error());
    co_return done_json(200, view_of(*payment));
}

awaitable<Response> confirm_booking(Context& context) {
    const auto id = context.id_param<domain::BookingId>();
    if (!id) co_return context.problem(domain::booking_not_found());
    const auto booking = co_await context.app.bookings.confirm(*id, *context.actor);
    if (!booking) co_return context.problem(booking.error());
    co_return done_json(200, view_of(*booking));
}

awaitable<Response> cancel_booking(Context& context) {
    const auto id = context.id_param<domain::BookingId>();
    if (!id) co_return context.problem(domain::booking_not_found());
    const auto booking = co_await context.app.bookings.cancel(*id, *context.actor);
    if (!booking) co_return context.problem(booking.error());
    co_return done_json(200, view_of(*booking));
}

awaitable<Response> show_booking(Context& context) {
    const auto id = context.id_param<domain::BookingId>();
    if (!id) co_return context.problem(domain::booking_not_found());
    const auto booking = co_await context.app.queries.find(*id);
    if (!booking) co_return context.problem(booking.error());
    // Another user's booking is not told of at all.
    if (!*booking || !domain::may_see(**booking, *context.actor)) {
        co_return context.problem(domain::booking_not_found());
    }
    const auto catalog = context.app.catalog.snapshot();
    co_return ok_json(context, detail_of(**booking, *catalog));
}

awaitable<Response> list_my_bookings(Context& context) {
    Query query(context.request.query);
    const auto page = query.page(kBookingsPageDefault, kBookingsPageMax);
    if (!query.good()) co_return context.problem(query.error());
    auto bookings = co_await context.app.queries.of_user(context.actor->user_id, one_more(page));
    if (!bookings) co_return context.problem(bookings.error());
    const bool more = cut_to(page, *bookings);
    const auto catalog = context.app.catalog.snapshot();
    std::vector<BookingDetailView> views;
    for (const domain::Booking& booking : *bookings) views.push_back(detail_of(booking, *catalog));
    co_return page_json(context, query, views, more);
}

}  // namespace cinema::api
