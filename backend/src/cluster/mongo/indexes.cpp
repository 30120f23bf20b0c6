#include "cluster/mongo/indexes.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <string_view>

namespace cinema::cluster::mongo {

namespace {

/// Sparse: documents without the field are not in it.
enum class IndexKind { plain, sparse, unique, unique_sparse };

struct IndexSpec {
    std::string_view collection;
    std::array<std::string_view, 2> fields;  ///< the second may be empty
    IndexKind kind = IndexKind::plain;
};

/// In the order of the collections.
constexpr IndexSpec kIndexes[] = {
    {"bookings", {"user_id", "_id"}},
    {"bookings", {"showtime_id", "_id"}},
    {"bookings", {"status", "lock_expires_at"}},
    {"bookings", {"status", "updated_at"}},
    {"bookings", {"code"}},
    {"bookings", {"hold_key"}, IndexKind::unique_sparse},
    {"bookings", {"outbox_since"}, IndexKind::sparse},
    {"bookings", {"unfinished_since"}, IndexKind::sparse},
    // What no defect of the booking steps can get around: one record a seat and showtime.
    {"seat_reservations", {"showtime_id", "seat_code"}, IndexKind::unique},
    {"seat_reservations", {"showtime_id", "state"}},
    {"seat_reservations", {"lock_expires_at"}, IndexKind::sparse},
    {"payments", {"booking_id"}, IndexKind::unique},
    {"payments", {"unsettled_since"}, IndexKind::sparse},
    {"audit_logs", {"event_id"}, IndexKind::unique},
    {"audit_logs", {"booking_id", "_id"}},
    {"audit_logs", {"user_id", "_id"}},
    {"audit_logs", {"event_type", "_id"}},
    {"users", {"email"}, IndexKind::unique},
    {"movies", {"revision"}},
    {"auditoriums", {"revision"}},
    {"seatmaps", {"revision"}},
    {"showtimes", {"revision"}},
    {"catalogue_imports", {"import"}},
};

std::string name_of(const IndexSpec& index) {
    if (index.fields[1].empty()) return std::string(index.fields[0]);
    return fmt::format("{}_{}", index.fields[0], index.fields[1]);
}

void write_index(Writer& out, const IndexSpec& index) {
    out.object("key", [&](Writer& key) {
        for (const std::string_view field : index.fields) {
            if (!field.empty()) key.add(field, 1);
        }
    });
    out.add("name", name_of(index));
    if (index.kind == IndexKind::unique || index.kind == IndexKind::unique_sparse) {
        out.add("unique", true);
    }
    if (index.kind == IndexKind::sparse || index.kind == IndexKind::unique_sparse) {
        out.add("sparse", true);
    }
}

std::string unique_ones_of(std::span<const IndexSpec> indexes) {
    std::string names;
    for (const IndexSpec& index : indexes) {
        if (index.kind == IndexKind::plain || index.kind == IndexKind::sparse) continue;
        if (!names.empty()) names += " or ";
        names += index.fields[0];
        if (!index.fields[1].empty()) names += fmt::format(" and {}", index.fields[1]);
    }
    return names;
}

/// Those of one collection.
Result<void> make_indexes(Mongo& mongo, const Operation& operation,
                          std::span<const IndexSpec> indexes) {
    Document command = Mongo::command("createIndexes", indexes.front().collection);
    command.array("indexes", [&](ArrayWriter& list) {
        for (const IndexSpec& index : indexes) {
            list.object([&](Writer& out) { write_index(out, index); });
        }
    });
    try {
        const auto made = mongo.run(operation, command);
        if (!made) return std::unexpected(made.error());
        return {};
    } catch (const Refused& refused) {
        if (refused.code() != kDuplicateKeyCode) throw;
        throw std::runtime_error(fmt::format(
            "MongoDB's collection {}.{} has documents with the same {}, which must be unique; "
            "remove those that should not be there and start again",
            mongo.database(), indexes.front().collection, unique_ones_of(indexes)));
    }
}

}  // namespace

Result<void> ensure_indexes(Mongo& mongo) {
    const Operation operation = mongo.operation("indexes.ensure");
    std::span<const IndexSpec> rest(kIndexes);
    while (!rest.empty()) {
        std::size_t count = 1;
        while (count < rest.size() && rest[count].collection == rest.front().collection) ++count;
        auto made = make_indexes(mongo, operation, rest.first(count));
        if (!made) return made;
        rest = rest.subspan(count);
    }
    return {};
}

}  // namespace cinema::cluster::mongo
