#pragma once

#include "accounts/user_store.hpp"
#include "audit/audit_trail.hpp"
#include "booking/booking_engine.hpp"
#include "booking/booking_queries.hpp"
#include "cluster/blocking_pool.hpp"
#include "cluster/saga/saga.hpp"
#include "events/outbox.hpp"
#include "reports/house_reports.hpp"

/// The server's ports over parts that block: each call goes to the pool, nothing else.
namespace cinema::cluster {

/// What customers wait for has a pool of its own.
class PooledBookings final : public booking::BookingEngine {
  public:
    PooledBookings(Saga& saga, BlockingPool& sales_pool, BlockingPool& pool)
        : saga_(saga), sales_pool_(sales_pool), pool_(pool) {}

    Awaitable<Result<domain::Booking>> hold(booking::HoldRequest request) override {
        return sales_pool_.run(saga_.hold(std::move(request)));
    }
    Awaitable<Result<domain::Payment>> pay(domain::BookingId id, domain::Actor actor) override {
        return sales_pool_.run(saga_.pay(id, actor));
    }
    Awaitable<Result<domain::Booking>> confirm(domain::BookingId id, domain::Actor actor) override {
        return sales_pool_.run(saga_.confirm(id, actor));
    }
    Awaitable<Result<domain::Booking>> cancel(domain::BookingId id, domain::Actor actor) override {
        return sales_pool_.run(saga_.cancel(id, actor));
    }
    Awaitable<Result<std::size_t>> expire_overdue(std::size_t limit) override {
        return pool_.run_patiently(saga_.expire_overdue(limit));
    }

  private:
    Saga& saga_;
    BlockingPool& sales_pool_;
    BlockingPool& pool_;
};

class PooledQueries final : public booking::BookingQueries {
  public:
    PooledQueries(booking::BookingQueries& queries, BlockingPool& pool)
        : queries_(queries), pool_(pool) {}

    Awaitable<Result<std::optional<domain::Booking>>> find(domain::BookingId id) override {
        return pool_.run(queries_.find(id));
    }
    Awaitable<Result<std::vector<domain::Booking>>> of_user(domain::UserId user,
                                                            booking::PageRequest page) override {
        return pool_.run(queries_.of_user(user, page));
    }
    Awaitable<Result<std::vector<booking::BookingRow>>> search(booking::BookingFilter filter,
                                                               booking::PageRequest page) override {
        return pool_.run(queries_.search(std::move(filter), page));
    }
    Awaitable<Result<std::shared_ptr<const booking::SeatStates>>> seat_states(
        domain::ShowtimeId showtime) override {
        return pool_.run(queries_.seat_states(showtime));
    }
    Awaitable<Result<std::vector<int>>> seats_taken(
        std::vector<domain::ShowtimeId> showtimes) override {
        return pool_.run(queries_.seats_taken(std::move(showtimes)));
    }

  private:
    booking::BookingQueries& queries_;
    BlockingPool& pool_;
};

class PooledUsers final : public accounts::UserStore {
  public:
    PooledUsers(accounts::UserStore& users, BlockingPool& pool) : users_(users), pool_(pool) {}

    Awaitable<Result<std::optional<domain::User>>> find(domain::UserId id) override {
        return pool_.run(users_.find(id));
    }
    Awaitable<Result<std::optional<domain::User>>> find_by_email(std::string email) override {
        return pool_.run(users_.find_by_email(std::move(email)));
    }
    Awaitable<Result<domain::User>> find_or_create(domain::User user) override {
        return pool_.run(users_.find_or_create(std::move(user)));
    }
    Awaitable<Result<domain::User>> put(domain::User user) override {
        return pool_.run(users_.put(std::move(user)));
    }

  private:
    accounts::UserStore& users_;
    BlockingPool& pool_;
};

class PooledAudit final : public audit::AuditTrail {
  public:
    PooledAudit(audit::AuditTrail& trail, BlockingPool& pool) : trail_(trail), pool_(pool) {}

    Awaitable<Result<std::vector<domain::AuditLog>>> search(audit::AuditFilter filter,
                                                            booking::PageRequest page) override {
        return pool_.run(trail_.search(filter, page));
    }

  private:
    audit::AuditTrail& trail_;
    BlockingPool& pool_;
};

class PooledReports final : public reports::HouseReports {
  public:
    PooledReports(reports::HouseReports& reports, BlockingPool& pool)
        : reports_(reports), pool_(pool) {}

    Awaitable<Result<reports::HouseReport>> report(reports::HouseRequest request) override {
        return pool_.run(reports_.report(std::move(request)));
    }

  private:
    reports::HouseReports& reports_;
    BlockingPool& pool_;
};

class PooledOutbox final : public events::Outbox {
  public:
    PooledOutbox(events::Outbox& outbox, BlockingPool& pool) : outbox_(outbox), pool_(pool) {}

    Awaitable<Result<std::size_t>> relay(std::size_t limit) override {
        return pool_.run_patiently(outbox_.relay(limit));
    }

  private:
    events::Outbox& outbox_;
    BlockingPool& pool_;
};

}  // namespace cinema::cluster
