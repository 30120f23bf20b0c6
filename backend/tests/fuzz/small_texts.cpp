#include <cstdint>
#include <cstdlib>

#include "accounts/email.hpp"
#include "config/address_range.hpp"
#include "config/env_file.hpp"
#include "domain/id.hpp"
#include "domain/time.hpp"

namespace {

using namespace cinema;

/// What is normal stays as it is.
template <class Normalize>
void check_normal(std::string_view text, Normalize normalize) {
    const auto once = normalize(text);
    if (once && normalize(*once) != once) std::abort();
}

}  // namespace

/// Times, days, ids, e-mail addresses, names, networks, settings: whatever the bytes, an answer,
/// and the normal form of what is taken is taken as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto time = domain::parse_rfc3339(text);
        time && domain::parse_rfc3339(domain::format_rfc3339(*time)) != time) {
        std::abort();
    }
    if (const auto day = domain::parse_date(text); day && domain::format_date(*day) != text) {
        std::abort();
    }
    if (const auto id = domain::UserId::parse(text);
        id && domain::UserId::parse(id->to_hex()) != id) {
        std::abort();
    }
    check_normal(text, accounts::normalize_email);
    check_normal(text, accounts::normalize_display_name);
    if (const auto range = config::AddressRange::parse(text);
        range && !range->contains(text.substr(0, text.find('/')))) {
        std::abort();
    }
    static_cast<void>(config::parse_env_file(text, "fuzzed"));
    return 0;
}
