#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/time.hpp"
#include "domain/words.hpp"
#include "embedded/sqlite.hpp"

/// How values that are not SQLite's own are kept in columns.
namespace cinema::embedded {

/// A list of texts (seat codes, genres) as a JSON array.
std::string list_to_json(std::span<const std::string> list);

/// The reverse. Throws SqliteError (SQLITE_CORRUPT) when the text is no such array.
std::vector<std::string> list_from_json(std::string_view json);

/// A UUID's 36 characters as 16 bytes. The text must be one (ensure): ids are our own.
Uuid uuid_from_text(std::string_view text);
std::string uuid_to_text(const Uuid& uuid);

/// The enumerator a column names. Throws SqliteError (SQLITE_CORRUPT) for an unknown word.
template <class E>
E word_from_column(std::string_view text);

/// Bounds for ids made at or after `time`, and for ids made before it: ids begin with the seconds
/// of the moment they were made, so a range of time is a range of ids. Wide by two seconds, as an
/// id is made shortly before or after the time that is stored with it.
domain::ObjectId first_id_from(domain::UtcTime time);
domain::ObjectId first_id_after(domain::UtcTime time);

/// Greater than every id that is ever made: its seconds lie in the year 2106.
inline constexpr domain::ObjectId kAfterEveryId{
    {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

[[noreturn]] void throw_damaged_value(std::string_view what);

template <class E>
E word_from_column(std::string_view text) {
    const auto value = domain::from_word<E>(text);
    if (!value) throw_damaged_value(text);
    return *value;
}

}  // namespace cinema::embedded
