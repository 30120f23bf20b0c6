#include "embedded/catalog_records.hpp"

#include <boost/json.hpp>

#include "embedded/encoding.hpp"

namespace cinema::embedded {

namespace {

namespace json = boost::json;

const Sql kReadRevision{"SELECT revision FROM catalogue_state WHERE id = 1"};
const Sql kRaiseRevision{"UPDATE catalogue_state SET revision = revision + 1 WHERE id = 1"};

const Sql kReadMovies{
    "SELECT id, key, title, duration_min, rating, genres, synopsis, release_date, poster_url, "
    "created_at FROM movies"};
const Sql kReadSeatMaps{"SELECT id, curve_percent, seats FROM seatmaps"};
const Sql kReadAuditoriums{"SELECT id, key, name, seatmap_id FROM auditoriums"};
const Sql kReadShowtimes{
    "SELECT id, movie_id, auditorium_id, seatmap_id, start_time, end_time, prices, currency "
    "FROM showtimes"};

const Sql kPutMovie{
    "INSERT INTO movies (id, key, title, duration_min, rating, genres, synopsis, release_date, "
    "poster_url, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
    "ON CONFLICT (id) DO UPDATE SET key = ?2, title = ?3, duration_min = ?4, rating = ?5, "
    "genres = ?6, synopsis = ?7, release_date = ?8, poster_url = ?9"};
const Sql kInsertSeatMap{"INSERT INTO seatmaps (id, curve_percent, seats) VALUES (?1, ?2, ?3)"};
const Sql kPutAuditorium{
    "INSERT INTO auditoriums (id, key, name, seatmap_id) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (id) DO UPDATE SET key = ?2, name = ?3, seatmap_id = ?4"};
const Sql kPutShowtime{
    "INSERT INTO showtimes (id, movie_id, auditorium_id, seatmap_id, start_time, end_time, "
    "prices, currency) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
    "ON CONFLICT (id) DO UPDATE SET movie_id = ?2, auditorium_id = ?3, seatmap_id = ?4, "
    "start_time = ?5, end_time = ?6, prices = ?7, currency = ?8"};

json::value parse_column(std::string_view text) {
    json::error_code error;
    auto value = json::parse(json::string_view(text), error);
    if (error) throw_damaged_value(text);
    return value;
}

std::string seats_to_column(const domain::SeatMap& map) {
    json::array seats;
    seats.reserve(map.seats().size());
    for (const domain::Seat& seat : map.seats()) {
        const auto category = domain::word(seat.category);
        seats.push_back(json::array{seat.code, seat.row, seat.number,
                                    json::string_view(category.data(), category.size()),
                                    seat.column, seat.y});
    }
    return json::serialize(seats);
}

std::vector<domain::Seat> seats_from_column(std::string_view text) {
    std::vector<domain::Seat> seats;
    try {
        const json::value list = parse_column(text);
        for (const json::value& item : list.as_array()) {
            const json::array& seat = item.as_array();
            const json::string& category = seat.at(3).as_string();
            seats.push_back({.code = std::string(seat.at(0).as_string()),
                             .row = std::string(seat.at(1).as_string()),
                             .number = seat.at(2).to_number<int>(),
                             .category = word_from_column<domain::SeatCategory>(
                                 {category.data(), category.size()}),
                             .column = seat.at(4).to_number<int>(),
                             .y = seat.at(5).to_number<int>()});
        }
    } catch (const SqliteError&) {
        throw;
    } catch (const std::exception&) {
        throw_damaged_value(text);  // an element is missing or of another type
    }
    return seats;
}

std::string prices_to_column(const domain::Prices& prices) {
    json::object object;
    for (int i = 0; i < domain::kSeatCategoryCount; ++i) {
        const auto& price = prices[static_cast<std::size_t>(i)];
        if (!price) continue;
        const auto category = domain::word(static_cast<domain::SeatCategory>(i));
        object.emplace(json::string_view(category.data(), category.size()), *price);
    }
    return json::serialize(object);
}

domain::Prices prices_from_column(std::string_view text) {
    const json::value value = parse_column(text);
    if (!value.is_object()) throw_damaged_value(text);
    domain::Prices prices;
    for (const auto& [name, price] : value.get_object()) {
        if (!price.is_int64()) throw_damaged_value(text);
        const auto category = word_from_column<domain::SeatCategory>({name.data(), name.size()});
        prices[static_cast<std::size_t>(category)] = price.get_int64();
    }
    return prices;
}

void read_movies(Connection& db, catalog::CatalogSnapshot::Parts& parts) {
    Query query = db.query(kReadMovies);
    while (query.next()) {
        parts.movies.push_back({.id = query.id<domain::MovieId>(0),
                                .key = std::string(query.text(1)),
                                .title = std::string(query.text(2)),
                                .duration_min = static_cast<int>(query.integer(3)),
                                .rating = std::string(query.text(4)),
                                .genres = list_from_json(query.text(5)),
                                .synopsis = std::string(query.text(6)),
                                .release_date = std::string(query.text(7)),
                                .poster_url = std::string(query.text(8)),
                                .created_at = query.time(9)});
    }
}

void read_rooms(Connection& db, catalog::CatalogSnapshot::Parts& parts) {
    Query maps = db.query(kReadSeatMaps);
    while (maps.next()) {
        parts.seat_maps.push_back(std::make_shared<domain::SeatMap>(
            maps.id<domain::SeatMapId>(0), seats_from_column(maps.text(2)),
            static_cast<int>(maps.integer(1))));
    }
    Query rooms = db.query(kReadAuditoriums);
    while (rooms.next()) {
        parts.auditoriums.push_back({.id = rooms.id<domain::AuditoriumId>(0),
                                     .key = std::string(rooms.text(1)),
                                     .name = std::string(rooms.text(2)),
                                     .seatmap_id = rooms.id<domain::SeatMapId>(3)});
    }
}

void read_showtimes(Connection& db, catalog::CatalogSnapshot::Parts& parts) {
    Query query = db.query(kReadShowtimes);
    while (query.next()) {
        parts.showtimes.push_back({.id = query.id<domain::ShowtimeId>(0),
                                   .movie_id = query.id<domain::MovieId>(1),
                                   .auditorium_id = query.id<domain::AuditoriumId>(2),
                                   .seatmap_id = query.id<domain::SeatMapId>(3),
                                   .start_time = query.time(4),
                                   .end_time = query.time(5),
                                   .prices = prices_from_column(query.text(6)),
                                   .currency = std::string(query.text(7))});
    }
}

}  // namespace

std::int64_t read_catalogue_revision(Connection& db) {
    Query query = db.query(kReadRevision);
    if (!query.next()) throw_damaged_value("no catalogue revision");
    return query.integer(0);
}

std::shared_ptr<const catalog::CatalogSnapshot> read_catalogue(Connection& db) {
    catalog::CatalogSnapshot::Parts parts;
    ReadTransaction transaction(db);
    parts.revision = read_catalogue_revision(db);
    read_movies(db, parts);
    read_rooms(db, parts);
    read_showtimes(db, parts);
    return std::make_shared<const catalog::CatalogSnapshot>(std::move(parts));
}

void write_catalogue_change(Connection& db, const catalog::CatalogChange& change) {
    for (const auto& movie : change.movies) {
        const std::string genres = list_to_json(movie.genres);
        db.execute(kPutMovie, movie.id, movie.key, movie.title, movie.duration_min, movie.rating,
                   genres, movie.synopsis, movie.release_date, movie.poster_url, movie.created_at);
    }
    for (const auto& map : change.seat_maps) {
        const auto id = map->id();
        const std::string seats = seats_to_column(*map);
        db.execute(kInsertSeatMap, id, map->curve_percent(), seats);
    }
    for (const auto& room : change.auditoriums) {
        db.execute(kPutAuditorium, room.id, room.key, room.name, room.seatmap_id);
    }
    for (const auto& showtime : change.showtimes) {
        const std::string prices = prices_to_column(showtime.prices);
        db.execute(kPutShowtime, showtime.id, showtime.movie_id, showtime.auditorium_id,
                   showtime.seatmap_id, showtime.start_time, showtime.end_time, prices,
                   showtime.currency);
    }
    db.execute(kRaiseRevision);
}

}  // namespace cinema::embedded
