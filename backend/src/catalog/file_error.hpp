#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace cinema::catalog {

/// A place in a catalogue file: the line (from 1) and the JSON path as the reader of the file would
/// write it ("movies[3].title"; empty for the file as a whole).
struct Place {
    int line = 0;
    std::string field;
};

/// A value that remembers where it was written, so that a later check can still name the line.
template <class T>
struct Located {
    T value{};
    Place at;
};

/// One thing that is wrong with a catalogue file and what to do about it.
struct FileError {
    int line = 0;
    std::string field;
    std::string message;

    bool operator==(const FileError&) const = default;
};

/// Gathers what is wrong with one file. Keeps the first kErrorsMax: whoever has made that many
/// mistakes has made one mistake many times.
class FileErrors {
  public:
    static constexpr std::size_t kErrorsMax = 100;

    void add(const Place& at, std::string message);

    /// All that were added, the ones beyond kErrorsMax included.
    std::size_t count() const { return count_; }
    bool empty() const { return count_ == 0; }

    /// In the order of the file's lines; leaves the list empty.
    std::vector<FileError> take();

  private:
    std::vector<FileError> errors_;
    std::size_t count_ = 0;
};

/// The text as it can be shown within a message: in double quotes, control characters escaped, cut
/// after 40 characters.
std::string in_quotes(std::string_view text);

}  // namespace cinema::catalog
