#pragma once

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/catalogue.hpp"
#include "domain/error.hpp"
#include "domain/seat_map.hpp"

namespace cinema::catalog {

/// The whole catalogue at one moment: immutable, shared by all threads, replaced as a whole when
/// an import changes it. All lookups are O(1) or a contiguous range.
class CatalogSnapshot {
  public:
    struct Parts {
        std::vector<domain::Movie> movies;
        std::vector<domain::Auditorium> auditoriums;
        std::vector<std::shared_ptr<const domain::SeatMap>> seat_maps;
        std::vector<domain::Showtime> showtimes;
        std::int64_t revision = 0;  ///< grows with every import
    };
    /// References between the parts must hold (ensure).
    explicit CatalogSnapshot(Parts parts);
    // The indexes hold views into the parts' own strings.
    CatalogSnapshot(const CatalogSnapshot&) = delete;
    CatalogSnapshot& operator=(const CatalogSnapshot&) = delete;
    CatalogSnapshot(CatalogSnapshot&&) = default;
    CatalogSnapshot& operator=(CatalogSnapshot&&) = default;

    std::int64_t revision() const { return parts_.revision; }
    const std::vector<domain::Movie>& movies() const { return parts_.movies; }  ///< by title
    const std::vector<domain::Auditorium>& auditoriums() const { return parts_.auditoriums; }
    /// By start time, then id.
    const std::vector<domain::Showtime>& showtimes() const { return parts_.showtimes; }
    const std::vector<std::shared_ptr<const domain::SeatMap>>& seat_maps() const {
        return parts_.seat_maps;
    }

    const domain::Movie* movie(domain::MovieId id) const;
    const domain::Movie* movie_by_key(std::string_view key) const;
    const domain::Auditorium* auditorium(domain::AuditoriumId id) const;
    const domain::Auditorium* auditorium_by_key(std::string_view key) const;
    const domain::Showtime* showtime(domain::ShowtimeId id) const;
    const domain::SeatMap* seat_map(domain::SeatMapId id) const;

  private:
    Parts parts_;
    std::unordered_map<domain::MovieId, std::size_t> movie_index_;
    std::unordered_map<std::string_view, std::size_t> movie_key_index_;
    std::unordered_map<domain::AuditoriumId, std::size_t> auditorium_index_;
    std::unordered_map<std::string_view, std::size_t> auditorium_key_index_;
    std::unordered_map<domain::ShowtimeId, std::size_t> showtime_index_;
    std::unordered_map<domain::SeatMapId, std::size_t> seat_map_index_;
};

/// What an import wants to hold afterwards, ids resolved: new or changed records only. Nothing is
/// deleted by an import: what has been on sale stays readable.
struct CatalogChange {
    std::vector<domain::Movie> movies;
    std::vector<domain::Auditorium> auditoriums;
    std::vector<std::shared_ptr<const domain::SeatMap>> seat_maps;  ///< new ones only
    std::vector<domain::Showtime> showtimes;

    bool empty() const {
        return movies.empty() && auditoriums.empty() && seat_maps.empty() && showtimes.empty();
    }
};

/// The catalogue's store. `snapshot` is cheap and callable from any thread at any time.
class Catalog {
  public:
    virtual ~Catalog() = default;

    virtual std::shared_ptr<const CatalogSnapshot> snapshot() const = 0;

    /// Writes the change in one transaction on top of the catalogue with `base_revision`; returns
    /// when it is durable and snapshot() shows it. Blocks: for the command line, start-up and the
    /// demo's daily refresh, never for an I/O thread. Errors: validation when another import came
    /// in between (base_revision is no longer current; make the change again), unavailable.
    virtual domain::Result<void> apply(const CatalogChange& change, std::int64_t base_revision) = 0;

    /// Looks whether another process has imported, and if so loads it. Blocks briefly.
    virtual domain::Result<void> refresh() = 0;
};

}  // namespace cinema::catalog
