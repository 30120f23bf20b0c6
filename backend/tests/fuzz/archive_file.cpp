#include "archive/archive_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "json/read.hpp"

namespace {

using namespace cinema;

/// The file as it is written again; nullopt when it is refused.
std::optional<std::string> written_again(const std::string& text) {
    std::istringstream in(text);
    archive::ArchiveReader reader(in);
    const auto header = reader.header();
    if (!header) {
        if (!header.error().detail.starts_with("line 1: ")) std::abort();
        return std::nullopt;
    }
    std::string again = archive::header_line(*header, domain::UtcTime{});
    for (;;) {
        const auto record = reader.next();
        if (!record) {
            if (!record.error().detail.starts_with("line ")) std::abort();
            return std::nullopt;
        }
        if (!*record) return again + archive::end_line(reader.records());
        if (const auto* log = std::get_if<domain::AuditLog>(&**record)) {
            const auto payload = json::parse(log->payload);
            if (!log->payload.empty() && (!payload || !payload->is_object())) std::abort();
        }
        again += archive::record_line(**record);
    }
}

}  // namespace

/// A file is refused with its line named, or what was read is written as a file that reads as the
/// same; what a log entry tells is JSON, as answers carry it as it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto once = written_again({reinterpret_cast<const char*>(data), size});
    if (once && written_again(*once) != once) std::abort();
    return 0;
}
