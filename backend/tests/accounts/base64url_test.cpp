#include "accounts/base64url.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <random>
#include <vector>

namespace cinema::accounts {

namespace {

std::optional<std::string> decoded(std::string_view text) {
    std::array<std::uint8_t, 256> out{};
    const auto size = decode_base64url(text, out);
    if (!size) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(out.data()), *size);
}

TEST(Base64Url, DoesTheTestVectorsOfRfc4648) {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"}};
    for (const auto& [bytes, text] : rows) {
        EXPECT_EQ(encode_base64url(bytes), text);
        EXPECT_EQ(decoded(text), bytes) << text;
    }
}

TEST(Base64Url, RefusesEverythingButTheOneEncoding) {
    for (const char* text : {"Zg==", "Zm8=", "Z", "Zm9vY", "Zh", "Zm9", "+__+", "-//-", "Zm 9v",
                             "Zm9v\n", "Zm9v.", "ก"}) {
        EXPECT_EQ(decoded(text), std::nullopt) << text;
    }
}

TEST(Base64Url, RefusesMoreThanThereIsRoomFor) {
    std::array<std::uint8_t, 2> out{};
    EXPECT_EQ(decode_base64url("Zm8", out), 2u);
    EXPECT_EQ(decode_base64url("Zm9v", out), std::nullopt);
}

TEST(Base64Url, AgreesWithLibsodiumOnRandomText) {
    std::mt19937 random(7);
    constexpr std::string_view kCharacters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=.";
    int accepted = 0;
    for (int round = 0; round < 20000; ++round) {
        std::string text(random() % 12, 'A');
        // Mostly good characters, or nothing would ever be accepted.
        for (char& c : text) c = kCharacters[random() % (random() % 8 == 0 ? 68 : 64)];
        std::array<unsigned char, 64> bytes{};
        std::size_t size = 0;
        const bool good =
            ::sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr,
                                &size, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0;
        const auto ours = decoded(text);
        ASSERT_EQ(ours.has_value(), good) << text;
        if (!good) continue;
        ++accepted;
        ASSERT_EQ(*ours, std::string(reinterpret_cast<const char*>(bytes.data()), size)) << text;
        ASSERT_EQ(encode_base64url(*ours), text);
    }
    EXPECT_GT(accepted, 1000);
}

}  // namespace

}  // namespace cinema::accounts
