#include "http/websocket.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace cinema::http {

namespace {

constexpr std::uint8_t kOpContinuation = 0x0;
constexpr std::uint8_t kOpText = 0x1;
constexpr std::uint8_t kOpBinary = 0x2;
constexpr std::uint8_t kOpClose = 0x8;
constexpr std::uint8_t kOpPing = 0x9;
constexpr std::uint8_t kOpPong = 0xA;
constexpr char kFinal = static_cast<char>(0x80);

bool same_token(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        std::string_view item = list.substr(0, comma);
        while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) {
            item.remove_prefix(1);
        }
        while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
        if (same_token(item, token)) return true;
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return false;
}

std::string base64(const unsigned char* bytes, std::size_t size) {
    std::string text(4 * ((size + 2) / 3) + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes,
                                       static_cast<int>(size));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

/// A key is 16 bytes in base64: 22 digits and "==".
bool is_websocket_key(std::string_view key) {
    if (key.size() != 24 || key.substr(22) != "==") return false;
    return std::all_of(key.begin(), key.begin() + 22, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/';
    });
}

std::string control_frame(std::uint8_t opcode, std::string_view payload) {
    std::string frame;
    frame += static_cast<char>(0x80 | opcode);
    frame += static_cast<char>(payload.size());
    frame += payload;
    return frame;
}

}  // namespace

std::expected<std::string, HandshakeFailure> check_websocket_handshake(const Request& request) {
    if (request.method != Method::get || !has_token(request.header(Header::upgrade), "websocket")) {
        return std::unexpected(HandshakeFailure{
            426, "This address speaks WebSocket: send an Upgrade: websocket request."});
    }
    if (!has_token(request.header(Header::connection), "upgrade")) {
        return std::unexpected(HandshakeFailure{400, "The Connection header must say Upgrade."});
    }
    if (request.header(Header::sec_websocket_version) != "13") {
        return std::unexpected(HandshakeFailure{426, "Only WebSocket version 13 is spoken."});
    }
    const std::string_view key = request.header(Header::sec_websocket_key);
    if (!is_websocket_key(key)) {
        return std::unexpected(
            HandshakeFailure{400, "Sec-WebSocket-Key must be 16 bytes in base64."});
    }
    std::string text(key);
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455 section 1.3
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
        throw std::runtime_error("SHA-1 is not available");
    }
    return base64(digest.data(), size);
}

void append_text_frame(std::string& out, std::string_view text) {
    out += static_cast<char>(kFinal | kOpText);
    if (text.size() < 126) {
        out += static_cast<char>(text.size());
    } else if (text.size() < 65536) {
        out += static_cast<char>(126);
        out += static_cast<char>(text.size() >> 8);
        out += static_cast<char>(text.size() & 0xff);
    } else {
        out += static_cast<char>(127);
        for (int shift = 56; shift >= 0; shift -= 8) {
            out += static_cast<char>((text.size() >> shift) & 0xff);
        }
    }
    out += text;
}

std::string close_frame(std::uint16_t code) {
    if (code == 0) return control_frame(kOpClose, {});
    const char payload[] = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    return control_frame(kOpClose, {payload, 2});
}

std::string ping_frame() {
    return control_frame(kOpPing, {});
}
std::string pong_frame(std::string_view payload) {
    return control_frame(kOpPong, payload);
}

FrameReader::Action FrameReader::feed(std::string_view& data) {
    while (!data.empty()) {
        const auto byte = static_cast<std::uint8_t>(data.front());
        switch (part_) {
            case Part::first:
                data.remove_prefix(1);
                if ((byte & 0x70) != 0) return fail(CloseCode::protocol_error);  // no extensions
                final_ = (byte & 0x80) != 0;
                opcode_ = byte & 0x0f;
                part_ = Part::second;
                break;
            case Part::second:
                data.remove_prefix(1);
                if ((byte & 0x80) == 0) return fail(CloseCode::protocol_error);  // unmasked
                length_ = byte & 0x7f;
                extended_left_ = length_ == 126 ? 2 : length_ == 127 ? 8 : 0;
                if (is_control() && (length_ > 125 || !final_)) {
                    return fail(CloseCode::protocol_error);
                }
                if (extended_left_ != 0) length_ = 0;
                part_ = extended_left_ != 0 ? Part::extended : Part::mask;
                if (part_ == Part::mask) extended_left_ = 4;
                break;
            case Part::extended:
                data.remove_prefix(1);
                length_ = (length_ << 8) | byte;
                if (--extended_left_ == 0) {
                    part_ = Part::mask;
                    extended_left_ = 4;
                }
                break;
            case Part::mask:
                data.remove_prefix(1);
                mask_[4 - extended_left_] = byte;
                if (--extended_left_ == 0) {
                    if (const Action action = begin_payload(); action != Action::none) {
                        return action;
                    }
                }
                break;
            case Part::payload: {
                const auto count = static_cast<std::size_t>(
                    std::min<std::uint64_t>(data.size(), length_ - taken_));
                if (is_control()) {
                    for (std::size_t i = 0; i < count; ++i) {
                        payload_[taken_ + i] = static_cast<char>(data[i] ^ mask_[(taken_ + i) % 4]);
                    }
                }
                taken_ += count;
                data.remove_prefix(count);
                if (taken_ == length_) {
                    if (const Action action = finish_frame(); action != Action::none) {
                        return action;
                    }
                }
                break;
            }
        }
    }
    return Action::none;
}

FrameReader::Action FrameReader::begin_payload() {
    taken_ = 0;
    switch (opcode_) {
        case kOpContinuation:
            if (!in_message_) return fail(CloseCode::protocol_error);
            break;
        case kOpText:
        case kOpBinary:
            if (in_message_) return fail(CloseCode::protocol_error);
            message_bytes_ = 0;
            break;
        case kOpClose:
            if (length_ == 1) return fail(CloseCode::protocol_error);
            break;
        case kOpPing:
        case kOpPong:
            break;
        default:
            return fail(CloseCode::protocol_error);
    }
    if (!is_control()) {
        in_message_ = !final_;
        if (length_ > kClientMessageBytesMax || message_bytes_ + length_ > kClientMessageBytesMax) {
            return fail(CloseCode::too_big);
        }
        message_bytes_ += length_;
    }
    part_ = Part::payload;
    return length_ == 0 ? finish_frame() : Action::none;
}

FrameReader::Action FrameReader::finish_frame() {
    part_ = Part::first;
    if (!is_control()) return Action::none;
    payload_size_ = static_cast<std::uint8_t>(length_);
    if (opcode_ == kOpPing) return Action::pong;
    if (opcode_ == kOpPong) return Action::none;
    close_code_ = 0;
    if (payload_size_ >= 2) {
        close_code_ = static_cast<std::uint16_t>((static_cast<std::uint8_t>(payload_[0]) << 8) |
                                                 static_cast<std::uint8_t>(payload_[1]));
        // Codes that must not be on the wire (RFC 6455 section 7.4).
        const bool allowed = (close_code_ >= 1000 && close_code_ <= 1014 && close_code_ != 1004 &&
                              close_code_ != 1005 && close_code_ != 1006) ||
                             (close_code_ >= 3000 && close_code_ <= 4999);
        if (!allowed) return fail(CloseCode::protocol_error);
    }
    return Action::close;
}

FrameReader::Action FrameReader::fail(CloseCode code) {
    close_code_ = static_cast<std::uint16_t>(code);
    return Action::close;
}

}  // namespace cinema::http
