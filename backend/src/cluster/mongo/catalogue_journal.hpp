#pragma once

#include <functional>
#include <optional>
#include <span>

#include "cluster/mongo/catalogue_records.hpp"
#include "cluster/mongo/client.hpp"

/// How an import becomes visible as a whole although only single documents change atomically, and
/// although importers may race and die between any two writes. A redo log:
///
///   catalogue_state    {_id: "catalogue", revision, import, unfinished_records?}
///   catalogue_imports  {import, base_revision, collection, record}, empty but for what follows
///
/// 1. *prepare*: all records of the import are written to catalogue_imports, where nobody looks.
/// 2. *publish*: one compare-and-set of catalogue_state, `revision` base → base + 1 if no import
///    is unfinished, with the import's id and the number of its records as `unfinished_records`.
///    This is the moment the import is there. Of several importers with one base, one succeeds.
/// 3. *finish*: each record is put into its collection, if the one there has an older `revision`;
///    then `unfinished_records` is taken away, and then whatever is in catalogue_imports with a
///    base older than the revision.
///
/// Readers take the state, the collections, the records of an unfinished import in place of those
/// in the collections, and the state again: if it is no longer the same they start over. So they
/// have all of an import or nothing, whatever of step 3 is done. That is enough, because:
/// - The collections change only in step 3, and records of revision r are complete there before
///   `unfinished_records` goes away, hence before r + 1 can be published. A state that was the
///   same before and after means that only records of its own unfinished import may have come
///   in between, and these the reader has anyway.
/// - Step 3 may be done by anybody, by many at once, and again: a late writer finds a record with
///   the same revision or a newer one, and does nothing. So a dead importer blocks nobody: the
///   next import finishes it first, and so does the second refresh that meets it.
/// - Left over in catalogue_imports by whoever died or lost before or in step 2 is what can never
///   be published: its base is not the revision any more. Step 3 of the next import removes it.
///   No clock is asked.
namespace cinema::cluster::mongo {

/// catalogue_state. All zero while there has been no import.
struct CatalogueState {
    std::int64_t revision = 0;
    domain::ObjectId import{};                       ///< the one that made this revision
    std::optional<std::int64_t> unfinished_records;  ///< there until step 3 is done

    bool operator==(const CatalogueState&) const = default;
};

struct CatalogueJournalOptions {
    /// Records in one write, which has to end within the connection's time-outs.
    std::size_t batch_records = 500;
    /// For tests: called before each write; if it throws, the importer has died there.
    std::function<void()> before_write;
};

/// The steps above. Any thread. Errors of every call: unavailable (what was to be written may or
/// may not have been). Throws std::runtime_error for damaged data.
class CatalogueJournal {
  public:
    CatalogueJournal(Mongo& mongo, CatalogueJournalOptions options);

    /// One round trip.
    Result<CatalogueState> state();
    /// All records newer than `revision`, as of `state`: what an unfinished import has included.
    /// Only good if the state is the same afterwards. Everything for revision 0.
    Result<catalog::CatalogChange> newer_than(std::int64_t revision, const CatalogueState& state);

    Result<void> prepare(const domain::ObjectId& import, std::int64_t base_revision,
                         const std::vector<CatalogueRecord>& records);
    /// False when the catalogue is no longer at the base, or an import is unfinished.
    Result<bool> publish(const domain::ObjectId& import, std::int64_t base_revision,
                         std::size_t records);
    /// `state` must be unfinished.
    Result<void> finish(const CatalogueState& state);
    /// Removes the records of an import that can no longer be published.
    Result<void> forget(const domain::ObjectId& import);

  private:
    Result<std::size_t> read_import(const domain::ObjectId& import, catalog::CatalogChange& change);
    Result<void> put(std::span<const CatalogueRecord> records, std::int64_t revision);
    Result<void> clear(const CatalogueState& state);
    Result<Written> write(const Operation& operation, Document& command);

    Mongo& mongo_;
    const CatalogueJournalOptions options_;
    const Operation read_state_, read_records_, read_import_, prepare_, publish_, put_, clear_,
        forget_;
};

}  // namespace cinema::cluster::mongo
