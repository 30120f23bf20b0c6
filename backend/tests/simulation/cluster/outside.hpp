#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cluster/saga/ports.hpp"
#include "simulation/cluster/journal.hpp"
#include "simulation/cluster/plan.hpp"

namespace cinema::simulation {

/// Redis: its scripts, which are atomic, on its own clock. What it has can go at any time.
class Redis {
  public:
    Redis(const Plan& plan, const Scheduler& scheduler) : plan_(plan), scheduler_(scheduler) {}

    std::vector<cluster::TakenKey> acquire(domain::ShowtimeId showtime,
                                           const std::vector<std::string>& seats,
                                           domain::UserId user);
    void release(domain::ShowtimeId showtime, const std::vector<std::string>& seats,
                 domain::UserId user);
    void flush() { keys_.clear(); }
    /// Keys that have not ended by themselves.
    std::size_t keys();

  private:
    struct Key {
        domain::UserId user;
        Moment ends;
    };
    using Name = std::pair<domain::ShowtimeId, std::string>;
    const Key* find(const Name& name);

    const Plan& plan_;
    const Scheduler& scheduler_;
    std::map<Name, Key> keys_;
};

/// Whoever has the customers' money. A refund before the charge makes the payment void; a repeated
/// call answers as the first one did.
class Provider {
  public:
    enum class State { charged, declined, returned, gone_void };
    struct Account {
        State state{};
        domain::Payment payment;
    };

    Provider(const Plan& plan, Journal& journal, Random& random)
        : plan_(plan), journal_(journal), random_(random) {}

    bool charge(const domain::Payment& payment);
    void refund(const domain::Payment& payment, bool noted_by_booking);
    const std::map<domain::PaymentId, Account>& accounts() const { return accounts_; }

  private:
    const Plan& plan_;
    Journal& journal_;
    Random& random_;
    std::map<domain::PaymentId, Account> accounts_;
};

/// RabbitMQ: keeps what it has taken until it was acknowledged.
class Queue {
  public:
    using Tag = std::uint64_t;

    Tag put(domain::Event event) {
        events_.emplace(++last_, std::move(event));
        return last_;
    }
    const domain::Event* find(Tag tag) const {
        const auto found = events_.find(tag);
        return found == events_.end() ? nullptr : &found->second;
    }
    void acknowledge(Tag tag) { events_.erase(tag); }
    std::size_t size() const { return events_.size(); }

  private:
    std::map<Tag, domain::Event> events_;
    Tag last_ = 0;
};

}  // namespace cinema::simulation
