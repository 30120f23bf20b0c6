#include "accounts/base64url.hpp"

#include <array>

namespace cinema::accounts {

namespace {

constexpr std::string_view kBase64UrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t kNoBase64Url = 0xff;

constexpr auto kBase64UrlValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(kNoBase64Url);
    for (std::size_t i = 0; i < kBase64UrlAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kBase64UrlAlphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return values;
}();

std::uint32_t value_of(char c) {
    return kBase64UrlValues[static_cast<unsigned char>(c)];
}

}  // namespace

std::string encode_base64url(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6) text += kBase64UrlAlphabet[(bits >> (held - 6)) & 63];
    }
    if (held > 0) text += kBase64UrlAlphabet[(bits << (6 - held)) & 63];
    return text;
}

std::optional<std::size_t> decode_base64url(std::string_view text, std::span<std::uint8_t> out) {
    const std::size_t tail = text.size() % 4;
    const std::size_t size = decoded_base64url_size(text.size());
    if (tail == 1 || size > out.size()) return std::nullopt;
    std::uint8_t* to = out.data();
    const std::size_t whole = text.size() - tail;
    for (std::size_t i = 0; i < whole; i += 4) {
        const std::uint32_t a = value_of(text[i]);
        const std::uint32_t b = value_of(text[i + 1]);
        const std::uint32_t c = value_of(text[i + 2]);
        const std::uint32_t d = value_of(text[i + 3]);
        if (((a | b | c | d) & 0xc0) != 0) return std::nullopt;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
        *to++ = static_cast<std::uint8_t>(bits >> 16);
        *to++ = static_cast<std::uint8_t>(bits >> 8);
        *to++ = static_cast<std::uint8_t>(bits);
    }
    if (tail != 0) {
        const std::uint32_t a = value_of(text[whole]);
        const std::uint32_t b = value_of(text[whole + 1]);
        const std::uint32_t c = tail == 3 ? value_of(text[whole + 2]) : 0;
        const std::uint32_t bits = a << 18 | b << 12 | c << 6;
        const std::uint32_t unused = tail == 3 ? 0xff : 0xffff;
        if (((a | b | c) & 0xc0) != 0 || (bits & unused) != 0) return std::nullopt;
        *to++ = static_cast<std::uint8_t>(bits >> 16);
        if (tail == 3) *to++ = static_cast<std::uint8_t>(bits >> 8);
    }
    return size;
}

}  // namespace cinema::accounts
