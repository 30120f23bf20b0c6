#pragma once

#include <span>

#include "cluster/mongo/client.hpp"
#include "cluster/mongo/together.hpp"
#include "cluster/saga/ports.hpp"

namespace cinema::cluster::mongo {

inline constexpr std::string_view kPayments = "payments";

/// PaymentDocuments on `payments`, where `booking_id` is unique. One round trip a call.
class MongoPayments final : public PaymentDocuments {
  public:
    explicit MongoPayments(Mongo& mongo);

    Awaitable<Result<bool>> insert(PaymentDocument document) override;
    Awaitable<Result<std::optional<PaymentDocument>>> find_of(domain::BookingId booking) override;
    Awaitable<Result<void>> mark_succeeded(domain::PaymentId id, domain::UtcTime now) override;
    Awaitable<Result<void>> mark_returned(domain::PaymentId id, bool declined,
                                          domain::UtcTime now) override;
    Awaitable<Result<void>> mark_settled(domain::PaymentId id) override;
    Awaitable<Result<std::vector<PaymentDocument>>> unsettled(domain::UtcTime until,
                                                              std::size_t limit) override;

  private:
    Result<std::vector<PaymentDocument>> all(const Operation& operation, Document& find);

    struct Success {
        domain::PaymentId id;
        domain::UtcTime at;
    };
    Result<std::vector<bool>> insert_together(std::span<const PaymentDocument> documents);

    Mongo& mongo_;
    const Operation insert_;
    const Operation find_of_;
    const Operation mark_succeeded_;
    const Operation mark_returned_;
    const Operation mark_settled_;
    const Operation unsettled_;
    Gathering<PaymentDocument, bool> inserts_;
    Gathering<Success, Done> successes_;
    Gathering<domain::PaymentId, Done> settlements_;
};

/// A payment's record. Throws std::runtime_error for broken data.
PaymentDocument read_payment(Fields& fields);
/// All fields of a payment; unsettled, unless it is REFUNDED or FAILED, or told to be settled.
void write_payment(Writer& out, const PaymentDocument& document, bool settled);

}  // namespace cinema::cluster::mongo
