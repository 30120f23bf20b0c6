#include "cluster/mongo/catalogue_records.hpp"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

namespace cinema::cluster::mongo {

namespace {

void write_seat_rows(ArrayWriter& rows, const std::vector<domain::Seat>& seats) {
    // Seats are in reading order, so those of a row follow each other.
    for (auto first = seats.begin(); first != seats.end();) {
        const auto end = std::find_if(first, seats.end(), [&](const domain::Seat& seat) {
            return seat.row != first->row || seat.y != first->y;
        });
        rows.object([&](Writer& row) {
            row.add("row", first->row).add("y", first->y);
            row.array("seats", [&](ArrayWriter& list) {
                for (auto seat = first; seat != end; ++seat) {
                    list.object([&](Writer& out) {
                        out.add("code", seat->code)
                            .add("number", seat->number)
                            .add("category", seat->category)
                            .add("column", seat->column);
                    });
                }
            });
        });
        first = end;
    }
}

std::vector<domain::Seat> read_seat_rows(Fields& map) {
    std::vector<domain::Seat> seats;
    map.objects("rows", [&](Fields& row) {
        const std::string label(row.text("row"));
        const int y = static_cast<int>(row.integer("y"));
        row.objects("seats", [&](Fields& seat) {
            seats.push_back({.code = std::string(seat.text("code")),
                             .row = label,
                             .number = static_cast<int>(seat.integer("number")),
                             .category = seat.word<domain::SeatCategory>("category"),
                             .column = static_cast<int>(seat.integer("column")),
                             .y = y});
        });
    });
    return seats;
}

void write_prices(Writer& out, const domain::Prices& prices) {
    for (int i = 0; i < domain::kSeatCategoryCount; ++i) {
        out.add(domain::word(static_cast<domain::SeatCategory>(i)),
                prices[static_cast<std::size_t>(i)]);
    }
}

domain::Prices read_prices(Fields from) {
    domain::Prices prices;
    for (int i = 0; i < domain::kSeatCategoryCount; ++i) {
        const auto category = domain::word(static_cast<domain::SeatCategory>(i));
        if (from.has(category)) prices[static_cast<std::size_t>(i)] = from.integer(category);
    }
    return prices;
}

void write_record(Writer& out, const domain::Movie& movie) {
    out.add("_id", movie.id)
        .add("key", movie.key)
        .add("title", movie.title)
        .add("duration_min", movie.duration_min)
        .add("rating", movie.rating)
        .add("genres", movie.genres)
        .add("synopsis", movie.synopsis)
        .add("release_date", movie.release_date)
        .add("poster_url", movie.poster_url)
        .add("created_at", movie.created_at);
}

void write_record(Writer& out, const std::shared_ptr<const domain::SeatMap>& map) {
    out.add("_id", map->id()).add("curve_percent", map->curve_percent());
    out.array("rows", [&](ArrayWriter& rows) { write_seat_rows(rows, map->seats()); });
}

void write_record(Writer& out, const domain::Auditorium& room) {
    out.add("_id", room.id)
        .add("key", room.key)
        .add("name", room.name)
        .add("seatmap_id", room.seatmap_id);
}

void write_record(Writer& out, const domain::Showtime& showtime) {
    out.add("_id", showtime.id)
        .add("movie_id", showtime.movie_id)
        .add("auditorium_id", showtime.auditorium_id)
        .add("seatmap_id", showtime.seatmap_id)
        .add("start_time", showtime.start_time)
        .add("end_time", showtime.end_time)
        .object("prices", [&](Writer& prices) { write_prices(prices, showtime.prices); })
        .add("currency", showtime.currency);
}

domain::Movie read_movie(Fields& from) {
    return {.id = from.id<domain::MovieId>("_id"),
            .key = std::string(from.text("key")),
            .title = std::string(from.text("title")),
            .duration_min = static_cast<int>(from.integer("duration_min")),
            .rating = std::string(from.text("rating")),
            .genres = from.texts("genres"),
            .synopsis = std::string(from.text("synopsis")),
            .release_date = std::string(from.text("release_date")),
            .poster_url = std::string(from.text("poster_url")),
            .created_at = from.time("created_at")};
}

std::shared_ptr<const domain::SeatMap> read_seat_map(Fields& from) {
    const auto id = from.id<domain::SeatMapId>("_id");
    const int curve_percent = static_cast<int>(from.integer("curve_percent"));
    return std::make_shared<domain::SeatMap>(id, read_seat_rows(from), curve_percent);
}

domain::Auditorium read_auditorium(Fields& from) {
    return {.id = from.id<domain::AuditoriumId>("_id"),
            .key = std::string(from.text("key")),
            .name = std::string(from.text("name")),
            .seatmap_id = from.id<domain::SeatMapId>("seatmap_id")};
}

domain::Showtime read_showtime(Fields& from) {
    return {.id = from.id<domain::ShowtimeId>("_id"),
            .movie_id = from.id<domain::MovieId>("movie_id"),
            .auditorium_id = from.id<domain::AuditoriumId>("auditorium_id"),
            .seatmap_id = from.id<domain::SeatMapId>("seatmap_id"),
            .start_time = from.time("start_time"),
            .end_time = from.time("end_time"),
            .prices = read_prices(from.object("prices")),
            .currency = std::string(from.text("currency"))};
}

template <class Record>
const auto& id_of(const Record& record) {
    return record.id;
}
auto id_of(const std::shared_ptr<const domain::SeatMap>& map) {
    return map->id();
}

template <class Record>
void put_records(std::vector<CatalogueRecord>& out, std::string_view collection,
                 const std::vector<Record>& records, std::int64_t revision) {
    for (const Record& record : records) {
        CatalogueRecord& stored =
            out.emplace_back(CatalogueRecord{collection, id_of(record).value, Document()});
        write_record(stored.document, record);
        stored.document.add("revision", revision);
    }
}

template <class Record>
std::vector<Record> merged_records(std::vector<Record> records,
                                   const std::vector<Record>& changed) {
    if (changed.empty()) return records;
    std::unordered_map<domain::ObjectId, std::size_t> places;
    places.reserve(records.size() + changed.size());
    for (std::size_t i = 0; i < records.size(); ++i) places.emplace(id_of(records[i]).value, i);
    for (const Record& record : changed) {
        const auto [place, is_new] = places.emplace(id_of(record).value, records.size());
        if (is_new) {
            records.push_back(record);
        } else {
            records[place->second] = record;
        }
    }
    return records;
}

template <class Record>
void sort_by_id(std::vector<Record>& records) {
    std::sort(records.begin(), records.end(),
              [](const Record& a, const Record& b) { return id_of(a) < id_of(b); });
}

}  // namespace

std::vector<CatalogueRecord> records_of(const catalog::CatalogChange& change,
                                        std::int64_t revision) {
    std::vector<CatalogueRecord> records;
    records.reserve(change.movies.size() + change.seat_maps.size() + change.auditoriums.size() +
                    change.showtimes.size());
    put_records(records, "movies", change.movies, revision);
    put_records(records, "seatmaps", change.seat_maps, revision);
    put_records(records, "auditoriums", change.auditoriums, revision);
    put_records(records, "showtimes", change.showtimes, revision);
    return records;
}

void read_record(std::string_view collection, Fields& record, catalog::CatalogChange& change) {
    if (collection == "movies") {
        change.movies.push_back(read_movie(record));
    } else if (collection == "seatmaps") {
        change.seat_maps.push_back(read_seat_map(record));
    } else if (collection == "auditoriums") {
        change.auditoriums.push_back(read_auditorium(record));
    } else if (collection == "showtimes") {
        change.showtimes.push_back(read_showtime(record));
    } else {
        record.fail("_id", "a record of no collection of the catalogue");
    }
}

catalog::CatalogChange with_first_dates(const catalog::CatalogSnapshot& base,
                                        catalog::CatalogChange change) {
    for (domain::Movie& movie : change.movies) {
        if (const auto* known = base.movie(movie.id)) movie.created_at = known->created_at;
    }
    return change;
}

catalog::CatalogSnapshot::Parts merged(const catalog::CatalogSnapshot& base,
                                       const catalog::CatalogChange& change,
                                       std::int64_t revision) {
    catalog::CatalogSnapshot::Parts parts{
        .movies = merged_records(base.movies(), change.movies),
        .auditoriums = merged_records(base.auditoriums(), change.auditoriums),
        .seat_maps = merged_records(base.seat_maps(), change.seat_maps),
        .showtimes = merged_records(base.showtimes(), change.showtimes),
        .revision = revision};
    // The snapshot sorts the others. However they were loaded, they shall stand in one order.
    sort_by_id(parts.auditoriums);
    sort_by_id(parts.seat_maps);
    return parts;
}

}  // namespace cinema::cluster::mongo
