#include "api/respond.hpp"

/// The cinema as a whole.
namespace cinema::api {

namespace {

struct SiteView {
    std::string_view name;
    std::string_view time_zone;
    bool demo_login = false;
    std::size_t max_seats_per_booking = 0;
    std::int64_t lock_ttl_seconds = 0;
    std::int64_t now = 0;  ///< milliseconds since 1970
};
BOOST_DESCRIBE_STRUCT(SiteView, (),
                      (name, time_zone, demo_login, max_seats_per_booking, lock_ttl_seconds, now))

}  // namespace

boost::asio::awaitable<http::Response> show_site(Context& context) {
    const App& app = context.app;
    co_return done_json(200, SiteView{.name = app.site.name,
                                      .time_zone = app.time_zone.name(),
                                      .demo_login = app.site.demo_login,
                                      .max_seats_per_booking = app.site.seats_per_booking_max,
                                      .lock_ttl_seconds = app.site.lock_ttl.count(),
                                      .now = app.clock.now().time_since_epoch().count()});
}

}  // namespace cinema::api
