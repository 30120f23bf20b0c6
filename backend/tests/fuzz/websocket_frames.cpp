#include <cstdint>
#include <cstdlib>

#include "http/websocket.hpp"

/// Whatever the bytes: the same actions in one piece and byte by byte, and a code that may be sent.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cinema::http;
    const auto run = [&](std::size_t step) {
        std::string actions;
        FrameReader reader;
        std::string_view rest(reinterpret_cast<const char*>(data), size);
        while (!rest.empty()) {
            std::string_view piece = rest.substr(0, step);
            rest.remove_prefix(piece.size());
            while (!piece.empty()) {
                const std::size_t before = piece.size();
                const auto action = reader.feed(piece);
                if (piece.size() == before) std::abort();
                if (action == FrameReader::Action::pong) {
                    actions += "p" + std::string(reader.payload());
                }
                if (action == FrameReader::Action::close) {
                    return actions + "c" + std::to_string(reader.close_code());
                }
            }
        }
        return actions;
    };
    if (run(size == 0 ? 1 : size) != run(1)) std::abort();
    return 0;
}
