#include "cluster/saga/relay.hpp"

#include <algorithm>
#include <unordered_map>

#include "booking/event_texts.hpp"

namespace cinema::cluster {

std::vector<domain::Event> events_of(const BookingDocument& document) {
    const domain::Booking& booking = document.booking;
    std::vector<domain::Event> events;
    for (const OutboxEntry& entry : document.outbox) {
        events.push_back(
            {.event_id = entry.event_id,
             .type = entry.type,
             .occurred_at = entry.occurred_at,
             .booking_id = booking.id,
             .user_id = booking.user_id,
             .showtime_id = booking.showtime_id,
             .seats = booking.seats,
             .payload = booking::event_payload(entry.type, booking, entry.cancelled_by)});
    }
    return events;
}

Relay::Relay(BookingDocuments& bookings, EventQueue& queue, const env::Clock& clock,
             telemetry::Metrics& metrics, RelayOptions options)
    : bookings_(bookings), queue_(queue), clock_(clock), metrics_(metrics), options_(options) {}

void Relay::add(const BookingRevision& filled) {
    const std::lock_guard lock(mutex_);
    if (hints_.size() < options_.hints_max) hints_.push_back(filled);
}

std::vector<BookingRevision> Relay::take(std::size_t limit) {
    const std::lock_guard lock(mutex_);
    const auto end = hints_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, hints_.size()));
    std::vector<BookingRevision> taken(hints_.begin(), end);
    hints_.erase(hints_.begin(), end);
    return taken;
}

void Relay::put_back(const std::vector<BookingRevision>& hints) {
    const std::lock_guard lock(mutex_);
    hints_.insert(hints_.begin(), hints.begin(), hints.end());
    if (hints_.size() > options_.hints_max) hints_.resize(options_.hints_max);
}

Awaitable<Result<std::size_t>> Relay::relay(std::size_t limit) {
    std::size_t delivered = 0;
    while (delivered < limit) {
        const auto hints = take(limit - delivered);
        if (hints.empty()) break;
        std::vector<domain::BookingId> ids;
        for (const BookingRevision& hint : hints) ids.push_back(hint.id);
        std::sort(ids.begin(), ids.end());
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        auto documents = co_await bookings_.with_outbox(std::move(ids));
        if (!documents) {
            put_back(hints);
            co_return std::unexpected(documents.error());
        }
        const auto count = co_await deliver(std::move(*documents), hints);
        if (!count) {
            put_back(hints);
            co_return std::unexpected(count.error());
        }
        delivered += *count;
    }
    if (delivered < limit && clock_.now() >= leftovers_due_) {
        const auto count = co_await deliver_leftovers(limit - delivered);
        if (!count) co_return std::unexpected(count.error());
        delivered += *count;
    }
    co_return delivered;
}

Awaitable<Result<std::size_t>> Relay::deliver_leftovers(std::size_t limit) {
    const auto now = clock_.now();
    auto documents = co_await bookings_.with_old_outbox(now - options_.leftover_age, limit);
    if (!documents) co_return std::unexpected(documents.error());
    // A full page means that there may be more: the next round looks at once.
    if (documents->size() < limit) leftovers_due_ = now + options_.leftover_age;
    const std::vector<BookingRevision> nothing_known;
    co_return co_await deliver(std::move(*documents), nothing_known);
}

Awaitable<Result<std::size_t>> Relay::deliver(std::vector<BookingDocument> documents,
                                              const std::vector<BookingRevision>& hints) {
    if (documents.empty()) co_return 0;
    // What is known to be finished is so as of one revision.
    std::unordered_map<domain::BookingId, std::int64_t> finished;
    for (const BookingRevision& hint : hints) {
        if (hint.finished) {
            auto& revision = finished[hint.id];
            revision = std::max(revision, hint.revision);
        }
    }
    std::vector<domain::Event> events;
    std::vector<BookingRevision> published;
    for (const BookingDocument& document : documents) {
        const auto more = events_of(document);
        events.insert(events.end(), more.begin(), more.end());
        const auto known = finished.find(document.booking.id);
        const bool done = known != finished.end() && known->second == document.revision;
        published.push_back({document.booking.id, document.revision, done});
    }
    const std::size_t count = events.size();
    const auto queued = co_await queue_.publish(std::move(events));
    if (!queued) co_return std::unexpected(queued.error());
    // Should the process die here, they are published again, and recognised by their ids.
    const auto cleared = co_await bookings_.clear_outbox(std::move(published));
    if (!cleared) co_return std::unexpected(cleared.error());
    metrics_.events_relayed.Increment(static_cast<double>(count));
    co_return count;
}

}  // namespace cinema::cluster
