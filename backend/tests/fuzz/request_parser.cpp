#include "http/request_parser.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

using namespace cinema::http;

/// Whatever the bytes: the same outcome in one piece and byte by byte, and every view within them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 20'000) return 0;
    const auto run = [&](std::size_t step, std::string& outcome) {
        // A copy of exactly this size, so that reading past the end is seen.
        const std::unique_ptr<char[]> bytes(new char[size]);
        std::memcpy(bytes.get(), data, size);
        RequestParser parser;
        std::size_t consumed = 0;
        auto status = RequestParser::Status::need_more;
        for (std::size_t end = std::min(step, size);; end = std::min(end + step, size)) {
            do {
                std::size_t used = 0;
                status = parser.put({bytes.get() + consumed, end - consumed}, used);
                if (used > end - consumed) std::abort();
                consumed += used;
            } while (status == RequestParser::Status::header_done);
            if (status != RequestParser::Status::need_more || end == size) break;
        }
        outcome = std::to_string(static_cast<int>(status));
        if (status == RequestParser::Status::failed) {
            if (parser.failure().status < 400 || parser.failure().status > 505) std::abort();
            outcome += " " + std::to_string(parser.failure().status);
        }
        if (status == RequestParser::Status::complete) {
            const Request& request = parser.request();
            if (request.path.empty() || request.path.front() != '/') std::abort();
            if (request.body.size() > kBodyBytesMax) std::abort();
            outcome += std::string(request.path) + "?" + std::string(request.query);
            for (const auto header : request.headers) outcome += "|" + std::string(header);
            outcome += "#" + std::string(request.body);
        }
    };
    std::string whole;
    std::string pieces;
    run(size == 0 ? 1 : size, whole);
    run(1, pieces);
    // When a mistake is seen, and which of two is named, may differ; what is accepted may not.
    const bool accepted = whole[0] == '2';
    if (accepted != (pieces[0] == '2') || (accepted && whole != pieces)) std::abort();
    return 0;
}
