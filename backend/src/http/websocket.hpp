#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/message.hpp"

/// The server's side of RFC 6455, as far as a feed needs it: the opening handshake, text frames
/// out, control frames both ways. What clients send is checked and thrown away.
/// Frames are made once and shared by all connections, which Beast's stream cannot do.
namespace cinema::http {

/// Checks an opening handshake (RFC 6455 section 4.2.1). Returns the Sec-WebSocket-Accept value,
/// or what is wrong: status 400, or 426 for another version (answer with Sec-WebSocket-Version).
struct HandshakeFailure {
    int status;
    std::string_view why;
};
std::expected<std::string, HandshakeFailure> check_websocket_handshake(const Request& request);

/// Status codes of a close frame (RFC 6455 section 7.4.1).
enum class CloseCode : std::uint16_t {
    normal = 1000,
    going_away = 1001,
    protocol_error = 1002,
    too_big = 1009,
    try_again_later = 1013,
};

/// Appends one unfragmented text frame, unmasked as servers send them.
void append_text_frame(std::string& out, std::string_view text);

std::string close_frame(std::uint16_t code);
std::string ping_frame();
std::string pong_frame(std::string_view payload);

inline constexpr std::size_t kClientMessageBytesMax = 4096;

/// Reads a client's frames byte by byte, whatever the pieces they arrive in, keeping no data.
class FrameReader {
  public:
    enum class Action {
        none,   ///< nothing to do
        pong,   ///< a ping came: answer with pong_frame(payload())
        close,  ///< the client closes, or broke a rule: answer with close_frame(close_code()), stop
    };

    /// Consumes until something has to be done or `data` is empty. Removes what it consumed.
    Action feed(std::string_view& data);

    std::string_view payload() const { return {payload_.data(), payload_size_}; }
    std::uint16_t close_code() const { return close_code_; }

  private:
    enum class Part : std::uint8_t { first, second, extended, mask, payload };

    Action begin_payload();
    Action finish_frame();
    Action fail(CloseCode code);
    bool is_control() const { return (opcode_ & 0x8) != 0; }

    Part part_ = Part::first;
    std::uint8_t opcode_ = 0;
    bool final_ = false;
    bool in_message_ = false;         ///< a fragmented message has begun
    std::uint8_t extended_left_ = 0;  ///< bytes of the extended length or the mask still to come
    std::uint64_t length_ = 0;
    std::uint64_t taken_ = 0;          ///< bytes of the payload already seen
    std::uint64_t message_bytes_ = 0;  ///< of the message so far, over its fragments
    std::array<std::uint8_t, 4> mask_{};
    std::array<char, 125> payload_{};  ///< of control frames
    std::uint8_t payload_size_ = 0;
    std::uint16_t close_code_ = 0;
};

}  // namespace cinema::http
