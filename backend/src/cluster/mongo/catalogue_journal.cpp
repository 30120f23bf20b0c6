#include "cluster/mongo/catalogue_journal.hpp"

#include <stdexcept>

#include "domain/ensure.hpp"

namespace cinema::cluster::mongo {

namespace {

constexpr std::string_view kState = "catalogue_state";
constexpr std::string_view kImports = "catalogue_imports";
constexpr std::string_view kStateId = "catalogue";

/// Of the records in one write. A command may have 16 MiB, and a large room's seat map has 50 KiB.
constexpr std::size_t kBatchBytesMax = 4'000'000;

Document find_newer(std::string_view collection, std::int64_t revision) {
    Document command = Mongo::command("find", collection);
    command
        .object("filter",
                [&](Writer& filter) {
                    filter.object("revision", [&](Writer& range) { range.add("$gt", revision); });
                })
        .add("batchSize", kBatchDocuments);
    return command;
}

/// Puts the record where it belongs, unless what is there is as new: then the filter misses and
/// the insertion fails on the id.
void write_put(Writer& statement, const CatalogueRecord& record, std::int64_t revision) {
    statement.object("q", [&](Writer& filter) {
        filter.add("_id", record.id).object("revision", [&](Writer& range) {
            range.add("$lt", revision);
        });
    });
    statement.add("u", record.document).add("upsert", true);
}

/// How many records from the first on go into one write: to one collection if that is asked.
std::size_t batch_length(std::span<const CatalogueRecord> records, std::size_t records_max,
                         bool one_collection) {
    std::size_t count = 0;
    std::size_t bytes = 0;
    while (count < records.size() && count < records_max) {
        const CatalogueRecord& record = records[count];
        if (one_collection && record.collection != records.front().collection) break;
        bytes += record.document.bson()->len;
        if (count > 0 && bytes > kBatchBytesMax) break;
        ++count;
    }
    return count;
}

Document delete_imports(const std::function<void(Writer&)>& filter) {
    Document command = Mongo::command("delete", kImports);
    command.array("deletes", [&](ArrayWriter& deletes) {
        deletes.object([&](Writer& statement) { statement.object("q", filter).add("limit", 0); });
    });
    return command;
}

}  // namespace

CatalogueJournal::CatalogueJournal(Mongo& mongo, CatalogueJournalOptions options)
    : mongo_(mongo),
      options_(std::move(options)),
      read_state_(mongo.operation("catalogue.read_state")),
      read_records_(mongo.operation("catalogue.read_records")),
      read_import_(mongo.operation("catalogue.read_import")),
      prepare_(mongo.operation("catalogue.prepare")),
      publish_(mongo.operation("catalogue.publish")),
      put_(mongo.operation("catalogue.put")),
      clear_(mongo.operation("catalogue.clear")),
      forget_(mongo.operation("catalogue.forget")) {}

Result<Written> CatalogueJournal::write(const Operation& operation, Document& command) {
    if (options_.before_write) options_.before_write();
    return mongo_.write(operation, command);
}

Result<CatalogueState> CatalogueJournal::state() {
    Document command = Mongo::command("find", kState);
    command.object("filter", [](Writer& filter) { filter.add("_id", kStateId); });
    limit_to(command, 1);
    auto reply = mongo_.read(read_state_, command);
    if (!reply) return std::unexpected(std::move(reply.error()));
    CatalogueState state;
    each_in(*reply, kState, [&](Fields& fields) {
        state.revision = fields.integer("revision");
        state.import = fields.object_id("import");
        if (fields.has("unfinished_records")) {
            state.unfinished_records = fields.integer("unfinished_records");
        }
    });
    return state;
}

Result<catalog::CatalogChange> CatalogueJournal::newer_than(std::int64_t revision,
                                                            const CatalogueState& state) {
    catalog::CatalogChange change;
    for (const std::string_view collection : kCatalogueCollections) {
        Document command = find_newer(collection, revision);
        auto read = mongo_.each(read_records_, collection, command,
                                [&](Fields& record) { read_record(collection, record, change); });
        if (!read) return std::unexpected(std::move(read.error()));
    }
    if (state.unfinished_records) {
        // Last, so that they take the place of what is in the collections.
        auto read = read_import(state.import, change);
        if (!read) return std::unexpected(std::move(read.error()));
    }
    return change;
}

Result<std::size_t> CatalogueJournal::read_import(const domain::ObjectId& import,
                                                  catalog::CatalogChange& change) {
    Document command = Mongo::command("find", kImports);
    command.object("filter", [&](Writer& filter) { filter.add("import", import); })
        .add("batchSize", kBatchDocuments);
    std::size_t records = 0;
    auto read = mongo_.each(read_import_, kImports, command, [&](Fields& entry) {
        const std::string_view collection = entry.text("collection");
        Fields record = entry.object("record");
        read_record(collection, record, change);
        ++records;
    });
    if (!read) return std::unexpected(std::move(read.error()));
    return records;
}

Result<void> CatalogueJournal::prepare(const domain::ObjectId& import, std::int64_t base_revision,
                                       const std::vector<CatalogueRecord>& records) {
    std::span<const CatalogueRecord> rest(records);
    while (!rest.empty()) {
        const auto batch = rest.first(batch_length(rest, options_.batch_records, false));
        rest = rest.subspan(batch.size());
        Document command = Mongo::command("insert", kImports);
        command.add("ordered", false).array("documents", [&](ArrayWriter& documents) {
            for (const CatalogueRecord& record : batch) {
                documents.object([&](Writer& entry) {
                    entry.add("import", import)
                        .add("base_revision", base_revision)
                        .add("collection", record.collection)
                        .add("record", record.document);
                });
            }
        });
        if (auto written = write(prepare_, command); !written) {
            return std::unexpected(std::move(written.error()));
        }
    }
    return {};
}

Result<bool> CatalogueJournal::publish(const domain::ObjectId& import, std::int64_t base_revision,
                                       std::size_t records) {
    Document command = Mongo::command("update", kState);
    command.array("updates", [&](ArrayWriter& updates) {
        updates.object([&](Writer& statement) {
            statement.object("q", [&](Writer& filter) {
                filter.add("_id", kStateId).add("revision", base_revision);
                filter.object("unfinished_records",
                              [](Writer& none) { none.add("$exists", false); });
            });
            statement.object("u", [&](Writer& change) {
                change.object("$set", [&](Writer& fields) {
                    fields.add("revision", base_revision + 1)
                        .add("import", import)
                        .add("unfinished_records", records);
                });
            });
            // The first import makes the state; of two first ones, one fails on its id.
            if (base_revision == 0) statement.add("upsert", true);
        });
    });
    auto written = write(publish_, command);
    if (!written) return std::unexpected(std::move(written.error()));
    return written->count == 1;
}

Result<void> CatalogueJournal::finish(const CatalogueState& state) {
    domain::ensure(state.unfinished_records.has_value(), "only an unfinished import is finished");
    catalog::CatalogChange change;
    auto found = read_import(state.import, change);
    if (!found) return std::unexpected(std::move(found.error()));
    if (*found < static_cast<std::size_t>(*state.unfinished_records)) {
        // Somebody else has finished it in the meantime, and is removing or has removed these.
        auto now = this->state();
        if (!now) return std::unexpected(std::move(now.error()));
        if (*now == state) {
            throw std::runtime_error("catalogue_imports: records of an import are missing");
        }
        return {};
    }
    const auto records = records_of(change, state.revision);
    std::span<const CatalogueRecord> rest(records);
    while (!rest.empty()) {
        const auto batch = rest.first(batch_length(rest, options_.batch_records, true));
        rest = rest.subspan(batch.size());
        if (auto there = put(batch, state.revision); !there) return there;
    }
    return clear(state);
}

Result<void> CatalogueJournal::put(std::span<const CatalogueRecord> records,
                                   std::int64_t revision) {
    Document command = Mongo::command("update", records.front().collection);
    command.add("ordered", false).array("updates", [&](ArrayWriter& updates) {
        for (const CatalogueRecord& record : records) {
            updates.object([&](Writer& statement) { write_put(statement, record, revision); });
        }
    });
    // A duplicate id says that the record is there already: the only unique index is that by id.
    if (auto written = write(put_, command); !written) {
        return std::unexpected(std::move(written.error()));
    }
    return {};
}

Result<void> CatalogueJournal::clear(const CatalogueState& state) {
    Document command = Mongo::command("update", kState);
    command.array("updates", [&](ArrayWriter& updates) {
        updates.object([&](Writer& statement) {
            statement.object("q", [&](Writer& filter) {
                filter.add("_id", kStateId)
                    .add("revision", state.revision)
                    .add("import", state.import);
            });
            statement.object("u", [](Writer& change) {
                change.object("$unset",
                              [](Writer& fields) { fields.add("unfinished_records", ""); });
            });
        });
    });
    if (auto written = write(clear_, command); !written) {
        return std::unexpected(std::move(written.error()));
    }
    Document remove = delete_imports([&](Writer& filter) {
        filter.object("base_revision", [&](Writer& range) { range.add("$lt", state.revision); });
    });
    if (auto removed = write(forget_, remove); !removed) {
        return std::unexpected(std::move(removed.error()));
    }
    return {};
}

Result<void> CatalogueJournal::forget(const domain::ObjectId& import) {
    Document remove = delete_imports([&](Writer& filter) { filter.add("import", import); });
    if (auto removed = write(forget_, remove); !removed) {
        return std::unexpected(std::move(removed.error()));
    }
    return {};
}

}  // namespace cinema::cluster::mongo
