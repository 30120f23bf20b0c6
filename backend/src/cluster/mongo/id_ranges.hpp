#pragma once

#include <optional>

#include "booking/booking_queries.hpp"
#include "cluster/mongo/bson.hpp"

/// Lists are newest first by `_id`, and a range of time is a range of ids, because ids begin with
/// the second they were made in.
namespace cinema::cluster::mongo {

/// What restricts a list by time and page.
struct IdRange {
    std::optional<domain::ObjectId> is = std::nullopt;             ///< this id only
    std::optional<domain::ObjectId> before = std::nullopt;         ///< exclusive
    std::optional<domain::ObjectId> after = std::nullopt;          ///< exclusive
    std::optional<domain::UtcTime> created_from = std::nullopt;    ///< inclusive
    std::optional<domain::UtcTime> created_before = std::nullopt;  ///< exclusive
};

/// Adds the conditions on `_id` and `created_at`. The ids' range is wider than the times' by two
/// seconds, as an id is made shortly before or after the time that is stored with it.
void add_id_range(Writer& filter, const IdRange& range);

/// A find's order and bound (limit_to). The limit must not be 0, which MongoDB takes for none.
void add_newest_first(Document& command, std::size_t limit);

}  // namespace cinema::cluster::mongo
