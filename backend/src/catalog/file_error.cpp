#include "catalog/file_error.hpp"

#include <algorithm>

#include "json/write.hpp"

namespace cinema::catalog {

void FileErrors::add(const Place& at, std::string message) {
    ++count_;
    if (errors_.size() < kErrorsMax) {
        errors_.push_back({at.line, at.field, std::move(message)});
    }
}

std::vector<FileError> FileErrors::take() {
    // Stable: the errors of one line stay in the order in which they were found.
    std::stable_sort(errors_.begin(), errors_.end(),
                     [](const FileError& a, const FileError& b) { return a.line < b.line; });
    count_ = 0;
    return std::exchange(errors_, {});
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t kShownMax = 40;
    std::size_t end = 0;
    for (std::size_t shown = 0; end < text.size() && shown < kShownMax; ++shown) {
        // A UTF-8 character is cut between characters only: its further bytes are 10xxxxxx.
        do {
            ++end;
        } while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80);
    }
    std::string out;
    json::write_string(out, text.substr(0, end));
    if (end < text.size()) out.insert(out.size() - 1, "…");
    return out;
}

}  // namespace cinema::catalog
