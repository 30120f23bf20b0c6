#include "simulation/cluster/fakes.hpp"

/// Money, and whose it is.
namespace cinema::simulation {

Awaitable<Result<bool>> FakePayments::insert(cluster::PaymentDocument document) {
    auto what = caller_.about("payments.insert {} of booking {}", brief(document.payment.id),
                              brief(document.payment.booking_id));
    auto effect = [&store = caller_.stage.store, document = std::move(document)](
                      bool& answer, std::size_t) { answer = store.insert(document); };
    return caller_.call<bool>(Dependency::mongo, std::move(what), 1, std::move(effect));
}

Awaitable<Result<std::optional<cluster::PaymentDocument>>> FakePayments::find_of(
    domain::BookingId booking) {
    using Document = std::optional<cluster::PaymentDocument>;
    auto effect = [&store = caller_.stage.store, booking](Document& answer, std::size_t) {
        answer = store.payment_of(booking);
    };
    return caller_.call<Document>(Dependency::mongo,
                                  caller_.about("payments.find_of {}", brief(booking)), 1, effect);
}

Awaitable<Result<void>> FakePayments::mark_succeeded(domain::PaymentId id, domain::UtcTime now) {
    auto effect = [&store = caller_.stage.store, id, now](std::monostate&, std::size_t) {
        store.mark_succeeded(id, now);
    };
    return caller_.call<void>(Dependency::mongo,
                              caller_.about("payments.mark_succeeded {}", brief(id)), 1, effect);
}

Awaitable<Result<void>> FakePayments::mark_returned(domain::PaymentId id, bool declined,
                                                    domain::UtcTime now) {
    auto effect = [&store = caller_.stage.store, id, declined, now](std::monostate&, std::size_t) {
        store.mark_returned(id, declined, now);
    };
    return caller_.call<void>(Dependency::mongo,
                              caller_.about("payments.mark_returned {}", brief(id)), 1, effect);
}

Awaitable<Result<void>> FakePayments::mark_settled(domain::PaymentId id) {
    auto effect = [&store = caller_.stage.store, id](std::monostate&, std::size_t) {
        store.mark_settled(id);
    };
    return caller_.call<void>(Dependency::mongo,
                              caller_.about("payments.mark_settled {}", brief(id)), 1, effect);
}

Awaitable<Result<std::vector<cluster::PaymentDocument>>> FakePayments::unsettled(
    domain::UtcTime until, std::size_t limit) {
    using Documents = std::vector<cluster::PaymentDocument>;
    auto effect = [&store = caller_.stage.store, until, limit](Documents& answer, std::size_t) {
        answer = store.unsettled(until, limit);
    };
    return caller_.call<Documents>(Dependency::mongo, caller_.about("payments.unsettled"), 1,
                                   effect);
}

Awaitable<Result<bool>> FakeProvider::charge(domain::Payment payment) {
    auto what = caller_.about("provider.charge {}", brief(payment.id));
    auto effect = [&provider = caller_.stage.provider, payment = std::move(payment)](
                      bool& answer, std::size_t) { answer = provider.charge(payment); };
    return caller_.call<bool>(Dependency::provider, std::move(what), 1, std::move(effect));
}

Awaitable<Result<void>> FakeProvider::refund(domain::Payment payment) {
    auto what = caller_.about("provider.refund {}", brief(payment.id));
    auto effect = [&stage = caller_.stage, payment = std::move(payment)](std::monostate&,
                                                                         std::size_t) {
        const auto booking = stage.store.booking(payment.booking_id);
        const bool noted = booking && booking->booking.payment_id == payment.id;
        stage.provider.refund(payment, noted);
    };
    return caller_.call<void>(Dependency::provider, std::move(what), 1, std::move(effect));
}

Awaitable<Result<bool>> FakeUsers::exists(domain::UserId) {
    auto effect = [](bool& answer, std::size_t) { answer = true; };
    return caller_.call<bool>(Dependency::mongo, caller_.about("users.exists"), 1, effect);
}

}  // namespace cinema::simulation
