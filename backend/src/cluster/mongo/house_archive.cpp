#include "cluster/mongo/house_archive.hpp"

#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "cluster/mongo/audit_log.hpp"
#include "cluster/mongo/audit_trail.hpp"
#include "cluster/mongo/booking_fields.hpp"
#include "cluster/mongo/payment_documents.hpp"
#include "cluster/mongo/seat_documents.hpp"
#include "cluster/mongo/user_store.hpp"
#include "cluster/saga/relay.hpp"

namespace cinema::cluster::mongo {

namespace {

constexpr std::size_t kDocumentsPerInsert = 500;

domain::Error half_done(std::string_view what, std::string_view id) {
    return {.code = domain::Errc::validation,
            .detail = fmt::format("{} {} is half done. Start a server, let it run for half a "
                                  "minute, stop it, and export again.",
                                  what, id)};
}

/// The part of "<user>:<key>" that the client gave.
std::optional<std::string> key_of(const std::optional<std::string>& hold_key) {
    if (!hold_key) return std::nullopt;
    return hold_key->substr(hold_key->find(':') + 1);
}

/// Records into the documents of their collections, inserted in batches. A seat's holder and time
/// are its booking's, and a booking's versions its seats', so seats wait for their bookings.
class ArchiveLoader {
  public:
    ArchiveLoader(Mongo& mongo, const Operation& insert) : mongo_(mongo), insert_(insert) {}

    Result<void> operator()(const domain::User& user) {
        Document document;
        write_user(document, user);
        return add("users", std::move(document));
    }

    Result<void> operator()(const archive::SeatRecord& seat) {
        if (!seat.booking_id) return add_seat(seat, nullptr);
        waiting_[*seat.booking_id].push_back(seat);
        return {};
    }

    Result<void> operator()(const archive::BookingRecord& record) {
        const domain::Booking& booking = record.booking;
        const auto held = waiting_.extract(booking.id);
        const bool live = booking.status == domain::BookingStatus::LOCKED ||
                          booking.status == domain::BookingStatus::BOOKED;
        if (live != !held.empty() || (live && held.mapped().size() != booking.seats.size())) {
            return domain::fail(domain::Errc::validation,
                                fmt::format("The seats of booking {} are not those that it tells "
                                            "of.",
                                            booking.id.to_hex()));
        }
        std::map<std::string, std::int64_t> versions;
        if (live) {
            for (const archive::SeatRecord& seat : held.mapped()) {
                const bool sold = seat.state == domain::SeatState::BOOKED;
                versions[seat.seat_code] = seat.version - (sold ? 1 : 0);
                const auto added = add_seat(seat, &booking);
                if (!added) return added;
            }
        }
        BookingDocument document{.booking = booking,
                                 .seat_versions = {},
                                 .hold_key = {},
                                 .revision = 1,
                                 .outbox = {},
                                 .unfinished_since = {}};
        // Those of a booking that has ended are never asked for again.
        for (const std::string& code : booking.seats) {
            document.seat_versions.push_back(versions[code]);
        }
        if (record.idempotency_key) {
            document.hold_key = booking.user_id.to_hex() + ":" + *record.idempotency_key;
        }
        Document fields;
        write_booking_document(fields, document);
        const auto added = add(kBookings, std::move(fields));
        if (!added || !record.payment) return added;
        Document payment;
        const bool settled = booking.status != domain::BookingStatus::LOCKED;
        write_payment(payment, {.payment = *record.payment, .user_id = booking.user_id}, settled);
        return add(kPayments, std::move(payment));
    }

    Result<void> operator()(const domain::AuditLog& log) {
        Document document;
        write_audit_log(document, log);
        return add("audit_logs", std::move(document));
    }

    /// After the last record.
    Result<void> finish() {
        for (auto& [collection, documents] : batches_) {
            const auto inserted = insert(collection, documents);
            if (!inserted) return inserted;
        }
        if (waiting_.empty()) return {};
        return domain::fail(domain::Errc::validation,
                            "Seats are LOCKED or BOOKED that no booking of the archive has.");
    }

  private:
    Result<void> add_seat(const archive::SeatRecord& seat, const domain::Booking* booking) {
        Document document;
        document.add("showtime_id", seat.showtime_id)
            .add("seat_code", seat.seat_code)
            .add("state", seat.state)
            .add("version", seat.version);
        if (booking) {
            document.add("booking_id", booking->id).add("locked_by", booking->user_id);
            if (seat.state == domain::SeatState::LOCKED) {
                document.add("lock_expires_at", booking->lock_expires_at);
            }
        }
        return add(kSeats, std::move(document));
    }

    Result<void> add(std::string_view collection, Document document) {
        auto& batch = batches_[std::string(collection)];
        batch.push_back(std::move(document));
        return batch.size() < kDocumentsPerInsert ? Result<void>() : insert(collection, batch);
    }

    Result<void> insert(std::string_view collection, std::vector<Document>& documents) {
        if (documents.empty()) return {};
        Document command = Mongo::command("insert", collection);
        command.array("documents", [&](ArrayWriter& all) {
            for (const Document& document : documents) all.add(document);
        });
        const auto written = mongo_.write(insert_, command);
        if (!written) return std::unexpected(written.error());
        documents.clear();
        if (written->duplicates.empty()) return {};
        return domain::fail(domain::Errc::validation,
                            fmt::format("A document of {} is there already, or twice in the "
                                        "archive (index {}).",
                                        collection, written->duplicates.front().index_name));
    }

    Mongo& mongo_;
    const Operation& insert_;
    std::map<std::string, std::vector<Document>> batches_;
    std::unordered_map<domain::BookingId, std::vector<archive::SeatRecord>> waiting_;
};

}  // namespace

Result<void> MongoHouseArchive::each(std::string_view collection,
                                     const std::function<void(Fields)>& use) {
    Document find = Mongo::command("find", collection);
    find.object("sort", [](Writer& sort) { sort.add("_id", 1); }).add("batchSize", 1'000);
    return mongo_.each(read_, collection, find, use);
}

Result<void> MongoHouseArchive::read(const std::function<void(const archive::Record&)>& take) {
    auto read = each("users", [&](Fields fields) { take(archive::Record(read_user(fields))); });
    if (!read) return read;

    read = each(kSeats, [&](Fields fields) {
        const auto showtime = fields.id<domain::ShowtimeId>("showtime_id");
        SeatDocument document = read_seat(fields);
        take(archive::Record(archive::SeatRecord{.showtime_id = showtime,
                                                 .seat_code = document.seat.seat_code,
                                                 .state = document.seat.state,
                                                 .booking_id = document.booking_id,
                                                 .version = document.seat.version}));
    });
    if (!read) return read;

    std::unordered_map<domain::BookingId, domain::Payment> payments;
    read = each(kPayments, [&](Fields fields) {
        const PaymentDocument document = read_payment(fields);
        payments.emplace(document.payment.booking_id, document.payment);
    });
    if (!read) return read;

    std::optional<domain::Error> problem;
    std::vector<domain::AuditLog> undelivered;
    read = each(kBookings, [&](Fields fields) {
        const BookingDocument document = read_booking_document(fields);
        const domain::Booking& booking = document.booking;
        if (document.unfinished_since) problem = half_done("Booking", booking.id.to_hex());
        archive::BookingRecord record{
            .booking = booking, .payment = {}, .idempotency_key = key_of(document.hold_key)};
        if (const auto paid = payments.find(booking.id); paid != payments.end()) {
            // One that the booking never took has gone back, and is of no interest any more.
            const bool taken = booking.payment_id == paid->second.id;
            const bool over = paid->second.status == domain::PaymentStatus::REFUNDED ||
                              paid->second.status == domain::PaymentStatus::FAILED;
            if (taken) record.payment = paid->second;
            if (!taken && !over) problem = half_done("Payment", paid->second.id.to_hex());
        }
        take(archive::Record(std::move(record)));
        for (const domain::Event& event : events_of(document)) {
            undelivered.push_back(audit_log_of(event));
        }
    });
    if (!read) return read;
    if (problem) return std::unexpected(*problem);

    read =
        each("audit_logs", [&](Fields fields) { take(archive::Record(read_audit_log(fields))); });
    if (!read) return read;
    for (domain::AuditLog& log : undelivered) take(archive::Record(std::move(log)));
    return {};
}

Result<void> MongoHouseArchive::check_empty() {
    for (const std::string_view collection :
         {kBookings, kSeats, kPayments, std::string_view("audit_logs")}) {
        Document find = Mongo::command("find", collection);
        find.add("limit", 1).add("singleBatch", true);
        const auto reply = mongo_.read(read_, find);
        if (!reply) return std::unexpected(reply.error());
        bool empty = true;
        each_in(*reply, collection, [&](Fields) { empty = false; });
        if (!empty) {
            return domain::fail(domain::Errc::validation,
                                "This house is not empty: it has bookings, perhaps of an import "
                                "that broke off. Import into a new database.");
        }
    }
    return {};
}

Result<void> MongoHouseArchive::load(
    const std::function<Result<std::optional<archive::Record>>()>& next) {
    const auto empty = check_empty();
    if (!empty) return empty;
    ArchiveLoader loader(mongo_, load_);
    for (;;) {
        const auto record = next();
        if (!record) return std::unexpected(record.error());
        if (!*record) return loader.finish();
        const auto put = std::visit(loader, **record);
        if (!put) return put;
    }
}

}  // namespace cinema::cluster::mongo
