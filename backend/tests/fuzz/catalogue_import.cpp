#include <cstdint>
#include <cstdlib>

#include "catalog/export.hpp"
#include "catalog/import_plan.hpp"

namespace {

using namespace cinema;

class FixedClock final : public env::Clock {
  public:
    domain::UtcTime now() const override { return *domain::parse_rfc3339("2026-11-24T10:00:00Z"); }
};

}  // namespace

/// A file is refused with named lines, or it imports; what was imported exports to a file that
/// imports into an empty catalogue without a mistake.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const FixedClock clock;
    static env::SystemIds ids(clock);
    static const catalog::CatalogSnapshot empty{{}};
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto change = catalog::import_catalogue(text, empty, ids, clock.now());
    if (!change) {
        if (change.error().empty()) std::abort();
        return 0;
    }
    const catalog::CatalogSnapshot imported({.movies = change->movies,
                                             .auditoriums = change->auditoriums,
                                             .seat_maps = change->seat_maps,
                                             .showtimes = change->showtimes,
                                             .revision = 1});
    const std::string exported = catalog::export_catalogue(imported);
    const auto again = catalog::import_catalogue(exported, empty, ids, clock.now());
    if (!again || again->showtimes.size() != change->showtimes.size()) std::abort();
    return 0;
}
