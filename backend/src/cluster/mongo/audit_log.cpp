#include "cluster/mongo/audit_log.hpp"

#include <array>
#include <stdexcept>

#include "cluster/mongo/json_payload.hpp"
#include "domain/hex.hpp"

namespace cinema::cluster::mongo {

namespace {

/// Bytes of the UUID in an entry's id: its end, which is what two events of one process differ by.
constexpr std::size_t kUuidBytes = 6;

/// The place in a booking's life: of events in one millisecond, which came first.
unsigned rank_of(domain::EventType type) {
    switch (type) {
        case domain::EventType::BookingLocked:
            return 0;
        case domain::EventType::PaymentSucceeded:
            return 1;
        case domain::EventType::BookingConfirmed:
        case domain::EventType::BookingCancelled:
        case domain::EventType::BookingExpired:
            return 2;
        case domain::EventType::PaymentRefunded:
            return 3;
    }
    return 3;
}

std::array<std::uint8_t, kUuidBytes> end_of_uuid(std::string_view uuid) {
    constexpr std::size_t kLength = 36;
    std::array<std::uint8_t, kUuidBytes> bytes{};
    bool good = uuid.size() == kLength;
    for (std::size_t i = 0; good && i < 2 * kUuidBytes; ++i) {
        const int digit = domain::hex_digit_value(uuid[kLength - 2 * kUuidBytes + i]);
        good = digit >= 0;
        bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] * 16 + digit);
    }
    if (!good) throw std::runtime_error("an event's id is not a UUID");
    return bytes;
}

}  // namespace

domain::AuditLogId audit_log_id(const domain::Event& event) {
    const auto milliseconds = event.occurred_at.time_since_epoch().count();
    const auto second = static_cast<std::uint32_t>(milliseconds / 1000);
    const auto in_second = static_cast<unsigned>(milliseconds % 1000) << 6 | rank_of(event.type);
    domain::AuditLogId id;
    auto& bytes = id.value.bytes;
    for (std::size_t i = 0; i < 4; ++i) {
        bytes[i] = static_cast<std::uint8_t>(second >> (24 - 8 * i));
    }
    bytes[4] = static_cast<std::uint8_t>(in_second >> 8);
    bytes[5] = static_cast<std::uint8_t>(in_second);
    const auto end = end_of_uuid(event.event_id);
    std::copy(end.begin(), end.end(), bytes.begin() + 6);
    return id;
}

domain::AuditLog audit_log_of(const domain::Event& event) {
    return {.id = audit_log_id(event),
            .event_id = event.event_id,
            .event_type = std::string(domain::word(event.type)),
            .user_id = event.user_id,
            .showtime_id = event.showtime_id,
            .booking_id = event.booking_id,
            .seats = event.seats,
            .payload = event.payload,
            .created_at = event.occurred_at};
}

void write_audit_log(Writer& out, const domain::AuditLog& log) {
    out.add("_id", log.id)
        .add("event_id", log.event_id)
        .add("event_type", log.event_type)
        .add("user_id", log.user_id)
        .add("showtime_id", log.showtime_id)
        .add("booking_id", log.booking_id)
        .add("seats", log.seats);
    if (!log.payload.empty()) add_json(out, "payload", log.payload);
    out.add("created_at", log.created_at);
}

Result<void> AuditLogWriter::write(const std::vector<domain::Event>& events) {
    if (events.empty()) return {};
    Document command = Mongo::command("insert", "audit_logs");
    // Unordered: one that is there already does not keep those behind it out.
    command.add("ordered", false).array("documents", [&](ArrayWriter& documents) {
        for (const domain::Event& event : events) {
            documents.object([&](Writer& out) { write_audit_log(out, audit_log_of(event)); });
        }
    });
    auto written = mongo_.write(insert_, command);
    if (!written) return std::unexpected(std::move(written.error()));
    return {};  // a duplicate is a redelivery
}

}  // namespace cinema::cluster::mongo
