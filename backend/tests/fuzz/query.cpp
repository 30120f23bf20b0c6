#include "api/query.hpp"

#include <cstdint>
#include <cstdlib>

/// Whatever the bytes: an answer; and the link to the next page reads back as the same parameters.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using cinema::api::Query;
    Query query({reinterpret_cast<const char*>(data), size});
    const auto q = query.text("q");
    query.page(50, 200);
    query.time("date_from");
    if (!query.good()) {
        if (query.error().errors.empty()) std::abort();
        return 0;
    }
    const std::string link = query.next_link("/api/bookings", "0123456789abcdef01234567");
    const auto begin = link.find('?') + 1;
    Query next(std::string_view(link).substr(begin, link.find('>') - begin));
    if (next.text("q") != q || next.text("cursor") != "0123456789abcdef01234567") std::abort();
    return 0;
}
