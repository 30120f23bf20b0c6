#include "api/endpoint.hpp"

namespace cinema::api {

namespace {

using enum http::Method;

// clang-format off
constexpr Endpoint kEndpoints[] = {
    {get,  "/api/site",                      Access::open,  show_site},
    {post, "/api/auth/login",                Access::open,  login},
    {get,  "/api/me",                        Access::user,  show_me},

    {get,  "/api/movies",                    Access::user,  list_movies},
    {get,  "/api/movies/{id}",               Access::user,  show_movie},
    {get,  "/api/showtimes",                 Access::user,  list_showtimes},
    {get,  "/api/showtimes/{id}",            Access::user,  show_showtime},
    {get,  "/api/showtimes/{id}/seats",      Access::user,  list_seats},

    {post, "/api/showtimes/{id}/seats/lock", Access::user,  lock_seats},
    {post, "/api/bookings/{id}/pay",         Access::user,  pay_booking},
    {post, "/api/bookings/{id}/confirm",     Access::user,  confirm_booking},
    {post, "/api/bookings/{id}/cancel",      Access::user,  cancel_booking},
    {get,  "/api/bookings/{id}",             Access::user,  show_booking},
    {get,  "/api/bookings",                  Access::user,  list_my_bookings},

    {get,  "/api/admin/dashboard",           Access::admin, show_dashboard},
    {get,  "/api/admin/bookings",            Access::admin, list_bookings_for_staff},
    {get,  "/api/admin/bookings/{id}",       Access::admin, show_booking_for_staff},
    {get,  "/api/admin/audit-logs",          Access::admin, list_audit_logs},
    {get,  "/api/admin/audit-logs.csv",      Access::admin, export_audit_logs},

    {get,  "/ws/showtimes/{id}",             Access::open,  watch_showtime},

    {get,  "/api/openapi.yaml",              Access::open,  show_contract},
    {get,  "/livez",                         Access::open,  show_liveness},
    {get,  "/readyz",                        Access::open,  show_readiness},
    {get,  "/metrics",                       Access::open,  show_metrics},
};
// clang-format on

}  // namespace

std::span<const Endpoint> endpoints() {
    return kEndpoints;
}

}  // namespace cinema::api
