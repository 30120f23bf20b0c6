#pragma once

#include <set>

#include "cluster/saga/ports.hpp"
#include "simulation/cluster/caller.hpp"

/// The saga's ports as one process has them: each call takes its time and may fail.
namespace cinema::simulation {

class FakeLocks final : public cluster::SeatLocks {
  public:
    explicit FakeLocks(Caller& caller) : caller_(caller) {}
    Awaitable<Result<std::vector<cluster::TakenKey>>> acquire(domain::ShowtimeId showtime,
                                                              std::vector<std::string> seats,
                                                              domain::UserId user) override;
    Awaitable<Result<void>> release(domain::ShowtimeId showtime, std::vector<std::string> seats,
                                    domain::UserId user) override;
    void release_later(domain::ShowtimeId showtime, std::vector<std::string> seats,
                       domain::UserId user) override;

  private:
    Caller& caller_;
};

class FakeSeats final : public cluster::SeatDocuments {
  public:
    explicit FakeSeats(Caller& caller) : caller_(caller) {}
    Awaitable<Result<std::vector<cluster::SeatDocument>>> find(
        domain::ShowtimeId showtime, std::vector<std::string> seats) override;
    Awaitable<Result<std::vector<std::string>>> lock(cluster::SeatLockRequest request) override;
    Awaitable<Result<std::size_t>> book(domain::ShowtimeId showtime, domain::BookingId booking,
                                        domain::UserId user,
                                        std::vector<std::string> seats) override;
    Awaitable<Result<std::size_t>> release(domain::ShowtimeId showtime, domain::BookingId booking,
                                           std::vector<std::string> seats) override;
    Awaitable<Result<std::vector<cluster::LockedSeat>>> locked(std::optional<domain::UtcTime> from,
                                                               domain::UtcTime until,
                                                               std::size_t limit) override;

  private:
    Caller& caller_;
};

class FakeBookings final : public cluster::BookingDocuments {
  public:
    using Document = std::optional<cluster::BookingDocument>;
    using Documents = std::vector<cluster::BookingDocument>;

    explicit FakeBookings(Caller& caller) : caller_(caller) {}
    Awaitable<Result<Document>> find(domain::BookingId id) override;
    Awaitable<Result<Document>> find_by_hold_key(std::string hold_key) override;
    Awaitable<Result<std::vector<domain::BookingId>>> missing(
        std::vector<domain::BookingId> ids) override;
    Awaitable<Result<cluster::InsertOutcome>> insert(cluster::BookingDocument document) override;
    Awaitable<Result<Document>> note_payment(domain::BookingId id, domain::UserId user,
                                             domain::PaymentId payment, domain::UtcTime now,
                                             cluster::OutboxEntry event) override;
    Awaitable<Result<Document>> mark_booked(domain::BookingId id, domain::UserId user,
                                            domain::UtcTime now,
                                            cluster::OutboxEntry event) override;
    Awaitable<Result<Document>> mark_ended(domain::BookingId id, std::int64_t revision,
                                           domain::BookingStatus status, domain::UtcTime now,
                                           std::vector<cluster::OutboxEntry> events) override;
    Awaitable<Result<Documents>> unfinished(domain::UtcTime until, std::size_t limit) override;
    Awaitable<Result<void>> mark_finished(domain::BookingId id, std::int64_t revision) override;
    Awaitable<Result<Documents>> with_outbox(std::vector<domain::BookingId> ids) override;
    Awaitable<Result<Documents>> with_old_outbox(domain::UtcTime until, std::size_t limit) override;
    Awaitable<Result<void>> clear_outbox(std::vector<cluster::BookingRevision> bookings) override;

  private:
    Awaitable<Result<cluster::InsertOutcome>> insert_doubting(cluster::BookingDocument document);
    Awaitable<Result<Document>> find_doubting(domain::BookingId id);

    Caller& caller_;
    std::set<domain::BookingId> unanswered_;  ///< holds whose insert was not answered
};

class FakePayments final : public cluster::PaymentDocuments {
  public:
    explicit FakePayments(Caller& caller) : caller_(caller) {}
    Awaitable<Result<bool>> insert(cluster::PaymentDocument document) override;
    Awaitable<Result<std::optional<cluster::PaymentDocument>>> find_of(
        domain::BookingId booking) override;
    Awaitable<Result<void>> mark_succeeded(domain::PaymentId id, domain::UtcTime now) override;
    Awaitable<Result<void>> mark_returned(domain::PaymentId id, bool declined,
                                          domain::UtcTime now) override;
    Awaitable<Result<void>> mark_settled(domain::PaymentId id) override;
    Awaitable<Result<std::vector<cluster::PaymentDocument>>> unsettled(domain::UtcTime until,
                                                                       std::size_t limit) override;

  private:
    Caller& caller_;
};

class FakeProvider final : public cluster::PaymentProvider {
  public:
    explicit FakeProvider(Caller& caller) : caller_(caller) {}
    Awaitable<Result<bool>> charge(domain::Payment payment) override;
    Awaitable<Result<void>> refund(domain::Payment payment) override;

  private:
    Caller& caller_;
};

class FakeUsers final : public cluster::KnownUsers {
  public:
    explicit FakeUsers(Caller& caller) : caller_(caller) {}
    Awaitable<Result<bool>> exists(domain::UserId user) override;

  private:
    Caller& caller_;
};

}  // namespace cinema::simulation
