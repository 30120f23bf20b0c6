#include <algorithm>

#include "simulation/cluster/store.hpp"

/// `bookings`.
namespace cinema::simulation {

using cluster::BookingDocument;
using cluster::InsertOutcome;
using domain::BookingStatus;
using domain::PaymentStatus;

namespace {

bool is_overdue_at(const BookingDocument& document, domain::UtcTime now) {
    return document.booking.lock_expires_at <= now;
}

}  // namespace

std::optional<BookingDocument> Store::booking(domain::BookingId id) const {
    if (const auto found = bookings_.find(id); found != bookings_.end()) return found->second;
    const auto phantom = phantoms_.find(id);
    return phantom == phantoms_.end() ? std::nullopt : std::optional(phantom->second);
}

std::optional<BookingDocument> Store::booking_of_key(const std::string& key) const {
    const auto found = hold_keys_.find(key);
    return found == hold_keys_.end() ? std::nullopt : booking(found->second);
}

bool Store::is_live(domain::BookingId id) const {
    const auto found = bookings_.find(id);
    return found != bookings_.end() && (found->second.booking.status == BookingStatus::LOCKED ||
                                        found->second.booking.status == BookingStatus::BOOKED);
}

InsertOutcome Store::insert(BookingDocument document) {
    const domain::Booking& booking = document.booking;
    if (plan_.without(Guard::orphan_booking) && booking.status == BookingStatus::EXPIRED) {
        if (bookings_.contains(booking.id)) return InsertOutcome::id_taken;
        phantoms_.emplace(booking.id, std::move(document));
        return InsertOutcome::inserted;
    }
    if (bookings_.contains(booking.id)) return InsertOutcome::id_taken;
    if (document.hold_key) {
        const bool fresh = hold_keys_.emplace(*document.hold_key, booking.id).second;
        if (!fresh && !plan_.without(Guard::hold_key_unique)) return InsertOutcome::key_taken;
    }
    journal_.trace("         booking {} {} {} of user {}", brief(booking.id),
                   domain::word(booking.status), fmt::join(booking.seats, ","),
                   brief(booking.user_id));
    std::vector<cluster::OutboxEntry> events;
    events.swap(document.outbox);
    BookingDocument& stored = bookings_.emplace(booking.id, std::move(document)).first->second;
    push(stored, std::move(events), stored.booking.updated_at);
    if (stored.booking.status == BookingStatus::LOCKED) check_owns_seats(stored);
    return InsertOutcome::inserted;
}

/// All its seats are the booking's, at the versions it notes.
void Store::check_owns_seats(const BookingDocument& document) {
    const domain::Booking& booking = document.booking;
    for (std::size_t i = 0; i < booking.seats.size(); ++i) {
        const auto record = seat(booking.showtime_id, booking.seats[i]);
        if (!record || record->booking_id != booking.id ||
            record->seat.locked_by != booking.user_id) {
            journal_.wrong("booking {} is {} without its seat {}", brief(booking.id),
                           domain::word(booking.status), booking.seats[i]);
        } else if (record->seat.state == domain::SeatState::LOCKED &&
                   record->seat.version != document.seat_versions.at(i)) {
            journal_.wrong("booking {} notes version {} of seat {}, which has {}",
                           brief(booking.id), document.seat_versions[i], booking.seats[i],
                           record->seat.version);
        }
    }
}

std::optional<BookingDocument> Store::note_payment(domain::BookingId id, domain::UserId user,
                                                   domain::PaymentId payment, domain::UtcTime now,
                                                   cluster::OutboxEntry event) {
    const auto found = bookings_.find(id);
    if (found == bookings_.end()) return std::nullopt;
    BookingDocument& document = found->second;
    if (document.booking.user_id != user || document.booking.payment_id) return std::nullopt;
    if (!plan_.without(Guard::pay_overdue) &&
        (document.booking.status != BookingStatus::LOCKED || is_overdue_at(document, now))) {
        return std::nullopt;
    }
    const domain::Booking before = document.booking;
    if (before.status != BookingStatus::LOCKED || is_overdue_at(document, now)) {
        journal_.wrong(
            "booking {} takes a payment although it is {}", brief(id),
            before.status == BookingStatus::LOCKED ? "overdue" : domain::word(before.status));
    }
    document.booking.payment_id = payment;
    document.booking.payment_status = PaymentStatus::SUCCESS;
    changed(before, document, {std::move(event)}, now);
    return document;
}

std::optional<BookingDocument> Store::mark_booked(domain::BookingId id, domain::UserId user,
                                                  domain::UtcTime now, cluster::OutboxEntry event) {
    const auto found = bookings_.find(id);
    if (found == bookings_.end()) return std::nullopt;
    BookingDocument& document = found->second;
    const domain::Booking before = document.booking;
    const bool paid = before.payment_status == PaymentStatus::SUCCESS;
    const bool mine = before.user_id == user;
    const bool overdue = is_overdue_at(document, now);
    if (before.status == BookingStatus::BOOKED ||
        (before.status != BookingStatus::LOCKED && !plan_.without(Guard::confirm_status)) ||
        (!paid && !plan_.without(Guard::confirm_payment)) ||
        (!mine && !plan_.without(Guard::confirm_user)) ||
        (overdue && !plan_.without(Guard::confirm_overdue))) {
        return std::nullopt;
    }
    if (!paid) journal_.wrong("booking {} is BOOKED without a payment", brief(id));
    if (!mine) journal_.wrong("booking {} is BOOKED by somebody else", brief(id));
    if (overdue) journal_.wrong("booking {} is BOOKED after its hold's end", brief(id));
    document.booking.status = BookingStatus::BOOKED;
    document.unfinished_since = now;
    changed(before, document, {std::move(event)}, now);
    check_owns_seats(document);
    return document;
}

std::optional<BookingDocument> Store::mark_ended(domain::BookingId id, std::int64_t revision,
                                                 BookingStatus status, domain::UtcTime now,
                                                 std::vector<cluster::OutboxEntry> events) {
    const auto found = bookings_.find(id);
    if (found == bookings_.end()) return std::nullopt;
    BookingDocument& document = found->second;
    if (!plan_.without(Guard::end_revision) &&
        (document.booking.status != BookingStatus::LOCKED || document.revision != revision)) {
        return std::nullopt;
    }
    const domain::Booking before = document.booking;
    document.booking.status = status;
    document.unfinished_since = now;
    if (before.payment_status == PaymentStatus::SUCCESS) {
        document.booking.payment_status = PaymentStatus::REFUNDED;
    }
    changed(before, document, std::move(events), now);
    return document;
}

/// BOOKED, CANCELLED and EXPIRED are final.
void Store::changed(const domain::Booking& before, BookingDocument& after,
                    std::vector<cluster::OutboxEntry> events, domain::UtcTime now) {
    if (before.status != BookingStatus::LOCKED) {
        journal_.wrong("booking {} was {} and becomes {}", brief(before.id),
                       domain::word(before.status), domain::word(after.booking.status));
    }
    after.booking.updated_at = now;
    after.revision += 1;
    journal_.trace("         booking {} {} r{}{}", brief(before.id),
                   domain::word(after.booking.status), after.revision,
                   after.booking.payment_status ? domain::word(*after.booking.payment_status) : "");
    push(after, std::move(events), now);
}

void Store::push(BookingDocument& document, std::vector<cluster::OutboxEntry> events,
                 domain::UtcTime now) {
    changed_at_ = scheduler_.now();
    if (events.empty()) journal_.wrong("booking {} changes silently", brief(document.booking.id));
    if (document.outbox.empty()) outbox_since_[document.booking.id] = now;
    for (auto& event : events) {
        if (!events_.emplace(event.event_id, document.booking.id).second) {
            journal_.wrong("event id {} is used twice", event.event_id);
        }
        document.outbox.push_back(std::move(event));
    }
}

void Store::mark_finished(domain::BookingId id, std::int64_t revision) {
    const auto found = bookings_.find(id);
    if (found != bookings_.end() && found->second.revision == revision) {
        found->second.unfinished_since.reset();
    }
}

std::vector<BookingDocument> Store::unfinished(domain::UtcTime until, std::size_t limit) const {
    std::vector<BookingDocument> found;
    if (plan_.without(Guard::unfinished_repaired)) return found;
    for (const auto& [id, document] : bookings_) {
        if (document.unfinished_since && *document.unfinished_since <= until) {
            found.push_back(document);
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.unfinished_since < b.unfinished_since;
    });
    if (found.size() > limit) found.resize(limit);
    return found;
}

BookingDocument Store::read_outbox(BookingDocument& document) {
    BookingDocument read = document;
    if (plan_.without(Guard::outbox_before_publish)) {
        document.outbox.clear();
        outbox_since_.erase(document.booking.id);
    }
    return read;
}

std::vector<BookingDocument> Store::with_outbox(const std::vector<domain::BookingId>& ids) {
    std::vector<BookingDocument> found;
    for (const domain::BookingId& id : ids) {
        const auto document = bookings_.find(id);
        if (document == bookings_.end() || document->second.outbox.empty()) continue;
        found.push_back(read_outbox(document->second));
    }
    return found;
}

std::vector<BookingDocument> Store::with_old_outbox(domain::UtcTime until, std::size_t limit) {
    std::vector<std::pair<domain::UtcTime, domain::BookingId>> old;
    for (const auto& [id, since] : outbox_since_) {
        if (since <= until) old.emplace_back(since, id);
    }
    std::sort(old.begin(), old.end());
    if (old.size() > limit) old.resize(limit);
    std::vector<BookingDocument> found;
    for (const auto& [since, id] : old) found.push_back(read_outbox(bookings_.at(id)));
    return found;
}

void Store::clear_outbox(const cluster::BookingRevision& revision) {
    const auto found = bookings_.find(revision.id);
    if (found == bookings_.end()) return;
    if (found->second.revision != revision.revision && !plan_.without(Guard::outbox_revision)) {
        return;
    }
    found->second.outbox.clear();
    outbox_since_.erase(revision.id);
    if (revision.finished) found->second.unfinished_since.reset();
}

}  // namespace cinema::simulation
