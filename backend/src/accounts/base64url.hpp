#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cinema::accounts {

/// base64url without padding (RFC 7515 appendix C).
std::string encode_base64url(std::string_view bytes);

/// Decodes into `out` and answers with the number of bytes. nullopt when `out` is too small or the
/// text is not the one canonical encoding: a foreign character, padding, an impossible length, or
/// unused bits set at the end, so that no two texts stand for the same bytes.
/// Own code because libsodium's decoder, made for secrets, takes constant time per character: ten
/// times slower, on every request's token, for text that is no secret.
std::optional<std::size_t> decode_base64url(std::string_view text, std::span<std::uint8_t> out);

constexpr std::size_t decoded_base64url_size(std::size_t text_size) {
    return text_size * 3 / 4;
}

}  // namespace cinema::accounts
