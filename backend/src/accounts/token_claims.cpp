#include "accounts/token_claims.hpp"

#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <optional>

namespace cinema::accounts {

namespace {

namespace json = boost::json;

// Seconds since 1970 up to the year 9999: what the rest of the system can hold.
constexpr std::int64_t kUnixSecondsMax = 253402300799;
constexpr std::size_t kTokenIdBytesMax = 128;

/// Strict RFC 8259, shallow: our tokens are flat. Null when the text is anything but an object.
const json::object* parse_object(std::string_view text, json::storage_ptr storage,
                                 std::optional<json::value>& keeper) {
    json::parse_options options;
    options.max_depth = 4;
    json::error_code problem;
    keeper.emplace(json::parse(json::string_view(text.data(), text.size()), problem,
                               std::move(storage), options));
    return problem ? nullptr : keeper->if_object();
}

std::optional<std::string_view> text_of(const json::object& object, json::string_view name) {
    const json::value* value = object.if_contains(name);
    const json::string* text = value ? value->if_string() : nullptr;
    if (!text) return std::nullopt;
    return std::string_view(text->data(), text->size());
}

bool is_text(const json::object& object, json::string_view name, std::string_view expected) {
    const auto text = text_of(object, name);
    return text && *text == expected;
}

/// A NumericDate. RFC 7519 allows decimals; we never write them and do not read them.
std::optional<domain::UtcTime> time_of(const json::value* value) {
    const std::int64_t* seconds = value ? value->if_int64() : nullptr;
    if (!seconds || *seconds < 0 || *seconds > kUnixSecondsMax) return std::nullopt;
    return domain::UtcTime{std::chrono::seconds{*seconds}};
}

}  // namespace

std::expected<void, TokenProblem> check_header(std::string_view text) {
    std::array<unsigned char, 2048> arena;
    json::monotonic_resource memory(arena.data(), arena.size());
    std::optional<json::value> keeper;
    const json::object* header = parse_object(text, &memory, keeper);
    if (!header) return std::unexpected(TokenProblem::malformed);
    // RFC 7515 4.1.11: an extension marked critical must be understood, and we understand none.
    if (!is_text(*header, "alg", "HS256") || header->contains("crit") ||
        (header->contains("typ") && !is_text(*header, "typ", "JWT"))) {
        return std::unexpected(TokenProblem::algorithm);
    }
    return {};
}

std::expected<Claims, TokenProblem> read_claims(std::string_view text, domain::UtcTime now) {
    std::array<unsigned char, 4096> arena;
    json::monotonic_resource memory(arena.data(), arena.size());
    std::optional<json::value> keeper;
    const json::object* payload = parse_object(text, &memory, keeper);
    if (!payload) return std::unexpected(TokenProblem::malformed);

    const auto subject = text_of(*payload, "sub");
    const auto user_id = domain::UserId::parse(subject.value_or(""));
    const auto role_word = text_of(*payload, "role");
    const auto role = domain::from_word<domain::Role>(role_word.value_or(""));
    const auto token_id = text_of(*payload, "jti");
    const auto issued_at = time_of(payload->if_contains("iat"));
    const auto expires_at = time_of(payload->if_contains("exp"));
    const json::value* not_before_claim = payload->if_contains("nbf");
    const auto not_before = time_of(not_before_claim);
    if (!user_id || !role || !token_id || token_id->empty() ||
        token_id->size() > kTokenIdBytesMax || !issued_at || !expires_at ||
        (not_before_claim && !not_before) || !is_text(*payload, "iss", Tokens::kIssuer) ||
        !is_text(*payload, "aud", Tokens::kAudience)) {
        return std::unexpected(TokenProblem::wrong_claims);
    }
    if (*expires_at <= now) return std::unexpected(TokenProblem::expired);
    const auto skewed_now = now + std::chrono::seconds{Tokens::kClockSkewSeconds};
    if (*issued_at > skewed_now || (not_before && *not_before > skewed_now)) {
        return std::unexpected(TokenProblem::not_yet_valid);
    }
    return Claims{*user_id, *role, *issued_at, *expires_at};
}

}  // namespace cinema::accounts
