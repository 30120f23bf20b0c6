#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace cinema::domain {

/// A 12-byte ObjectId (4 bytes of seconds since 1970, 5 random, 3 counting; all big-endian),
/// written as 24 lower-case hex digits. Both engines use the same ids, and ids made by one process
/// sort by the time they were made. Source: BSON specification, ObjectId.
struct ObjectId {
    std::array<std::uint8_t, 12> bytes{};

    /// Accepts exactly 24 hex digits of either case; anything else is nullopt.
    static std::optional<ObjectId> parse(std::string_view hex);

    std::string to_hex() const;
    bool is_nil() const { return *this == ObjectId{}; }

    auto operator<=>(const ObjectId&) const = default;
};

/// An ObjectId that knows what it names, so that a booking's id cannot be passed for a user's.
template <class Tag>
struct Id {
    ObjectId value;

    static std::optional<Id> parse(std::string_view hex) {
        const auto parsed = ObjectId::parse(hex);
        return parsed ? std::optional<Id>(Id{*parsed}) : std::nullopt;
    }
    std::string to_hex() const { return value.to_hex(); }
    bool is_nil() const { return value.is_nil(); }

    auto operator<=>(const Id&) const = default;
};

using MovieId = Id<struct MovieTag>;
using AuditoriumId = Id<struct AuditoriumTag>;
using SeatMapId = Id<struct SeatMapTag>;
using ShowtimeId = Id<struct ShowtimeTag>;
using UserId = Id<struct UserTag>;
using BookingId = Id<struct BookingTag>;
using PaymentId = Id<struct PaymentTag>;
using AuditLogId = Id<struct AuditLogTag>;

}  // namespace cinema::domain

template <>
struct std::hash<cinema::domain::ObjectId> {
    std::size_t operator()(const cinema::domain::ObjectId& id) const noexcept {
        // The low 8 bytes hold the random part and the counter: already well spread after mixing.
        std::uint64_t low = 0;
        std::memcpy(&low, id.bytes.data() + 4, sizeof low);
        std::uint32_t high = 0;
        std::memcpy(&high, id.bytes.data(), sizeof high);
        return static_cast<std::size_t>((low ^ (std::uint64_t{high} << 17)) *
                                        0x9e3779b97f4a7c15ULL);
    }
};

template <class Tag>
struct std::hash<cinema::domain::Id<Tag>> {
    std::size_t operator()(const cinema::domain::Id<Tag>& id) const noexcept {
        return std::hash<cinema::domain::ObjectId>{}(id.value);
    }
};
