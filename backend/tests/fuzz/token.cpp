#include "accounts/token.hpp"

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "accounts/base64url.hpp"
#include "accounts/token_claims.hpp"

namespace {

using namespace cinema;

class FixedClock final : public env::Clock {
  public:
    domain::UtcTime now() const override { return *domain::parse_rfc3339("2026-11-24T10:00:00Z"); }
};

void check_base64url(std::string_view text) {
    std::vector<std::uint8_t> bytes(accounts::decoded_base64url_size(text.size()));
    const auto decoded = accounts::decode_base64url(text, bytes);
    if (!decoded) return;
    const std::string again =
        accounts::encode_base64url({reinterpret_cast<const char*>(bytes.data()), *decoded});
    if (again != text) std::abort();
}

void check_claims(std::string_view payload, domain::UtcTime now) {
    const auto claims = accounts::read_claims(payload, now);
    if (!claims) return;
    const std::chrono::seconds skew{accounts::Tokens::kClockSkewSeconds};
    if (claims->expires_at <= now || claims->issued_at > now + skew) std::abort();
}

}  // namespace

/// Nobody gets in by bytes that we did not sign; and what a signed token holds is read as
/// carefully, as one of our own keys may sign elsewhere too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const FixedClock clock;
    static env::SystemIds ids(clock);
    static const accounts::Tokens tokens("a key of the fuzzer's own, 32 bytes", clock, ids, 3600);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (tokens.verify(text)) std::abort();
    check_base64url(text);
    static_cast<void>(accounts::check_header(text));
    check_claims(text, clock.now());
    return 0;
}
