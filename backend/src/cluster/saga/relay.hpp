#pragma once

#include <chrono>
#include <deque>
#include <mutex>
#include <vector>

#include "cluster/saga/ports.hpp"
#include "env/clock.hpp"
#include "events/outbox.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::cluster {

struct RelayOptions {
    /// How old a filled outbox must be to be taken for another instance's leftover.
    std::chrono::milliseconds leftover_age{5'000};
    /// Bookings remembered as having something to deliver; more are found as leftovers.
    std::size_t hints_max = 20'000;
};

/// Publishes what is in the bookings' outboxes and only then empties them: at least once. This
/// instance's own bookings are told to it, those of instances that died it finds by their age.
class Relay final : public events::Outbox {
  public:
    Relay(BookingDocuments& bookings, EventQueue& queue, const env::Clock& clock,
          telemetry::Metrics& metrics, RelayOptions options);

    /// This booking has something to deliver, as of this revision. Any thread; never blocks.
    void add(const BookingRevision& filled);

    /// One caller at a time (the relay worker).
    Awaitable<Result<std::size_t>> relay(std::size_t limit) override;

  private:
    std::vector<BookingRevision> take(std::size_t limit);
    void put_back(const std::vector<BookingRevision>& hints);
    Awaitable<Result<std::size_t>> deliver(std::vector<BookingDocument> documents,
                                           const std::vector<BookingRevision>& hints);
    Awaitable<Result<std::size_t>> deliver_leftovers(std::size_t limit);

    BookingDocuments& bookings_;
    EventQueue& queue_;
    const env::Clock& clock_;
    telemetry::Metrics& metrics_;
    const RelayOptions options_;
    domain::UtcTime leftovers_due_{};

    std::mutex mutex_;
    std::deque<BookingRevision> hints_;
};

/// The events of a booking's outbox as they are published.
std::vector<domain::Event> events_of(const BookingDocument& document);

}  // namespace cinema::cluster
