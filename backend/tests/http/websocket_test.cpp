#include "http/websocket.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cinema::http {
namespace {

using Action = FrameReader::Action;

std::string client_frame(int first, std::string_view payload, bool masked = true) {
    std::string frame(1, static_cast<char>(first));
    const int mask_bit = masked ? 0x80 : 0;
    if (payload.size() < 126) {
        frame += static_cast<char>(mask_bit | static_cast<int>(payload.size()));
    } else {
        frame += static_cast<char>(mask_bit | 126);
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size() & 0xff);
    }
    const std::string mask = "\x12\x34\x56\x78";
    if (masked) frame += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame += masked ? static_cast<char>(payload[i] ^ mask[i % 4]) : payload[i];
    }
    return frame;
}

/// The first action that is not none, whatever pieces the bytes come in.
Action first_action(FrameReader& reader, std::string_view bytes, std::size_t step) {
    while (!bytes.empty()) {
        std::string_view piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        while (!piece.empty()) {
            const Action action = reader.feed(piece);
            if (action != Action::none) return action;
        }
    }
    return Action::none;
}

TEST(FrameReader, AnswersPingsWithTheirPayload) {
    for (const std::size_t step : {1u, 3u, 100u}) {
        FrameReader reader;
        EXPECT_EQ(first_action(reader, client_frame(0x89, "hello"), step), Action::pong);
        EXPECT_EQ(reader.payload(), "hello");
    }
    EXPECT_EQ(pong_frame("hello"), std::string("\x8a\x05hello"));
}

TEST(FrameReader, IgnoresMessagesUpToTheLimit) {
    FrameReader reader;
    EXPECT_EQ(first_action(reader, client_frame(0x81, std::string(4096, 'x')), 100), Action::none);
    EXPECT_EQ(first_action(reader, client_frame(0x01, "a"), 100), Action::none);
    EXPECT_EQ(first_action(reader, client_frame(0x89, ""), 100), Action::pong)
        << "control frames may come between fragments";
    EXPECT_EQ(first_action(reader, client_frame(0x80, "b"), 100), Action::none);
    EXPECT_EQ(first_action(reader, client_frame(0x8a, "pong"), 100), Action::none);
}

struct Broken {
    const char* name;
    std::string bytes;
    int code;
};

TEST(FrameReader, ClosesOnWhatIsForbidden) {
    const Broken table[] = {
        {"unmasked", client_frame(0x81, "a", false), 1002},
        {"reserved bit", client_frame(0xc1, "a"), 1002},
        {"reserved opcode", client_frame(0x83, "a"), 1002},
        {"reserved control", client_frame(0x8b, "a"), 1002},
        {"fragmented ping", client_frame(0x09, "a"), 1002},
        {"long ping", client_frame(0x89, std::string(126, 'a')), 1002},
        {"continuation of nothing", client_frame(0x80, "a"), 1002},
        {"text within a message", client_frame(0x01, "a") + client_frame(0x81, "b"), 1002},
        {"one byte of a close code", client_frame(0x88, "a"), 1002},
        {"close code 1005", client_frame(0x88, "\x03\xed"), 1002},
        {"too big", client_frame(0x81, std::string(4097, 'a')), 1009},
        {"too big in pieces",
         client_frame(0x01, std::string(4000, 'a')) + client_frame(0x80, std::string(97, 'a')),
         1009},
        {"enormous", std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14), 1009},
    };
    for (const Broken& row : table) {
        for (const std::size_t step : {1u, 5000u}) {
            FrameReader reader;
            EXPECT_EQ(first_action(reader, row.bytes, step), Action::close) << row.name;
            EXPECT_EQ(reader.close_code(), row.code) << row.name;
        }
    }
}

TEST(FrameReader, EchoesTheClientsCloseCode) {
    FrameReader reader;
    EXPECT_EQ(first_action(reader, client_frame(0x88, "\x03\xe9going"), 2), Action::close);
    EXPECT_EQ(reader.close_code(), 1001);
    FrameReader silent;
    EXPECT_EQ(first_action(silent, client_frame(0x88, ""), 2), Action::close);
    EXPECT_EQ(silent.close_code(), 0);
    EXPECT_EQ(close_frame(0), std::string("\x88\0", 2));
    EXPECT_EQ(close_frame(1001), std::string("\x88\x02\x03\xe9"));
}

TEST(TextFrame, HasTheShortestLength) {
    for (const std::size_t size : {0u, 125u, 126u, 65535u, 65536u}) {
        std::string frame;
        append_text_frame(frame, std::string(size, 'x'));
        const std::size_t header = size < 126 ? 2 : size < 65536 ? 4 : 10;
        EXPECT_EQ(frame.size(), header + size);
        EXPECT_EQ(static_cast<unsigned char>(frame[0]), 0x81);
    }
}

TEST(Handshake, GivesTheAcceptValueOfTheRfc) {
    Request request;
    request.method = Method::get;
    request.headers[static_cast<std::size_t>(Header::upgrade)] = "WebSocket";
    request.headers[static_cast<std::size_t>(Header::connection)] = "keep-alive, Upgrade";
    request.headers[static_cast<std::size_t>(Header::sec_websocket_version)] = "13";
    request.headers[static_cast<std::size_t>(Header::sec_websocket_key)] =
        "dGhlIHNhbXBsZSBub25jZQ==";
    const auto accept = check_websocket_handshake(request);
    ASSERT_TRUE(accept.has_value());
    EXPECT_EQ(*accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455 section 1.3

    const auto refused = [&](Header header, std::string_view value) {
        Request changed = request;
        changed.headers[static_cast<std::size_t>(header)] = value;
        const auto result = check_websocket_handshake(changed);
        return result ? 101 : result.error().status;
    };
    EXPECT_EQ(refused(Header::upgrade, "h2c"), 426);
    EXPECT_EQ(refused(Header::sec_websocket_version, "8"), 426);
    EXPECT_EQ(refused(Header::connection, "keep-alive"), 400);
    EXPECT_EQ(refused(Header::sec_websocket_key, "short"), 400);
    EXPECT_EQ(refused(Header::sec_websocket_key, ""), 400);
}

}  // namespace
}  // namespace cinema::http
