#include "cluster/link/service_url.hpp"

#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "cluster/mongo/uri.hpp"
#include "cluster/rabbitmq/address.hpp"
#include "cluster/redis/address.hpp"

namespace {

using namespace cinema::cluster;

/// The seeds' passwords hold it; no error may.
constexpr std::string_view kSecret = "hunter2";

void must_not_tell(std::string_view error) {
    if (error.empty() || error.find(kSecret) != std::string_view::npos) std::abort();
}

void check_mongo_uri(const std::string& text) {
    if (text.find('\0') != std::string::npos) return;
    // It may quote options; the password is what comes before the @.
    const auto at = text.rfind('@');
    const bool secret = at != std::string::npos && text.find(kSecret, at) == std::string::npos;
    try {
        const mongo::Uri uri = mongo::parse_uri(text);
        if (!uri.driver || uri.database.empty()) std::abort();
    } catch (const std::invalid_argument& error) {
        if (secret) must_not_tell(error.what());
    }
}

template <class Address>
void check_address(const std::expected<Address, std::string>& address) {
    if (!address) {
        must_not_tell(address.error());
    } else if (address->host.empty() || address->port == 0) {
        std::abort();
    }
}

}  // namespace

/// The addresses of the three services: whatever is written there is an address, or is refused with
/// a sentence that does not tell the password.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    check_address(parse_redis_address(text));
    check_address(parse_rabbit_address(text));
    check_mongo_uri(text);
    return 0;
}
