#include "simulation/cluster/fakes.hpp"

namespace cinema::simulation {

using cluster::InsertOutcome;

Awaitable<Result<FakeBookings::Document>> FakeBookings::find(domain::BookingId id) {
    if (unanswered_.erase(id) != 0) return find_doubting(id);
    auto effect = [&store = caller_.stage.store, id](Document& answer, std::size_t) {
        answer = store.booking(id);
    };
    return caller_.call<Document>(Dependency::mongo, caller_.about("bookings.find {}", brief(id)),
                                  1, effect);
}

/// sold_lives removed: the hold that asks again finds its booking ended when it has been sold.
Awaitable<Result<FakeBookings::Document>> FakeBookings::find_doubting(domain::BookingId id) {
    auto found = co_await find(id);
    if (found && *found && (*found)->booking.status == domain::BookingStatus::BOOKED) {
        (*found)->booking.status = domain::BookingStatus::EXPIRED;
    }
    co_return found;
}

Awaitable<Result<FakeBookings::Document>> FakeBookings::find_by_hold_key(std::string hold_key) {
    auto what = caller_.about("bookings.find_by_hold_key {}", hold_key);
    auto effect = [&store = caller_.stage.store, key = std::move(hold_key)](
                      Document& answer, std::size_t) { answer = store.booking_of_key(key); };
    return caller_.call<Document>(Dependency::mongo, std::move(what), 1, std::move(effect));
}

Awaitable<Result<std::vector<domain::BookingId>>> FakeBookings::missing(
    std::vector<domain::BookingId> ids) {
    auto effect = [&store = caller_.stage.store, ids = std::move(ids)](
                      std::vector<domain::BookingId>& answer, std::size_t) {
        for (const auto& id : ids) {
            if (!store.booking(id)) answer.push_back(id);
        }
    };
    return caller_.call<std::vector<domain::BookingId>>(
        Dependency::mongo, caller_.about("bookings.missing"), 1, std::move(effect));
}

Awaitable<Result<InsertOutcome>> FakeBookings::insert(cluster::BookingDocument document) {
    if (caller_.stage.plan.without(Guard::lost_insert_answer) ||
        caller_.stage.plan.without(Guard::sold_lives)) {
        return insert_doubting(std::move(document));
    }
    auto what = caller_.about("bookings.insert {}", brief(document.booking.id));
    auto effect = [&store = caller_.stage.store, document = std::move(document)](
                      InsertOutcome& answer, std::size_t) mutable {
        answer = store.insert(std::move(document));
    };
    return caller_.call<InsertOutcome>(Dependency::mongo, std::move(what), 1, std::move(effect));
}

/// lost_insert_answer removed: the hold takes silence for "another booking has the id".
/// sold_lives removed: see find_doubting().
Awaitable<Result<InsertOutcome>> FakeBookings::insert_doubting(cluster::BookingDocument document) {
    const domain::BookingId id = document.booking.id;
    const bool hold = document.booking.status == domain::BookingStatus::LOCKED;
    auto what = caller_.about("bookings.insert {}", brief(document.booking.id));
    auto effect = [&store = caller_.stage.store, document = std::move(document)](
                      InsertOutcome& answer, std::size_t) mutable {
        answer = store.insert(std::move(document));
    };
    auto outcome = co_await caller_.call<InsertOutcome>(Dependency::mongo, std::move(what), 1,
                                                        std::move(effect));
    if (!outcome && hold) {
        if (caller_.stage.plan.without(Guard::lost_insert_answer))
            co_return InsertOutcome::id_taken;
        unanswered_.insert(id);
    }
    co_return outcome;
}

/// The port may say nullopt of a change that was made.
static void forget_now_and_then(Stage& stage, std::optional<cluster::BookingDocument>& answer) {
    if (answer && !stage.network.is_calm() && stage.random.per_mille(20)) answer.reset();
}

Awaitable<Result<FakeBookings::Document>> FakeBookings::note_payment(domain::BookingId id,
                                                                     domain::UserId user,
                                                                     domain::PaymentId payment,
                                                                     domain::UtcTime now,
                                                                     cluster::OutboxEntry event) {
    auto effect = [&stage = caller_.stage, id, user, payment, now, event = std::move(event)](
                      Document& answer, std::size_t) {
        answer = stage.store.note_payment(id, user, payment, now, event);
        forget_now_and_then(stage, answer);
    };
    return caller_.call<Document>(Dependency::mongo,
                                  caller_.about("bookings.note_payment {}", brief(id)), 1,
                                  std::move(effect));
}

Awaitable<Result<FakeBookings::Document>> FakeBookings::mark_booked(domain::BookingId id,
                                                                    domain::UserId user,
                                                                    domain::UtcTime now,
                                                                    cluster::OutboxEntry event) {
    auto effect = [&stage = caller_.stage, id, user, now, event = std::move(event)](
                      Document& answer, std::size_t) {
        answer = stage.store.mark_booked(id, user, now, event);
        forget_now_and_then(stage, answer);
    };
    return caller_.call<Document>(Dependency::mongo,
                                  caller_.about("bookings.mark_booked {}", brief(id)), 1,
                                  std::move(effect));
}

Awaitable<Result<FakeBookings::Document>> FakeBookings::mark_ended(
    domain::BookingId id, std::int64_t revision, domain::BookingStatus status, domain::UtcTime now,
    std::vector<cluster::OutboxEntry> events) {
    auto effect = [&store = caller_.stage.store, id, revision, status, now,
                   events = std::move(events)](Document& answer, std::size_t) {
        answer = store.mark_ended(id, revision, status, now, events);
    };
    return caller_.call<Document>(
        Dependency::mongo,
        caller_.about("bookings.mark_ended {} r{} {}", brief(id), revision, domain::word(status)),
        1, std::move(effect));
}

Awaitable<Result<FakeBookings::Documents>> FakeBookings::unfinished(domain::UtcTime until,
                                                                    std::size_t limit) {
    auto effect = [&store = caller_.stage.store, until, limit](Documents& answer, std::size_t) {
        answer = store.unfinished(until, limit);
    };
    return caller_.call<Documents>(Dependency::mongo, caller_.about("bookings.unfinished"), 1,
                                   effect);
}

Awaitable<Result<void>> FakeBookings::mark_finished(domain::BookingId id, std::int64_t revision) {
    auto effect = [&store = caller_.stage.store, id, revision](std::monostate&, std::size_t) {
        store.mark_finished(id, revision);
    };
    return caller_.call<void>(Dependency::mongo,
                              caller_.about("bookings.mark_finished {} r{}", brief(id), revision),
                              1, effect);
}

Awaitable<Result<FakeBookings::Documents>> FakeBookings::with_outbox(
    std::vector<domain::BookingId> ids) {
    auto effect = [&store = caller_.stage.store, ids = std::move(ids)](
                      Documents& answer, std::size_t) { answer = store.with_outbox(ids); };
    return caller_.call<Documents>(Dependency::mongo, caller_.about("bookings.with_outbox"), 1,
                                   std::move(effect));
}

Awaitable<Result<FakeBookings::Documents>> FakeBookings::with_old_outbox(domain::UtcTime until,
                                                                         std::size_t limit) {
    auto effect = [&store = caller_.stage.store, until, limit](Documents& answer, std::size_t) {
        answer = store.with_old_outbox(until, limit);
    };
    return caller_.call<Documents>(Dependency::mongo, caller_.about("bookings.with_old_outbox"), 1,
                                   effect);
}

Awaitable<Result<void>> FakeBookings::clear_outbox(std::vector<cluster::BookingRevision> bookings) {
    const std::size_t parts = bookings.size();
    auto effect = [&store = caller_.stage.store, bookings = std::move(bookings)](
                      std::monostate&, std::size_t part) { store.clear_outbox(bookings[part]); };
    return caller_.call<void>(Dependency::mongo, caller_.about("bookings.clear_outbox"), parts,
                              std::move(effect));
}

}  // namespace cinema::simulation
