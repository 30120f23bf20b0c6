#pragma once

#include "booking/booking_queries.hpp"
#include "catalog/catalog.hpp"
#include "cluster/mongo/client.hpp"

namespace cinema::cluster::mongo {

/// Text anywhere in a text, in any case of ASCII letters and with no other sign of its own, as a
/// regular expression. (The option `i` would fold all of Unicode's letters.)
std::string regex_of(std::string_view text);

/// The same without a database.
bool contains_text(std::string_view whole, std::string_view part);

/// The box office's search. MongoDB knows the bookings and the accounts; films and showtimes are
/// the catalogue's, in memory. Any thread; blocks.
class BookingSearch {
  public:
    /// `users_per_query` bounds how many of the accounts whose name fits go into one query.
    BookingSearch(Mongo& mongo, catalog::Catalog& catalog, std::size_t users_per_query = 5'000);

    /// A page of what BookingQueries::search tells. Two round trips, one more for a film or a text
    /// (is the catalogue still the same?), one more for a text, and one for each further
    /// `users_per_query` accounts that it fits.
    Result<std::vector<booking::BookingRow>> run(const booking::BookingFilter& filter,
                                                 const booking::PageRequest& page);

  private:
    using Bookings = std::vector<domain::Booking>;

    Result<Bookings> find_text(const booking::BookingFilter& filter,
                               const booking::PageRequest& page);
    Result<std::vector<domain::UserId>> users_with(const booking::BookingFilter& filter);
    /// `alternatives(ArrayWriter&)` writes conditions of which one must hold; none if empty.
    Result<Bookings> find(const booking::BookingFilter& filter, const booking::PageRequest& page,
                          const std::optional<domain::ObjectId>& after,
                          const std::function<void(ArrayWriter&)>& alternatives);
    Result<std::vector<booking::BookingRow>> with_names(Bookings bookings);
    Result<std::shared_ptr<const catalog::CatalogSnapshot>> catalogue_of(const Bookings& bookings);

    Mongo& mongo_;
    catalog::Catalog& catalog_;
    const std::size_t users_per_query_;
    const Operation find_, find_users_, find_names_;
};

}  // namespace cinema::cluster::mongo
