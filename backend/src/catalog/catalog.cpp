#include "catalog/catalog.hpp"

#include <algorithm>
#include <tuple>

#include "domain/ensure.hpp"

namespace cinema::catalog {

namespace {

template <class Index, class Key, class Items>
auto* lookup(const Index& index, const Key& key, const Items& items) {
    const auto found = index.find(key);
    return found == index.end() ? nullptr : &items[found->second];
}

}  // namespace

CatalogSnapshot::CatalogSnapshot(Parts parts) : parts_(std::move(parts)) {
    std::sort(parts_.movies.begin(), parts_.movies.end(), [](const auto& a, const auto& b) {
        return std::tie(a.title, a.id) < std::tie(b.title, b.id);
    });
    std::sort(parts_.showtimes.begin(), parts_.showtimes.end(), [](const auto& a, const auto& b) {
        return std::tie(a.start_time, a.id) < std::tie(b.start_time, b.id);
    });
    for (std::size_t i = 0; i < parts_.movies.size(); ++i) {
        movie_index_.emplace(parts_.movies[i].id, i);
        movie_key_index_.emplace(parts_.movies[i].key, i);
    }
    for (std::size_t i = 0; i < parts_.seat_maps.size(); ++i) {
        seat_map_index_.emplace(parts_.seat_maps[i]->id(), i);
    }
    for (std::size_t i = 0; i < parts_.auditoriums.size(); ++i) {
        auditorium_index_.emplace(parts_.auditoriums[i].id, i);
        auditorium_key_index_.emplace(parts_.auditoriums[i].key, i);
        domain::ensure(seat_map(parts_.auditoriums[i].seatmap_id), "an auditorium has a seat map");
    }
    showtime_index_.reserve(parts_.showtimes.size());
    for (std::size_t i = 0; i < parts_.showtimes.size(); ++i) {
        const domain::Showtime& showtime = parts_.showtimes[i];
        showtime_index_.emplace(showtime.id, i);
        domain::ensure(movie(showtime.movie_id) && auditorium(showtime.auditorium_id) &&
                           seat_map(showtime.seatmap_id),
                       "a showtime's movie, auditorium and seat map are in the catalogue");
    }
}

const domain::Movie* CatalogSnapshot::movie(domain::MovieId id) const {
    return lookup(movie_index_, id, parts_.movies);
}

const domain::Movie* CatalogSnapshot::movie_by_key(std::string_view key) const {
    return lookup(movie_key_index_, key, parts_.movies);
}

const domain::Auditorium* CatalogSnapshot::auditorium(domain::AuditoriumId id) const {
    return lookup(auditorium_index_, id, parts_.auditoriums);
}

const domain::Auditorium* CatalogSnapshot::auditorium_by_key(std::string_view key) const {
    return lookup(auditorium_key_index_, key, parts_.auditoriums);
}

const domain::Showtime* CatalogSnapshot::showtime(domain::ShowtimeId id) const {
    return lookup(showtime_index_, id, parts_.showtimes);
}

const domain::SeatMap* CatalogSnapshot::seat_map(domain::SeatMapId id) const {
    const auto* found = lookup(seat_map_index_, id, parts_.seat_maps);
    return found ? found->get() : nullptr;
}

}  // namespace cinema::catalog
