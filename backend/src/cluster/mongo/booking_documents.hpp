#pragma once

#include "cluster/mongo/client.hpp"
#include "cluster/saga/ports.hpp"

namespace cinema::cluster::mongo {

/// BookingDocuments on `bookings`. One round trip a call, but mark_ended: two at most.
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
};

}  // namespace cinema::cluster::mongo
