#include "archive/archive_file.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>

#include "domain/uuid.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

namespace cinema::archive {

namespace {

constexpr std::string_view kFormat = "cinema-archive";
constexpr std::int64_t kVersion = 1;
/// Longer than any line that we write but the first, which may be as long as a catalogue.
constexpr std::size_t kLineBytesMax = 64 << 20;

// The records as they are written: ids and times as texts, read back by hand below because the
// reader of request bodies knows texts and lists only.
struct UserLine {
    std::string kind;
    std::string id;
    std::string email;
    std::string name;
    std::string role;
    std::string password_hash;
    std::string created_at;
};
BOOST_DESCRIBE_STRUCT(UserLine, (), (kind, id, email, name, role, password_hash, created_at))

struct SeatLine {
    std::string kind;
    std::string showtime_id;
    std::string seat_code;
    std::string state;
    std::optional<std::string> booking_id;
    std::int64_t version = 0;
};
BOOST_DESCRIBE_STRUCT(SeatLine, (), (kind, showtime_id, seat_code, state, booking_id, version))

struct PaymentPart {
    std::string id;
    std::string status;
    std::string created_at;
    std::string updated_at;
};
BOOST_DESCRIBE_STRUCT(PaymentPart, (), (id, status, created_at, updated_at))

struct BookingLine {
    std::string kind;
    std::string id;
    std::string user_id;
    std::string showtime_id;
    std::vector<std::string> seats;
    std::string status;
    std::int64_t amount = 0;
    std::string currency;
    std::string lock_expires_at;
    std::string created_at;
    std::string updated_at;
    std::optional<std::string> idempotency_key;
    std::optional<PaymentPart> payment;
};
BOOST_DESCRIBE_STRUCT(BookingLine, (),
                      (kind, id, user_id, showtime_id, seats, status, amount, currency,
                       lock_expires_at, created_at, updated_at, idempotency_key, payment))

struct LogLine {
    std::string kind;
    std::string id;
    std::string event_id;
    std::string event_type;
    std::optional<std::string> user_id;
    std::optional<std::string> showtime_id;
    std::optional<std::string> booking_id;
    std::vector<std::string> seats;
    std::string payload;  ///< JSON in a text: it is copied as it is
    std::string created_at;
};
BOOST_DESCRIBE_STRUCT(LogLine, (),
                      (kind, id, event_id, event_type, user_id, showtime_id, booking_id, seats,
                       payload, created_at))

template <class IdType>
std::optional<std::string> hex(const std::optional<IdType>& id) {
    return id ? std::optional(id->to_hex()) : std::nullopt;
}

struct ToLine {
    std::string operator()(const domain::User& user) const {
        return json::to_json(UserLine{"user", user.id.to_hex(), user.email, user.name,
                                      std::string(domain::word(user.role)), user.password_hash,
                                      domain::format_rfc3339(user.created_at)});
    }
    std::string operator()(const SeatRecord& seat) const {
        return json::to_json(SeatLine{"seat", seat.showtime_id.to_hex(), seat.seat_code,
                                      std::string(domain::word(seat.state)), hex(seat.booking_id),
                                      seat.version});
    }
    std::string operator()(const BookingRecord& record) const {
        const domain::Booking& booking = record.booking;
        BookingLine line{"booking",
                         booking.id.to_hex(),
                         booking.user_id.to_hex(),
                         booking.showtime_id.to_hex(),
                         booking.seats,
                         std::string(domain::word(booking.status)),
                         booking.amount,
                         booking.currency,
                         domain::format_rfc3339(booking.lock_expires_at),
                         domain::format_rfc3339(booking.created_at),
                         domain::format_rfc3339(booking.updated_at),
                         record.idempotency_key,
                         {}};
        if (const auto& payment = record.payment) {
            line.payment =
                PaymentPart{payment->id.to_hex(), std::string(domain::word(payment->status)),
                            domain::format_rfc3339(payment->created_at),
                            domain::format_rfc3339(payment->updated_at)};
        }
        return json::to_json(line);
    }
    std::string operator()(const domain::AuditLog& log) const {
        return json::to_json(LogLine{"log", log.id.to_hex(), log.event_id, log.event_type,
                                     hex(log.user_id), hex(log.showtime_id), hex(log.booking_id),
                                     log.seats, log.payload,
                                     domain::format_rfc3339(log.created_at)});
    }
};

/// What is wrong with a line.
struct Broken {
    std::string what;
};

/// The members of one object; throws Broken for one that is not as it must be.
class MembersOf {
  public:
    explicit MembersOf(const boost::json::value& value) : object_(value.if_object()) {
        if (!object_) throw Broken{"a record must be a JSON object"};
    }

    const boost::json::value* find(std::string_view name) const {
        return object_->if_contains(name);
    }
    const boost::json::value& at(std::string_view name) const {
        const auto* found = find(name);
        if (!found) throw Broken{fmt::format("{} is missing", name)};
        return *found;
    }
    std::string text(std::string_view name) const { return text_of(at(name), name); }
    std::optional<std::string> optional_text(std::string_view name) const {
        const auto* found = find(name);
        return found ? std::optional(text_of(*found, name)) : std::nullopt;
    }
    std::int64_t integer(std::string_view name, std::int64_t least) const {
        const auto* found = at(name).if_int64();
        if (!found || *found < least) {
            throw Broken{fmt::format("{} must be an integer, at least {}", name, least)};
        }
        return *found;
    }
    std::vector<std::string> texts(std::string_view name) const {
        const auto* array = at(name).if_array();
        if (!array) throw Broken{fmt::format("{} must be an array", name)};
        std::vector<std::string> all;
        for (const auto& item : *array) all.push_back(text_of(item, name));
        return all;
    }
    template <class IdType>
    IdType id(std::string_view name) const {
        const auto parsed = IdType::parse(text(name));
        if (!parsed) throw Broken{fmt::format("{} must be 24 hex digits", name)};
        return *parsed;
    }
    template <class IdType>
    std::optional<IdType> optional_id(std::string_view name) const {
        return find(name) ? std::optional(id<IdType>(name)) : std::nullopt;
    }
    std::string uuid(std::string_view name) const {
        auto normal = domain::normal_uuid(text(name));
        if (!normal) throw Broken{fmt::format("{} must be a UUID", name)};
        return std::move(*normal);
    }
    /// A JSON object as a text, or an empty text.
    std::string object_text(std::string_view name) const {
        std::string object = text(name);
        const auto value = json::parse(object);
        if (!object.empty() && (!value || !value->is_object())) {
            throw Broken{fmt::format("{} must be a JSON object as a text", name)};
        }
        return object;
    }
    domain::UtcTime time(std::string_view name) const {
        const auto parsed = domain::parse_rfc3339(text(name));
        if (!parsed) throw Broken{fmt::format("{} must be a time as of RFC 3339", name)};
        return *parsed;
    }
    template <class E>
    E word(std::string_view name) const {
        const auto parsed = domain::from_word<E>(text(name));
        if (!parsed) throw Broken{fmt::format("{} is no word that is known", name)};
        return *parsed;
    }

  private:
    static std::string text_of(const boost::json::value& value, std::string_view name) {
        const auto* text = value.if_string();
        if (!text) throw Broken{fmt::format("{} must be a text", name)};
        return std::string(*text);
    }

    const boost::json::object* object_;
};

BookingRecord booking_of(const MembersOf& from) {
    BookingRecord record;
    domain::Booking& booking = record.booking;
    booking.id = from.id<domain::BookingId>("id");
    booking.user_id = from.id<domain::UserId>("userId");
    booking.showtime_id = from.id<domain::ShowtimeId>("showtimeId");
    booking.seats = from.texts("seats");
    booking.status = from.word<domain::BookingStatus>("status");
    booking.amount = from.integer("amount", 0);
    booking.currency = from.text("currency");
    booking.lock_expires_at = from.time("lockExpiresAt");
    booking.created_at = from.time("createdAt");
    booking.updated_at = from.time("updatedAt");
    record.idempotency_key = from.optional_text("idempotencyKey");
    if (const auto* part = from.find("payment")) {
        const MembersOf paid(*part);
        domain::Payment payment{.id = paid.id<domain::PaymentId>("id"),
                                .booking_id = booking.id,
                                .status = paid.word<domain::PaymentStatus>("status"),
                                .amount = booking.amount,
                                .currency = booking.currency,
                                .created_at = paid.time("createdAt"),
                                .updated_at = paid.time("updatedAt")};
        booking.payment_id = payment.id;
        booking.payment_status = payment.status;
        record.payment = std::move(payment);
    }
    return record;
}

Record record_of(const std::string& kind, const MembersOf& from) {
    if (kind == "user") {
        return domain::User{.id = from.id<domain::UserId>("id"),
                            .email = from.text("email"),
                            .name = from.text("name"),
                            .role = from.word<domain::Role>("role"),
                            .password_hash = from.text("passwordHash"),
                            .created_at = from.time("createdAt")};
    }
    if (kind == "seat") {
        SeatRecord seat{.showtime_id = from.id<domain::ShowtimeId>("showtimeId"),
                        .seat_code = from.text("seatCode"),
                        .state = from.word<domain::SeatState>("state"),
                        .booking_id = from.optional_id<domain::BookingId>("bookingId"),
                        .version = from.integer("version", 1)};
        if (seat.booking_id.has_value() == (seat.state == domain::SeatState::AVAILABLE)) {
            throw Broken{"a seat has a bookingId unless it is AVAILABLE"};
        }
        return seat;
    }
    if (kind == "booking") return booking_of(from);
    if (kind == "log") {
        return domain::AuditLog{.id = from.id<domain::AuditLogId>("id"),
                                .event_id = from.uuid("eventId"),
                                .event_type = from.text("eventType"),
                                .user_id = from.optional_id<domain::UserId>("userId"),
                                .showtime_id = from.optional_id<domain::ShowtimeId>("showtimeId"),
                                .booking_id = from.optional_id<domain::BookingId>("bookingId"),
                                .seats = from.texts("seats"),
                                .payload = from.object_text("payload"),
                                .created_at = from.time("createdAt")};
    }
    throw Broken{"kind must be user, seat, booking, log or end"};
}

}  // namespace

std::string header_line(std::string_view catalogue_json, domain::UtcTime now) {
    std::string out = fmt::format(R"({{"format":"{}","version":{},"exportedAt":"{}","catalogue":)",
                                  kFormat, kVersion, domain::format_rfc3339(now));
    json::write(out, catalogue_json);
    out += "}\n";
    return out;
}

std::string record_line(const Record& record) {
    return std::visit(ToLine{}, record) + "\n";
}

std::string end_line(std::int64_t records) {
    return fmt::format(R"({{"kind":"end","records":{}}})", records) + "\n";
}

bool is_archive(std::string_view text) {
    return text.starts_with(fmt::format(R"({{"format":"{}")", kFormat));
}

domain::Error ArchiveReader::wrong(std::string_view what) const {
    return {.code = domain::Errc::validation, .detail = fmt::format("line {}: {}", line_, what)};
}

domain::Result<std::string> ArchiveReader::line() {
    std::string text;
    ++line_;
    if (!std::getline(in_, text)) {
        return std::unexpected(wrong("the file ends here, before its last line; it was cut short"));
    }
    if (text.size() > kLineBytesMax) return std::unexpected(wrong("the line is too long"));
    return text;
}

domain::Result<std::string> ArchiveReader::header() {
    const auto text = line();
    if (!text) return std::unexpected(text.error());
    const auto value = json::parse(*text);
    if (!value) return std::unexpected(wrong(value.error().message));
    try {
        const MembersOf header(*value);
        if (header.text("format") != kFormat) throw Broken{"this is no archive of a cinema"};
        if (header.integer("version", 1) != kVersion) {
            throw Broken{"the archive is of another version of this program"};
        }
        return header.text("catalogue");
    } catch (const Broken& broken) {
        return std::unexpected(wrong(broken.what));
    }
}

domain::Result<std::optional<Record>> ArchiveReader::next() {
    const auto text = line();
    if (!text) return std::unexpected(text.error());
    const auto value = json::parse(*text);
    if (!value) return std::unexpected(wrong(value.error().message));
    try {
        const MembersOf from(*value);
        const std::string kind = from.text("kind");
        if (kind == "end") {
            if (from.integer("records", 0) != records_) throw Broken{"records are missing"};
            return std::optional<Record>();
        }
        ++records_;
        return std::optional<Record>(record_of(kind, from));
    } catch (const Broken& broken) {
        return std::unexpected(wrong(broken.what));
    }
}

}  // namespace cinema::archive
