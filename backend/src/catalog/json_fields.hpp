#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/file_error.hpp"
#include "catalog/positioned_json.hpp"
#include "domain/id.hpp"
#include "domain/time.hpp"

/// Typed members out of a positioned JSON object. Every function adds what is wrong to the list of
/// errors and gives nullopt (or nullptr) for it, so that reading goes on and finds the rest.
namespace cinema::catalog {

/// One object of the file. Every member it may have is asked for by name; what has not been asked
/// for by the time of reject_unknown() is an error, because a mistyped name must not be ignored.
class ObjectReader {
  public:
    /// A value that is no object is an error, and an object without members from then on.
    ObjectReader(const JsonValue& value, FileErrors& errors);

    const JsonValue* required(std::string_view name);
    const JsonValue* optional(std::string_view name);
    void reject_unknown();

    /// No error has been added since this object's reading began.
    bool intact() const { return errors_.count() == errors_before_; }
    const JsonValue& value() const { return value_; }
    Place place() const { return value_.place(); }
    /// The place of a member, or where it would be.
    Place place_of(std::string_view name) const;
    FileErrors& errors() { return errors_; }

  private:
    const JsonValue& value_;
    FileErrors& errors_;
    std::size_t errors_before_;
    std::vector<std::string_view> known_;
};

/// Lengths in characters (Unicode code points), not bytes.
struct TextRule {
    std::size_t length_min = 1;
    std::size_t length_max = 200;
    bool lines = false;  ///< may hold line breaks
};

/// In all of these, nullptr in gives nullopt out without a further error.
std::optional<Located<std::string>> read_text(const JsonValue* value, TextRule rule,
                                              FileErrors& errors);
std::optional<Located<std::int64_t>> read_integer(const JsonValue* value, std::int64_t min,
                                                  std::int64_t max, FileErrors& errors);
std::optional<Located<bool>> read_bool(const JsonValue* value, FileErrors& errors);
const std::vector<const JsonValue*>* read_array(const JsonValue* value, std::size_t size_min,
                                                std::size_t size_max, FileErrors& errors);

/// A key: 1 to 64 of a-z, 0-9 and '-'. A key that is not so is given back nevertheless, so that
/// what refers to it is not called unknown as well.
std::optional<Located<std::string>> read_key(const JsonValue* value, FileErrors& errors);
std::optional<Located<domain::ObjectId>> read_object_id(const JsonValue* value, FileErrors& errors);
/// RFC 3339 with an offset, of the years 1970 to 9998.
std::optional<Located<domain::UtcTime>> read_instant(const JsonValue* value, FileErrors& errors);
std::optional<Located<std::string>> read_date(const JsonValue* value, FileErrors& errors);
std::optional<Located<std::string>> read_currency(const JsonValue* value, FileErrors& errors);
/// "HH:MM", since midnight.
std::optional<Located<std::chrono::minutes>> read_clock_time(const JsonValue* value,
                                                             FileErrors& errors);
/// "+07:00", "-03:30": -14:00 to +14:00.
std::optional<std::chrono::minutes> read_utc_offset(const JsonValue* value, FileErrors& errors);
/// An https URL or an absolute path of this site.
std::optional<Located<std::string>> read_link(const JsonValue* value, FileErrors& errors);

template <class IdType>
std::optional<Located<IdType>> read_id(const JsonValue* value, FileErrors& errors) {
    const auto id = read_object_id(value, errors);
    if (!id) return std::nullopt;
    return Located<IdType>{IdType{id->value}, id->at};
}

}  // namespace cinema::catalog
