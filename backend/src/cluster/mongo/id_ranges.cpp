#include "cluster/mongo/id_ranges.hpp"

#include <algorithm>
#include <limits>

#include "cluster/mongo/client.hpp"
#include "domain/ensure.hpp"

namespace cinema::cluster::mongo {

namespace {

domain::ObjectId smallest_id_of(domain::UtcTime time, std::chrono::seconds shift) {
    const std::int64_t seconds = std::clamp<std::int64_t>(
        std::chrono::floor<std::chrono::seconds>(time + shift).time_since_epoch().count(), 0,
        std::numeric_limits<std::uint32_t>::max());
    domain::ObjectId id;
    for (int i = 0; i < 4; ++i) {
        id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
    }
    return id;
}

}  // namespace

void add_id_range(Writer& filter, const IdRange& range) {
    const auto& [is, before, after, from, until] = range;
    if (is || before || after || from || until) {
        filter.object("_id", [&](Writer& ids) {
            ids.add("$eq", is).add("$lt", before).add("$gt", after);
            if (from) ids.add("$gte", smallest_id_of(*from, std::chrono::seconds{-2}));
            if (until) ids.add("$lte", smallest_id_of(*until, std::chrono::seconds{3}));
        });
    }
    if (from || until) {
        filter.object("created_at",
                      [&](Writer& times) { times.add("$gte", from).add("$lt", until); });
    }
}

void add_newest_first(Document& command, std::size_t limit) {
    domain::ensure(limit > 0, "a list has a limit");
    command.object("sort", [](Writer& order) { order.add("_id", -1); });
    limit_to(command, limit);
}

}  // namespace cinema::cluster::mongo
