#include "cluster/mongo/payment_documents.hpp"

#include "cluster/mongo/blocking.hpp"

namespace cinema::cluster::mongo {

namespace {

/// One update command with a statement for each change, which no other's failure stops.
template <class Changes, class Query, class Update>
Document update_payments(const Changes& changes, Query query, Update update) {
    Document command = Mongo::command("update", kPayments);
    command.array("updates", [&](ArrayWriter& updates) {
        for (const auto& change : changes) {
            updates.object([&](Writer& one) {
                one.object("q", [&](Writer& q) { query(q, change); });
                one.object("u", [&](Writer& u) { update(u, change); });
            });
        }
    });
    command.add("ordered", false);
    return command;
}

void settle_payment(Writer& update) {
    update.object("$unset", [](Writer& unset) { unset.add("unsettled_since", ""); });
}

}  // namespace

PaymentDocument read_payment(Fields& fields) {
    PaymentDocument document;
    document.payment.id = fields.id<domain::PaymentId>("_id");
    document.payment.booking_id = fields.id<domain::BookingId>("booking_id");
    document.user_id = fields.id<domain::UserId>("user_id");
    document.payment.status = fields.word<domain::PaymentStatus>("status");
    document.payment.amount = fields.integer("amount");
    document.payment.currency = fields.text("currency");
    document.payment.created_at = fields.time("created_at");
    document.payment.updated_at = fields.time("updated_at");
    return document;
}

void write_payment(Writer& out, const PaymentDocument& document, bool settled) {
    const domain::Payment& payment = document.payment;
    out.add("_id", payment.id)
        .add("booking_id", payment.booking_id)
        .add("user_id", document.user_id)
        .add("status", payment.status)
        .add("amount", payment.amount)
        .add("currency", payment.currency)
        .add("created_at", payment.created_at)
        .add("updated_at", payment.updated_at);
    const bool returned = payment.status == domain::PaymentStatus::REFUNDED ||
                          payment.status == domain::PaymentStatus::FAILED;
    if (!settled && !returned) out.add("unsettled_since", payment.created_at);
}

MongoPayments::MongoPayments(Mongo& mongo)
    : mongo_(mongo),
      insert_(mongo.operation("payments.insert")),
      find_of_(mongo.operation("payments.find_of")),
      mark_succeeded_(mongo.operation("payments.mark_succeeded")),
      mark_returned_(mongo.operation("payments.mark_returned")),
      mark_settled_(mongo.operation("payments.mark_settled")),
      unsettled_(mongo.operation("payments.unsettled")),
      inserts_([this](const auto& documents) {
          return answer_each(insert_together(documents), documents.size());
      }),
      successes_([this](const auto& successes) {
          Document command = update_payments(
              successes,
              [](Writer& query, const Success& success) {
                  query.add("_id", success.id).add("status", domain::PaymentStatus::PENDING);
              },
              [](Writer& update, const Success& success) {
                  update.object("$set", [&](Writer& set) {
                      set.add("status", domain::PaymentStatus::SUCCESS)
                          .add("updated_at", success.at);
                  });
              });
          return answer_done(mongo_.write(mark_succeeded_, command), successes.size());
      }),
      settlements_([this](const auto& ids) {
          Document command = update_payments(
              ids, [](Writer& query, domain::PaymentId id) { query.add("_id", id); },
              [](Writer& update, domain::PaymentId) { settle_payment(update); });
          return answer_done(mongo_.write(mark_settled_, command), ids.size());
      }) {}

Awaitable<Result<bool>> MongoPayments::insert(PaymentDocument document) {
    return inserts_(std::move(document));
}

Result<std::vector<bool>> MongoPayments::insert_together(
    std::span<const PaymentDocument> documents) {
    Document command = Mongo::command("insert", kPayments);
    command.array("documents", [&](ArrayWriter& all) {
        for (const PaymentDocument& document : documents) {
            all.object([&](Writer& fields) { write_payment(fields, document, false); });
        }
    });
    command.add("ordered", false);
    const auto written = mongo_.write(insert_, command);
    if (!written) return std::unexpected(written.error());
    std::vector<bool> inserted(documents.size(), true);
    for (const auto& duplicate : written->duplicates) inserted.at(duplicate.statement) = false;
    return inserted;
}

Result<std::vector<PaymentDocument>> MongoPayments::all(const Operation& operation,
                                                        Document& find) {
    const auto reply = mongo_.read(operation, find);
    if (!reply) return std::unexpected(reply.error());
    std::vector<PaymentDocument> documents;
    each_in(*reply, kPayments, [&](Fields& fields) { documents.push_back(read_payment(fields)); });
    return documents;
}

Awaitable<Result<std::optional<PaymentDocument>>> MongoPayments::find_of(
    domain::BookingId booking) {
    return blocking([this, booking]() -> Result<std::optional<PaymentDocument>> {
        Document find = Mongo::command("find", kPayments);
        find.object("filter", [&](Writer& filter) { filter.add("booking_id", booking); });
        limit_to(find, 1);
        auto documents = all(find_of_, find);
        if (!documents) return std::unexpected(std::move(documents.error()));
        std::optional<PaymentDocument> found;
        if (!documents->empty()) found = std::move(documents->front());
        return found;
    });
}

Awaitable<Result<void>> MongoPayments::mark_succeeded(domain::PaymentId id, domain::UtcTime now) {
    const auto done = co_await successes_(Success{id, now});
    if (!done) co_return std::unexpected(done.error());
    co_return Result<void>();
}

Awaitable<Result<void>> MongoPayments::mark_returned(domain::PaymentId id, bool declined,
                                                     domain::UtcTime now) {
    return blocking([this, id, declined, now]() -> Result<void> {
        Document command = update_payments(
            std::span(&id, 1),
            [](Writer& query, domain::PaymentId payment) {
                query.add("_id", payment);
                query.object("status", [](Writer& status) {
                    status.array("$in", [](ArrayWriter& words) {
                        words.add(domain::PaymentStatus::PENDING)
                            .add(domain::PaymentStatus::SUCCESS);
                    });
                });
            },
            [&](Writer& update, domain::PaymentId) {
                update.object("$set", [&](Writer& set) {
                    set.add("status", declined ? domain::PaymentStatus::FAILED
                                               : domain::PaymentStatus::REFUNDED)
                        .add("updated_at", now);
                });
                settle_payment(update);
            });
        const auto written = mongo_.write(mark_returned_, command);
        if (!written) return std::unexpected(written.error());
        return {};
    });
}

Awaitable<Result<void>> MongoPayments::mark_settled(domain::PaymentId id) {
    const auto done = co_await settlements_(id);
    if (!done) co_return std::unexpected(done.error());
    co_return Result<void>();
}

Awaitable<Result<std::vector<PaymentDocument>>> MongoPayments::unsettled(domain::UtcTime until,
                                                                         std::size_t limit) {
    return blocking([this, until, limit]() -> Result<std::vector<PaymentDocument>> {
        Document find = Mongo::command("find", kPayments);
        find.object("filter", [&](Writer& filter) {
            filter.object("unsettled_since", [&](Writer& since) { since.add("$lte", until); });
        });
        find.object("sort", [](Writer& sort) { sort.add("unsettled_since", 1); });
        limit_to(find, limit);
        return all(unsettled_, find);
    });
}

}  // namespace cinema::cluster::mongo
