#include "cluster/mongo/booking_documents.hpp"

#include <algorithm>
#include <unordered_set>

#include "cluster/mongo/blocking.hpp"
#include "cluster/mongo/booking_fields.hpp"
#include "domain/ensure.hpp"

namespace cinema::cluster::mongo {

namespace {

/// What every change of a booking does: the next revision, the time, and its events pushed.
/// `$min`, because the outbox may hold an older event still.
void change_with_events(Writer& update, domain::UtcTime now, std::span<const OutboxEntry> events) {
    update.object("$inc", [](Writer& by) { by.add("revision", 1); });
    if (events.empty()) return;
    update.object("$min", [&](Writer& earliest) { earliest.add("outbox_since", now); });
    update.object("$push", [&](Writer& push) {
        push.object("outbox", [&](Writer& outbox) {
            outbox.array("$each", [&](ArrayWriter& entries) {
                for (const OutboxEntry& event : events) {
                    entries.object([&](Writer& fields) { write_outbox_entry(fields, event); });
                }
            });
        });
    });
}

/// One of the bookings that a find answered with.
std::optional<BookingDocument> booking_in(const Document& reply, domain::BookingId id) {
    std::optional<BookingDocument> found;
    each_in(reply, kBookings, [&](Fields& fields) {
        if (fields.id<domain::BookingId>("_id") == id) found = read_booking_document(fields);
    });
    return found;
}

}  // namespace

MongoBookings::MongoBookings(Mongo& mongo)
    : mongo_(mongo),
      find_(mongo.operation("bookings.find")),
      find_by_hold_key_(mongo.operation("bookings.find_by_hold_key")),
      missing_(mongo.operation("bookings.missing")),
      insert_(mongo.operation("bookings.insert")),
      note_payment_(mongo.operation("bookings.note_payment")),
      mark_booked_(mongo.operation("bookings.mark_booked")),
      mark_ended_(mongo.operation("bookings.mark_ended")),
      unfinished_(mongo.operation("bookings.unfinished")),
      mark_finished_(mongo.operation("bookings.mark_finished")),
      with_outbox_(mongo.operation("bookings.with_outbox")),
      with_old_outbox_(mongo.operation("bookings.with_old_outbox")),
      clear_outbox_(mongo.operation("bookings.clear_outbox")),
      finds_([this](const auto& ids) { return answer_all(find_together(ids), ids.size()); }),
      inserts_([this](const auto& documents) {
          return answer_each(insert_together(documents), documents.size());
      }),
      payments_noted_([this](const auto& sales) { return sell(note_payment_, sales); }),
      booked_([this](const auto& sales) { return sell(mark_booked_, sales); }) {}

Result<std::vector<BookingDocument>> MongoBookings::all(const Operation& operation,
                                                        Document& find) {
    const auto reply = mongo_.read(operation, find);
    if (!reply) return std::unexpected(reply.error());
    std::vector<BookingDocument> documents;
    each_in(*reply, kBookings,
            [&](Fields& fields) { documents.push_back(read_booking_document(fields)); });
    return documents;
}

Result<std::optional<BookingDocument>> MongoBookings::first(const Operation& operation,
                                                            Document& find) {
    limit_to(find, 1);
    auto documents = all(operation, find);
    if (!documents) return std::unexpected(std::move(documents.error()));
    if (documents->empty()) return std::nullopt;
    return std::move(documents->front());
}

Awaitable<Result<std::optional<BookingDocument>>> MongoBookings::find(domain::BookingId id) {
    const auto reply = co_await finds_(id);
    if (!reply) co_return std::unexpected(reply.error());
    co_return booking_in(**reply, id);
}

Result<std::shared_ptr<const Document>> MongoBookings::find_together(
    std::span<const domain::BookingId> ids) {
    Document find = Mongo::command("find", kBookings);
    find.object("filter", [&](Writer& filter) {
        filter.object("_id", [&](Writer& id) { id.add("$in", ids); });
    });
    limit_to(find, ids.size());
    auto reply = mongo_.read(find_, find);
    if (!reply) return std::unexpected(std::move(reply.error()));
    return std::make_shared<const Document>(std::move(*reply));
}

Awaitable<Result<std::optional<BookingDocument>>> MongoBookings::find_by_hold_key(
    std::string hold_key) {
    return blocking(
        [this, hold_key = std::move(hold_key)]() -> Result<std::optional<BookingDocument>> {
            Document find = Mongo::command("find", kBookings);
            find.object("filter", [&](Writer& filter) { filter.add("hold_key", hold_key); });
            return first(find_by_hold_key_, find);
        });
}

Awaitable<Result<std::vector<domain::BookingId>>> MongoBookings::missing(
    std::vector<domain::BookingId> ids) {
    return blocking(
        [this, ids = std::move(ids)]() mutable -> Result<std::vector<domain::BookingId>> {
            if (ids.empty()) return std::move(ids);
            Document find = Mongo::command("find", kBookings);
            find.object("filter", [&](Writer& filter) {
                filter.object("_id", [&](Writer& id) { id.add("$in", ids); });
            });
            find.object("projection", [](Writer& fields) { fields.add("_id", 1); });
            limit_to(find, ids.size());
            const auto reply = mongo_.read(missing_, find);
            if (!reply) return std::unexpected(reply.error());
            std::unordered_set<domain::BookingId> found;
            each_in(*reply, kBookings,
                    [&](Fields& fields) { found.insert(fields.id<domain::BookingId>("_id")); });
            std::erase_if(ids, [&](const domain::BookingId& id) { return found.contains(id); });
            return std::move(ids);
        });
}

Awaitable<Result<InsertOutcome>> MongoBookings::insert(BookingDocument document) {
    domain::ensure(document.seat_versions.size() == document.booking.seats.size(),
                   "a booking has a version for each of its seats");
    return inserts_(std::move(document));
}

Result<std::vector<InsertOutcome>> MongoBookings::insert_together(
    std::span<const BookingDocument> documents) {
    Document insert = Mongo::command("insert", kBookings);
    insert.array("documents", [&](ArrayWriter& all) {
        for (const BookingDocument& document : documents) {
            all.object([&](Writer& fields) { write_booking_document(fields, document); });
        }
    });
    insert.add("ordered", false);
    const auto written = mongo_.write(insert_, insert);
    if (!written) return std::unexpected(written.error());
    std::vector<InsertOutcome> outcomes(documents.size(), InsertOutcome::inserted);
    for (const auto& duplicate : written->duplicates) {
        outcomes.at(duplicate.statement) =
            duplicate.index_name == "hold_key" ? InsertOutcome::key_taken : InsertOutcome::id_taken;
    }
    return outcomes;
}

Result<std::optional<BookingDocument>> MongoBookings::change(const Operation& operation,
                                                             Document& command) {
    command.add("new", true);
    const auto reply = mongo_.find_and_modify(operation, command);
    if (!reply) return std::unexpected(reply.error());
    domain::ensure(reply->has_value(), "no change of a booking meets a unique index");
    auto value = value_of(**reply, kBookings);
    if (!value) return std::nullopt;
    return read_booking_document(*value);
}

Awaitable<Result<std::optional<BookingDocument>>> MongoBookings::note_payment(
    domain::BookingId id, domain::UserId user, domain::PaymentId payment, domain::UtcTime now,
    OutboxEntry event) {
    Sale sale{id, user, payment, now, std::move(event)};
    co_return co_await payments_noted_(std::move(sale));
}

Awaitable<Result<std::optional<BookingDocument>>> MongoBookings::mark_booked(domain::BookingId id,
                                                                             domain::UserId user,
                                                                             domain::UtcTime now,
                                                                             OutboxEntry event) {
    Sale sale{id, user, std::nullopt, now, std::move(event)};
    co_return co_await booked_(std::move(sale));
}

void MongoBookings::Sale::query(Writer& query) const {
    query.add("_id", id).add("user_id", user).add("status", domain::BookingStatus::LOCKED);
    query.object("lock_expires_at", [&](Writer& expiry) { expiry.add("$gt", now); });
    if (payment) {
        query.object("payment_id", [](Writer& field) { field.add("$exists", false); });
    } else {
        query.add("payment_status", domain::PaymentStatus::SUCCESS);
    }
}

void MongoBookings::Sale::update(Writer& update) const {
    update.object("$set", [&](Writer& set) {
        set.add("updated_at", now);
        if (payment) {
            set.add("payment_id", *payment).add("payment_status", domain::PaymentStatus::SUCCESS);
        } else {
            set.add("status", domain::BookingStatus::BOOKED).add("unfinished_since", now);
        }
    });
    change_with_events(update, now, {&event, 1});
}

std::vector<Result<std::optional<BookingDocument>>> MongoBookings::sell(
    const Operation& operation, std::span<const Sale> sales) {
    using Answer = std::optional<BookingDocument>;
    if (sales.size() == 1) return {sell_alone(operation, sales.front())};

    Document command = Mongo::command("update", kBookings);
    command.array("updates", [&](ArrayWriter& updates) {
        for (const Sale& sale : sales) {
            updates.object([&](Writer& one) {
                one.object("q", [&](Writer& q) { sale.query(q); });
                one.object("u", [&](Writer& u) { sale.update(u); });
            });
        }
    });
    command.add("ordered", false);
    const auto written = mongo_.write(operation, command);
    if (!written) return answer_all<Answer>(std::unexpected(written.error()), sales.size());
    std::vector<domain::BookingId> ids;
    for (const Sale& sale : sales) ids.push_back(sale.id);
    const auto reply = find_together(ids);
    if (!reply) return answer_all<Answer>(std::unexpected(reply.error()), sales.size());

    const bool all = static_cast<std::size_t>(written->count) == sales.size();
    std::vector<Result<Answer>> answers;
    for (const Sale& sale : sales) {
        Answer booking = booking_in(**reply, sale.id);
        // The answer has the sum of all; whose it was tells the event that was written with it.
        const bool ours =
            booking && (all || std::ranges::any_of(booking->outbox, [&](const OutboxEntry& entry) {
                            return entry.event_id == sale.event.event_id;
                        }));
        if (!ours) booking.reset();
        answers.emplace_back(std::move(booking));
    }
    return answers;
}

Result<std::optional<BookingDocument>> MongoBookings::sell_alone(const Operation& operation,
                                                                 const Sale& sale) {
    Document command = Mongo::command("findAndModify", kBookings);
    command.object("query", [&](Writer& query) { sale.query(query); });
    command.object("update", [&](Writer& update) { sale.update(update); });
    return change(operation, command);
}

Awaitable<Result<std::optional<BookingDocument>>> MongoBookings::mark_ended(
    domain::BookingId id, std::int64_t revision, domain::BookingStatus status, domain::UtcTime now,
    std::vector<OutboxEntry> events) {
    return blocking([this, id, revision, status, now,
                     events = std::move(events)]() -> Result<std::optional<BookingDocument>> {
        domain::ensure(
            status == domain::BookingStatus::CANCELLED || status == domain::BookingStatus::EXPIRED,
            "a booking ends CANCELLED or EXPIRED");
        // One update cannot both ask whether there was a payment and act on it. The events tell
        // which of the two updates will most likely fit; the filter of each decides.
        const bool paid = std::ranges::any_of(events, [](const OutboxEntry& event) {
            return event.type == domain::EventType::PaymentRefunded;
        });
        auto ended = end(id, revision, status, now, events, paid);
        if (!ended || *ended) return ended;
        return end(id, revision, status, now, events, !paid);
    });
}

Result<std::optional<BookingDocument>> MongoBookings::end(
    domain::BookingId id, std::int64_t revision, domain::BookingStatus status, domain::UtcTime now,
    const std::vector<OutboxEntry>& events, bool was_paid) {
    Document command = Mongo::command("findAndModify", kBookings);
    command.object("query", [&](Writer& query) {
        query.add("_id", id).add("revision", revision).add("status", domain::BookingStatus::LOCKED);
        if (was_paid) {
            query.add("payment_status", domain::PaymentStatus::SUCCESS);
        } else {
            query.object("payment_status", [](Writer& payment) {
                payment.add("$ne", domain::PaymentStatus::SUCCESS);
            });
        }
    });
    command.object("update", [&](Writer& update) {
        update.object("$set", [&](Writer& set) {
            set.add("status", status).add("updated_at", now).add("unfinished_since", now);
            if (was_paid) set.add("payment_status", domain::PaymentStatus::REFUNDED);
        });
        change_with_events(update, now, events);
    });
    return change(mark_ended_, command);
}

Result<std::vector<BookingDocument>> MongoBookings::oldest(const Operation& operation,
                                                           std::string_view field,
                                                           domain::UtcTime until,
                                                           std::size_t limit) {
    Document find = Mongo::command("find", kBookings);
    find.object("filter", [&](Writer& filter) {
        filter.object(field, [&](Writer& since) { since.add("$lte", until); });
    });
    find.object("sort", [&](Writer& sort) { sort.add(field, 1); });
    limit_to(find, limit);
    return all(operation, find);
}

Awaitable<Result<std::vector<BookingDocument>>> MongoBookings::unfinished(domain::UtcTime until,
                                                                          std::size_t limit) {
    return blocking([this, until, limit]() -> Result<std::vector<BookingDocument>> {
        return oldest(unfinished_, "unfinished_since", until, limit);
    });
}

Awaitable<Result<std::vector<BookingDocument>>> MongoBookings::with_old_outbox(
    domain::UtcTime until, std::size_t limit) {
    return blocking([this, until, limit]() -> Result<std::vector<BookingDocument>> {
        return oldest(with_old_outbox_, "outbox_since", until, limit);
    });
}

Awaitable<Result<void>> MongoBookings::mark_finished(domain::BookingId id, std::int64_t revision) {
    return blocking([this, id, revision]() -> Result<void> {
        Document command = Mongo::command("update", kBookings);
        command.array("updates", [&](ArrayWriter& updates) {
            updates.object([&](Writer& one) {
                one.object("q", [&](Writer& q) { q.add("_id", id).add("revision", revision); });
                one.object("u", [](Writer& u) {
                    u.object("$unset", [](Writer& unset) { unset.add("unfinished_since", ""); });
                });
            });
        });
        const auto written = mongo_.write(mark_finished_, command);
        if (!written) return std::unexpected(written.error());
        return {};
    });
}

Awaitable<Result<std::vector<BookingDocument>>> MongoBookings::with_outbox(
    std::vector<domain::BookingId> ids) {
    return blocking([this, ids = std::move(ids)]() -> Result<std::vector<BookingDocument>> {
        if (ids.empty()) return std::vector<BookingDocument>();
        Document find = Mongo::command("find", kBookings);
        find.object("filter", [&](Writer& filter) {
            filter.object("_id", [&](Writer& id) { id.add("$in", ids); });
            filter.object("outbox_since", [](Writer& since) { since.add("$exists", true); });
        });
        limit_to(find, ids.size());
        return all(with_outbox_, find);
    });
}

Awaitable<Result<void>> MongoBookings::clear_outbox(std::vector<BookingRevision> bookings) {
    return blocking([this, bookings = std::move(bookings)]() -> Result<void> {
        if (bookings.empty()) return {};
        Document command = Mongo::command("update", kBookings);
        command.array("updates", [&](ArrayWriter& updates) {
            for (const BookingRevision& booking : bookings) {
                updates.object([&](Writer& one) {
                    one.object("q", [&](Writer& q) {
                        q.add("_id", booking.id).add("revision", booking.revision);
                    });
                    one.object("u", [&](Writer& u) {
                        u.object("$unset", [&](Writer& unset) {
                            unset.add("outbox", "").add("outbox_since", "");
                            if (booking.finished) unset.add("unfinished_since", "");
                        });
                    });
                });
            }
        });
        command.add("ordered", false);
        const auto written = mongo_.write(clear_outbox_, command);
        if (!written) return std::unexpected(written.error());
        return {};
    });
}

}  // namespace cinema::cluster::mongo
