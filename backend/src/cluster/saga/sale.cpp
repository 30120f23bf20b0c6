#include "cluster/saga/saga.hpp"
#include "domain/ensure.hpp"
#include "domain/rules.hpp"

/// Pay and confirm.
namespace cinema::cluster {

namespace {

/// How often a compare-and-set that missed is looked into and tried again.
constexpr int kSaleAttempts = 3;

domain::Error payment_declined() {
    return {.code = domain::Errc::payment_required,
            .detail =
                "The payment was declined and nothing was charged. Cancel this booking and "
                "choose the seats again to pay in another way."};
}

}  // namespace

Awaitable<Result<domain::Payment>> Saga::pay(domain::BookingId id, domain::Actor actor) {
    auto found = co_await ports_.bookings.find(id);
    if (!found) co_return std::unexpected(found.error());
    if (!*found) co_return std::unexpected(domain::booking_not_found());
    const auto verdict = domain::decide_pay((*found)->booking, actor, clock_.now());
    if (!verdict) co_return std::unexpected(verdict.error());
    if (*verdict == domain::Verdict::already_done) {
        const auto first = co_await ports_.payments.find_of(id);
        if (!first) co_return std::unexpected(first.error());
        domain::ensure(first->has_value(), "a paid booking has its payment");
        co_return (*first)->payment;
    }
    co_return co_await charge(std::move(**found), actor);
}

/// 1. the payment's record, of which a booking has only one; 2. the provider; 3. SUCCESS; 4. the
/// booking notes it, or the money goes back.
Awaitable<Result<domain::Payment>> Saga::charge(BookingDocument document, domain::Actor actor) {
    const auto now = clock_.now();
    PaymentDocument made{.payment = {.id = ids_.next<domain::PaymentId>(),
                                     .booking_id = document.booking.id,
                                     .status = domain::PaymentStatus::PENDING,
                                     .amount = document.booking.amount,
                                     .currency = document.booking.currency,
                                     .created_at = now,
                                     .updated_at = now},
                         .user_id = document.booking.user_id};
    const auto inserted = co_await ports_.payments.insert(made);
    if (!inserted) co_return std::unexpected(inserted.error());
    if (!*inserted) {
        // Somebody began to pay before: this request goes on with that payment.
        const auto first = co_await ports_.payments.find_of(document.booking.id);
        if (!first) co_return std::unexpected(first.error());
        domain::ensure(first->has_value(), "a payment in the way is there");
        made = **first;
    }
    domain::Payment payment = made.payment;
    if (payment.status == domain::PaymentStatus::FAILED) {
        co_return std::unexpected(payment_declined());
    }
    if (payment.status == domain::PaymentStatus::REFUNDED) {
        co_return co_await payment_refused(payment, actor);
    }
    if (payment.status == domain::PaymentStatus::PENDING) {
        const auto charged = co_await ports_.provider.charge(payment);
        if (!charged) co_return std::unexpected(charged.error());
        if (!*charged) {
            const auto failed =
                co_await ports_.payments.mark_returned(payment.id, true, clock_.now());
            if (!failed) co_return std::unexpected(failed.error());
            co_return std::unexpected(payment_declined());
        }
        // Somebody else's request, or a refund, may have been quicker; the booking tells which.
        const auto succeeded = co_await ports_.payments.mark_succeeded(payment.id, clock_.now());
        if (!succeeded) co_return std::unexpected(succeeded.error());
        payment.status = domain::PaymentStatus::SUCCESS;
    }
    const auto noted_at = clock_.now();
    OutboxEntry event = entry(domain::EventType::PaymentSucceeded, noted_at);
    const auto noted = co_await ports_.bookings.note_payment(document.booking.id, actor.user_id,
                                                             payment.id, noted_at, event);
    if (!noted) co_return std::unexpected(noted.error());
    if (!*noted) co_return co_await payment_refused(payment, actor);
    metrics_.payments.Increment();
    ports_.outbox_filled({document.booking.id, (*noted)->revision, true});
    co_return payment;
}

/// The booking did not take the payment: either it has it already, or it is too late and the
/// money goes back, once the booking can take it no more.
Awaitable<Result<domain::Payment>> Saga::payment_refused(domain::Payment payment,
                                                         domain::Actor actor) {
    for (int i = 0; i < kSaleAttempts; ++i) {
        auto found = co_await ports_.bookings.find(payment.booking_id);
        if (!found) co_return std::unexpected(found.error());
        domain::ensure(found->has_value(), "a booking that is paid for is there");
        const domain::Booking& booking = (*found)->booking;
        const auto verdict = domain::decide_pay(booking, actor, clock_.now());
        if (verdict && *verdict == domain::Verdict::already_done) co_return payment;
        if (booking.status != domain::BookingStatus::LOCKED) {
            domain::ensure(!verdict, "a booking that has ended cannot be paid");
            const bool noted = booking.payment_id == payment.id;
            // What was noted goes back with the steps that end the booking.
            if (!noted) {
                const auto returned = co_await give_back(payment);
                if (!returned) co_return std::unexpected(returned.error());
            }
            co_return std::unexpected(verdict.error());
        }
        if (!domain::is_overdue(booking.lock_expires_at, clock_.now())) {
            // Clocks of two instances may disagree about the last moments.
            break;
        }
        const auto ended =
            co_await end(std::move(**found), domain::BookingStatus::EXPIRED, std::nullopt);
        if (!ended) co_return std::unexpected(ended.error());
    }
    co_return std::unexpected(store_unavailable());
}

Awaitable<Result<void>> Saga::give_back(domain::Payment payment) {
    const auto refunded = co_await ports_.provider.refund(payment);
    if (!refunded) co_return std::unexpected(refunded.error());
    co_return co_await ports_.payments.mark_returned(payment.id, false, clock_.now());
}

Awaitable<Result<domain::Booking>> Saga::confirm(domain::BookingId id, domain::Actor actor) {
    for (int i = 0; i < kSaleAttempts; ++i) {
        const auto now = clock_.now();
        OutboxEntry event = entry(domain::EventType::BookingConfirmed, now);
        auto booked = co_await ports_.bookings.mark_booked(id, actor.user_id, now, event);
        if (!booked) co_return std::unexpected(booked.error());
        if (*booked) {
            // Sold, whatever becomes of the rest: repair() would finish it.
            metrics_.confirmations.Increment();
            (void)co_await finish(**booked, Told::if_changed);
            co_return (*booked)->booking;
        }
        const auto found = co_await ports_.bookings.find(id);
        if (!found) co_return std::unexpected(found.error());
        if (!*found) co_return std::unexpected(domain::booking_not_found());
        const auto verdict = domain::decide_confirm((*found)->booking, actor, clock_.now());
        if (!verdict) co_return std::unexpected(verdict.error());
        if (*verdict == domain::Verdict::already_done) co_return (*found)->booking;
        // It can be confirmed by now: its payment was noted in between.
    }
    co_return std::unexpected(store_unavailable());
}

Awaitable<Result<domain::Booking>> Saga::cancel(domain::BookingId id, domain::Actor actor) {
    for (int i = 0; i < kSaleAttempts; ++i) {
        auto found = co_await ports_.bookings.find(id);
        if (!found) co_return std::unexpected(found.error());
        if (!*found) co_return std::unexpected(domain::booking_not_found());
        const auto verdict = domain::decide_cancel((*found)->booking, actor);
        if (!verdict) co_return std::unexpected(verdict.error());
        if (*verdict == domain::Verdict::already_done) co_return (*found)->booking;
        const auto ended =
            co_await end(std::move(**found), domain::BookingStatus::CANCELLED, actor.user_id);
        if (!ended) co_return std::unexpected(ended.error());
        if (*ended) co_return (*ended)->booking;
        // It changed in between; what it is now decides.
    }
    co_return std::unexpected(store_unavailable());
}

}  // namespace cinema::cluster
