#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "catalog/file_error.hpp"

/// JSON as a tree whose values know where they were written. The API's bodies do not need this
/// (json/read.hpp); a file of some thousand lines that a person edits does.
namespace cinema::catalog {

inline constexpr std::size_t kJsonBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kJsonDepthMax = 32;
inline constexpr std::size_t kJsonValuesMax = 500'000;  ///< bounds memory to about 100 MB
inline constexpr std::size_t kJsonMembersMax = 100;     ///< of one object
inline constexpr std::size_t kJsonStringBytesMax = 64 * 1024;
inline constexpr std::size_t kJsonNameBytesMax = 256;

struct JsonValue {
    struct Array {
        std::vector<const JsonValue*> items;
    };
    struct Object {
        std::vector<const JsonValue*> members;  ///< in the order of the file, names distinct
    };
    /// A whole number that fits is an int64, every other number a double.
    using Data =
        std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

    Data data;
    int line = 0;
    const JsonValue* parent = nullptr;
    std::string name;       ///< when the parent is an object
    std::size_t index = 0;  ///< when the parent is an array

    template <class T>
    const T* get_if() const {
        return std::get_if<T>(&data);
    }

    /// The member of that name; nullptr when there is none or this is no object.
    const JsonValue* find(std::string_view member_name) const;

    /// "movies[3].title"; the root's is empty.
    std::string path() const;
    Place place() const { return {line, path()}; }

    /// "a string", "an array", …: for messages.
    std::string_view kind() const;
};

/// Owns the values of one text. They stay where they are when the document is moved.
class JsonDocument {
  public:
    explicit JsonDocument(std::deque<JsonValue> values) : values_(std::move(values)) {}
    // NOLINTNEXTLINE(performance-noexcept-move-constructor): std::deque's may throw
    JsonDocument(JsonDocument&&) = default;
    JsonDocument& operator=(JsonDocument&&) = default;

    const JsonValue& root() const { return values_.front(); }

  private:
    std::deque<JsonValue> values_;
};

/// Strict RFC 8259 (UTF-8 only, no comments, no trailing commas, nothing after the value) within
/// the limits above; a byte order mark at the very start is skipped. A member that is named twice
/// is added to `errors` and reading goes on with the first; text that is not JSON ends it with the
/// one error returned, whose message gives the column (from 1, in characters) and what to do.
std::expected<JsonDocument, FileError> parse_positioned(std::string_view text, FileErrors& errors);

}  // namespace cinema::catalog
