#include <algorithm>

#include "simulation/cluster/store.hpp"

/// `payments` and `audit_logs`.
namespace cinema::simulation {

using domain::PaymentStatus;

bool Store::insert(cluster::PaymentDocument document) {
    const domain::Payment& payment = document.payment;
    const bool fresh = payment_of_.emplace(payment.booking_id, payment.id).second;
    if (!fresh && !plan_.without(Guard::payment_unique)) return false;
    journal_.trace("         payment {} of booking {} PENDING", brief(payment.id),
                   brief(payment.booking_id));
    changed_at_ = scheduler_.now();
    payments_.emplace(payment.id, PaymentRecord{std::move(document), false});
    return true;
}

std::optional<cluster::PaymentDocument> Store::payment_of(domain::BookingId booking) const {
    const auto found = payment_of_.find(booking);
    if (found == payment_of_.end()) return std::nullopt;
    return payments_.at(found->second).document;
}

void Store::mark_succeeded(domain::PaymentId id, domain::UtcTime now) {
    const auto found = payments_.find(id);
    if (found == payments_.end()) return;
    domain::Payment& payment = found->second.document.payment;
    if (payment.status != PaymentStatus::PENDING) return;
    payment.status = PaymentStatus::SUCCESS;
    payment.updated_at = now;
}

void Store::mark_returned(domain::PaymentId id, bool declined, domain::UtcTime now) {
    const auto found = payments_.find(id);
    if (found == payments_.end()) return;
    domain::Payment& payment = found->second.document.payment;
    if (payment.status != PaymentStatus::PENDING && payment.status != PaymentStatus::SUCCESS) {
        return;
    }
    payment.status = declined ? PaymentStatus::FAILED : PaymentStatus::REFUNDED;
    payment.updated_at = now;
    found->second.settled = true;
    changed_at_ = scheduler_.now();
    journal_.trace("         payment {} {}", brief(id), domain::word(payment.status));
}

void Store::mark_settled(domain::PaymentId id) {
    const auto found = payments_.find(id);
    if (found != payments_.end()) found->second.settled = true;
}

std::vector<cluster::PaymentDocument> Store::unsettled(domain::UtcTime until,
                                                       std::size_t limit) const {
    std::vector<cluster::PaymentDocument> found;
    if (plan_.without(Guard::unsettled_repaired)) return found;
    for (const auto& [id, record] : payments_) {
        if (!record.settled && record.document.payment.created_at <= until) {
            found.push_back(record.document);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.payment.created_at < b.payment.created_at;
    });
    if (found.size() > limit) found.resize(limit);
    return found;
}

void Store::log(const domain::Event& event) {
    const bool fresh = logged_.insert(event.event_id).second;
    if (!fresh && !plan_.without(Guard::audit_unique)) return;
    journal_.trace("         audit {} of booking {}", domain::word(event.type),
                   brief(event.booking_id));
    changed_at_ = scheduler_.now();
    audit_log_.push_back(event);
}

}  // namespace cinema::simulation
