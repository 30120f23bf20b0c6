#include "simulation/cluster/outside.hpp"

namespace cinema::simulation {

const Redis::Key* Redis::find(const Name& name) {
    const auto found = keys_.find(name);
    if (found == keys_.end()) return nullptr;
    if (found->second.ends > scheduler_.now()) return &found->second;
    keys_.erase(found);
    return nullptr;
}

std::vector<cluster::TakenKey> Redis::acquire(domain::ShowtimeId showtime,
                                              const std::vector<std::string>& seats,
                                              domain::UserId user) {
    std::vector<cluster::TakenKey> taken;
    for (const std::string& seat : seats) {
        if (const Key* key = find({showtime, seat})) taken.push_back({seat, key->user});
    }
    if (!taken.empty()) return taken;
    for (const std::string& seat : seats) {
        keys_.insert_or_assign({showtime, seat}, Key{user, scheduler_.now() + plan_.lock_ttl});
    }
    return taken;
}

void Redis::release(domain::ShowtimeId showtime, const std::vector<std::string>& seats,
                    domain::UserId user) {
    for (const std::string& seat : seats) {
        const Name name{showtime, seat};
        const Key* key = find(name);
        if (key && (key->user == user || plan_.without(Guard::key_owner))) keys_.erase(name);
    }
}

std::size_t Redis::keys() {
    std::erase_if(keys_, [&](const auto& key) { return key.second.ends <= scheduler_.now(); });
    return keys_.size();
}

bool Provider::charge(const domain::Payment& payment) {
    const auto [at, fresh] = accounts_.emplace(payment.id, Account{State::charged, payment});
    if (fresh && random_.per_mille(plan_.declined)) at->second.state = State::declined;
    const bool accepted = at->second.state == State::charged || at->second.state == State::returned;
    if (fresh) {
        journal_.trace("         provider: {} of booking {} {}", brief(payment.id),
                       brief(payment.booking_id), accepted ? "charged" : "declined");
    }
    return accepted;
}

void Provider::refund(const domain::Payment& payment, bool noted_by_booking) {
    if (plan_.without(Guard::late_payment_refunded) && !noted_by_booking) return;
    const auto found = accounts_.find(payment.id);
    if (found == accounts_.end()) {
        if (plan_.without(Guard::provider_fencing)) return;
        accounts_.emplace(payment.id, Account{State::gone_void, payment});
        journal_.trace("         provider: {} void", brief(payment.id));
    } else if (found->second.state == State::charged) {
        found->second.state = State::returned;
        journal_.trace("         provider: {} returned", brief(payment.id));
    }
}

}  // namespace cinema::simulation
