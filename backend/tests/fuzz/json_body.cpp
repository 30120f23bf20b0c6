#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <cstdlib>

#include "json/read.hpp"

namespace {

struct Body {
    std::vector<std::string> seats;
    std::optional<std::string> email;
    std::optional<bool> flag;
};
BOOST_DESCRIBE_STRUCT(Body, (), (seats, email, flag))

}  // namespace

/// What parses is written again as JSON that parses to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cinema::json;
    const auto parsed = parse({reinterpret_cast<const char*>(data), size});
    if (!parsed) return 0;
    const auto body = read<Body>(*parsed);
    if (!body) {
        if (body.error().errors.empty()) std::abort();
        return 0;
    }
    const auto again = parse(to_json(*body));
    if (!again) std::abort();
    const auto same = read<Body>(*again);
    if (!same || same->seats != body->seats || same->email != body->email) std::abort();
    return 0;
}
