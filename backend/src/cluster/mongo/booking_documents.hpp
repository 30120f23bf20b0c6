#pragma once

#include <memory>
#include <span>

#include "cluster/mongo/client.hpp"
#include "cluster/mongo/together.hpp"
#include "cluster/saga/ports.hpp"

namespace cinema::cluster::mongo {

/// BookingDocuments on `bookings`. One round trip a call, but mark_ended: two at most; under load
/// the calls of a booking's usual way share theirs.
class MongoBookings final : public BookingDocuments {
  public:
    explicit MongoBookings(Mongo& mongo);

    Awaitable<Result<std::optional<BookingDocument>>> find(domain::BookingId id) override;
    Awaitable<Result<std::optional<BookingDocument>>> find_by_hold_key(
        std::string hold_key) override;
    Awaitable<Result<std::vector<domain::BookingId>>> missing(
        std::vector<domain::BookingId> ids) override;
    Awaitable<Result<InsertOutcome>> insert(BookingDocument document) override;
    Awaitable<Result<std::optional<BookingDocument>>> note_payment(domain::BookingId id,
                                                                   domain::UserId user,
                                                                   domain::PaymentId payment,
                                                                   domain::UtcTime now,
                                                                   OutboxEntry event) override;
    Awaitable<Result<std::optional<BookingDocument>>> mark_booked(domain::BookingId id,
                                                                  domain::UserId user,
                                                                  domain::UtcTime now,
                                                                  OutboxEntry event) override;
    Awaitable<Result<std::optional<BookingDocument>>> mark_ended(
        domain::BookingId id, std::int64_t revision, domain::BookingStatus status,
        domain::UtcTime now, std::vector<OutboxEntry> events) override;
    Awaitable<Result<std::vector<BookingDocument>>> unfinished(domain::UtcTime until,
                                                               std::size_t limit) override;
    Awaitable<Result<void>> mark_finished(domain::BookingId id, std::int64_t revision) override;
    Awaitable<Result<std::vector<BookingDocument>>> with_outbox(
        std::vector<domain::BookingId> ids) override;
    Awaitable<Result<std::vector<BookingDocument>>> with_old_outbox(domain::UtcTime until,
                                                                    std::size_t limit) override;
    Awaitable<Result<void>> clear_outbox(std::vector<BookingRevision> bookings) override;

  private:
    Result<std::optional<BookingDocument>> first(const Operation& operation, Document& find);
    Result<std::vector<BookingDocument>> all(const Operation& operation, Document& find);
    /// Those where `field` is a time at or before `until`, the earliest first.
    Result<std::vector<BookingDocument>> oldest(const Operation& operation, std::string_view field,
                                                domain::UtcTime until, std::size_t limit);
    /// findAndModify with the command's `query` and `update`; the booking as it is then.
    Result<std::optional<BookingDocument>> change(const Operation& operation, Document& command);
    Result<std::optional<BookingDocument>> end(domain::BookingId id, std::int64_t revision,
                                               domain::BookingStatus status, domain::UtcTime now,
                                               const std::vector<OutboxEntry>& events,
                                               bool was_paid);

    /// A payment noted, or, without one, the moment of sale.
    struct Sale {
        domain::BookingId id;
        domain::UserId user;
        std::optional<domain::PaymentId> payment;
        domain::UtcTime now;
        OutboxEntry event;

        void query(Writer& query) const;
        void update(Writer& update) const;
    };
    /// One round trip for one sale, two for any number.
    std::vector<Result<std::optional<BookingDocument>>> sell(const Operation& operation,
                                                             std::span<const Sale> sales);
    Result<std::optional<BookingDocument>> sell_alone(const Operation& operation, const Sale& sale);
    Result<std::shared_ptr<const Document>> find_together(std::span<const domain::BookingId> ids);
    Result<std::vector<InsertOutcome>> insert_together(std::span<const BookingDocument> documents);

    Mongo& mongo_;
    const Operation find_;
    const Operation find_by_hold_key_;
    const Operation missing_;
    const Operation insert_;
    const Operation note_payment_;
    const Operation mark_booked_;
    const Operation mark_ended_;
    const Operation unfinished_;
    const Operation mark_finished_;
    const Operation with_outbox_;
    const Operation with_old_outbox_;
    const Operation clear_outbox_;
    Gathering<domain::BookingId, std::shared_ptr<const Document>> finds_;
    Gathering<BookingDocument, InsertOutcome> inserts_;
    Gathering<Sale, std::optional<BookingDocument>> payments_noted_;
    Gathering<Sale, std::optional<BookingDocument>> booked_;
};

}  // namespace cinema::cluster::mongo
