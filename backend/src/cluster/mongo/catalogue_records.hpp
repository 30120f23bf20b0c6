#pragma once

#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "cluster/mongo/bson.hpp"

/// The catalogue's documents, one for each record, as a person reads them with mongosh:
///
///   movies       {_id, key, title, duration_min, rating, genres, synopsis, release_date,
///                 poster_url, created_at, revision}
///   seatmaps     {_id, curve_percent, rows: [{row: "A", y: 0, seats: [{code: "A1", number: 1,
///                 category: "standard", column: 0}, …]}, …], revision}
///   auditoriums  {_id, key, name, seatmap_id, revision}
///   showtimes    {_id, movie_id, auditorium_id, seatmap_id, start_time, end_time,
///                 prices: {standard: 20000, …}, currency, revision}
///
/// `revision` is the catalogue's since which the record is as it is.
namespace cinema::cluster::mongo {

/// In the order in which records refer to each other.
inline constexpr std::string_view kCatalogueCollections[] = {"movies", "seatmaps", "auditoriums",
                                                             "showtimes"};

/// A record as it is stored.
struct CatalogueRecord {
    std::string_view collection;  ///< one of kCatalogueCollections
    domain::ObjectId id;
    Document document;
};

/// The records of the change, as they are to be stored with this revision.
std::vector<CatalogueRecord> records_of(const catalog::CatalogChange& change,
                                        std::int64_t revision);

/// Adds a stored record to the change. Throws std::runtime_error for a damaged one or an unknown
/// collection.
void read_record(std::string_view collection, Fields& record, catalog::CatalogChange& change);

/// The change with what an import must not change put back: when a movie was first there.
catalog::CatalogChange with_first_dates(const catalog::CatalogSnapshot& base,
                                        catalog::CatalogChange change);

/// The base with the change's records in it: new ones, or in the place of those with the same id.
/// A record that comes twice counts as it came last.
catalog::CatalogSnapshot::Parts merged(const catalog::CatalogSnapshot& base,
                                       const catalog::CatalogChange& change, std::int64_t revision);

}  // namespace cinema::cluster::mongo
