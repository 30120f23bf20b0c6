#pragma once

#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "arguments.hpp"

namespace bench {

inline constexpr std::size_t kIdLength = 24;  // an id is 24 hexadecimal digits

// The value of the member `name` (given as `"name":"`) when it is an id; empty otherwise. No JSON
// parser: drivers look only into answers whose shape the contract fixes.
inline std::string_view id_member(std::string_view json, std::string_view name) {
    const auto at = json.find(name);
    if (at == std::string_view::npos || json.size() < at + name.size() + kIdLength) return {};
    return json.substr(at + name.size(), kIdLength);
}

// The POST requests of one user, composed in a fixed buffer from text prepared once.
class BookingRequests {
  public:
    BookingRequests(const std::string& host, const std::string& token)
        : headers_(" HTTP/1.1\r\nHost: " + host +
                   "\r\nUser-Agent: cinema-bench\r\nAccept: application/json\r\n"
                   "Authorization: Bearer " +
                   token + "\r\n") {}

    // POST /api/showtimes/{id}/seats/lock for `seats`, already written as JSON: `"A1","A2"`.
    std::string_view lock(std::string_view showtime, std::string_view seats) {
        used_ = 0;
        put("POST /api/showtimes/");
        put(showtime);
        put("/seats/lock");
        put(headers_);
        put("Content-Type: application/json\r\nContent-Length: ");
        put_number(kBodyStart.size() + seats.size() + kBodyEnd.size());
        put("\r\n\r\n");
        put(kBodyStart);
        put(seats);
        put(kBodyEnd);
        return {buffer_.data(), used_};
    }

    // POST /api/bookings/{id}/{action} without a body.
    std::string_view step(std::string_view booking, std::string_view action) {
        used_ = 0;
        put("POST /api/bookings/");
        put(booking);
        put("/");
        put(action);
        put(headers_);
        put("Content-Length: 0\r\n\r\n");
        return {buffer_.data(), used_};
    }

  private:
    static constexpr std::string_view kBodyStart = "{\"seats\":[";
    static constexpr std::string_view kBodyEnd = "]}";

    void put(std::string_view text) {
        if (used_ + text.size() > buffer_.size()) fail("a request is larger than its buffer");
        std::memcpy(buffer_.data() + used_, text.data(), text.size());
        used_ += text.size();
    }

    void put_number(std::size_t value) {
        const auto result =
            std::to_chars(buffer_.data() + used_, buffer_.data() + buffer_.size(), value);
        used_ = static_cast<std::size_t>(result.ptr - buffer_.data());
    }

    std::string headers_;
    std::array<char, 4096> buffer_;
    std::size_t used_ = 0;
};

}  // namespace bench
