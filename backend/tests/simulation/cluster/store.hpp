#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cluster/saga/ports.hpp"
#include "simulation/cluster/journal.hpp"
#include "simulation/cluster/plan.hpp"

namespace cinema::simulation {

/// What a seat was from one version to the next.
struct SeatMoment {
    domain::SeatState state{};
    std::optional<domain::UserId> user;
};

/// MongoDB: each function is one atomic update of one document, or one read. It watches itself:
/// what must hold in every state is checked at each change, so a violation is told where it
/// happens.
class Store {
  public:
    using Seats = std::map<std::string, cluster::SeatDocument>;

    Store(const Plan& plan, const Scheduler& scheduler, Journal& journal)
        : plan_(plan), scheduler_(scheduler), journal_(journal) {}

    /// When something last became different.
    Moment changed_at() const { return changed_at_; }

    // Seats (store_seats.cpp)
    std::optional<cluster::SeatDocument> seat(domain::ShowtimeId showtime,
                                              const std::string& code) const;
    bool lock_seat(const cluster::SeatLockRequest& request, std::size_t index);
    bool book_seat(domain::ShowtimeId showtime, domain::BookingId booking, domain::UserId user,
                   const std::string& code);
    bool release_seat(domain::ShowtimeId showtime, domain::BookingId booking,
                      const std::string& code);
    std::vector<cluster::LockedSeat> locked(std::optional<domain::UtcTime> from,
                                            domain::UtcTime until, std::size_t limit) const;
    const std::map<domain::ShowtimeId, Seats>& seats() const { return seats_; }
    /// As of a version, which is 1 or more; null when it has not been.
    const SeatMoment* seat_at(domain::ShowtimeId showtime, const std::string& code,
                              std::int64_t version) const;

    // Bookings (store_bookings.cpp)
    std::optional<cluster::BookingDocument> booking(domain::BookingId id) const;
    std::optional<cluster::BookingDocument> booking_of_key(const std::string& key) const;
    cluster::InsertOutcome insert(cluster::BookingDocument document);
    std::optional<cluster::BookingDocument> note_payment(domain::BookingId id, domain::UserId user,
                                                         domain::PaymentId payment,
                                                         domain::UtcTime now,
                                                         cluster::OutboxEntry event);
    std::optional<cluster::BookingDocument> mark_booked(domain::BookingId id, domain::UserId user,
                                                        domain::UtcTime now,
                                                        cluster::OutboxEntry event);
    std::optional<cluster::BookingDocument> mark_ended(domain::BookingId id, std::int64_t revision,
                                                       domain::BookingStatus status,
                                                       domain::UtcTime now,
                                                       std::vector<cluster::OutboxEntry> events);
    void mark_finished(domain::BookingId id, std::int64_t revision);
    std::vector<cluster::BookingDocument> unfinished(domain::UtcTime until,
                                                     std::size_t limit) const;
    std::vector<cluster::BookingDocument> with_outbox(const std::vector<domain::BookingId>& ids);
    std::vector<cluster::BookingDocument> with_old_outbox(domain::UtcTime until, std::size_t limit);
    void clear_outbox(const cluster::BookingRevision& revision);
    const std::map<domain::BookingId, cluster::BookingDocument>& bookings() const {
        return bookings_;
    }
    /// Every event that was ever written with a booking: its booking.
    const std::map<std::string, domain::BookingId>& events() const { return events_; }

    // Payments and the audit log (store_payments.cpp)
    bool insert(cluster::PaymentDocument document);
    std::optional<cluster::PaymentDocument> payment_of(domain::BookingId booking) const;
    void mark_succeeded(domain::PaymentId id, domain::UtcTime now);
    void mark_returned(domain::PaymentId id, bool declined, domain::UtcTime now);
    void mark_settled(domain::PaymentId id);
    std::vector<cluster::PaymentDocument> unsettled(domain::UtcTime until, std::size_t limit) const;
    struct PaymentRecord {
        cluster::PaymentDocument document;
        bool settled = false;
    };
    const std::map<domain::PaymentId, PaymentRecord>& payments() const { return payments_; }

    void log(const domain::Event& event);
    const std::vector<domain::Event>& audit_log() const { return audit_log_; }

  private:
    using Bookings = std::map<domain::BookingId, cluster::BookingDocument>;

    void seat_changed(const cluster::SeatDocument& before, const cluster::SeatDocument& after,
                      domain::ShowtimeId showtime);
    void check_owns_seats(const cluster::BookingDocument& document);
    void changed(const domain::Booking& before, cluster::BookingDocument& after,
                 std::vector<cluster::OutboxEntry> events, domain::UtcTime now);
    void push(cluster::BookingDocument& document, std::vector<cluster::OutboxEntry> events,
              domain::UtcTime now);
    cluster::BookingDocument read_outbox(cluster::BookingDocument& document);
    bool is_live(domain::BookingId id) const;

    const Plan& plan_;
    const Scheduler& scheduler_;
    Journal& journal_;
    Moment changed_at_{};
    std::map<domain::ShowtimeId, Seats> seats_;
    std::map<domain::ShowtimeId, std::map<std::string, std::vector<SeatMoment>>> history_;
    Bookings bookings_;
    Bookings phantoms_;  ///< orphan_booking removed: EXPIRED ones that stand in nobody's way
    std::map<std::string, domain::BookingId> hold_keys_;
    std::map<domain::BookingId, domain::UtcTime> outbox_since_;
    std::map<std::string, domain::BookingId> events_;
    std::map<domain::PaymentId, PaymentRecord> payments_;
    std::map<domain::BookingId, domain::PaymentId> payment_of_;
    std::vector<domain::Event> audit_log_;
    std::set<std::string> logged_;
};

}  // namespace cinema::simulation
