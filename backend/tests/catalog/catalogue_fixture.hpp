#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/import_plan.hpp"
#include "env/ids.hpp"

namespace cinema::catalog::testing {

/// Ids 1, 2, 3, …: distinct and the same in every run.
class CountingIds final : public env::IdSource {
  public:
    domain::ObjectId object_id() override {
        ++count_;
        domain::ObjectId id;
        id.bytes[0] = 0x65;
        for (int i = 0; i < 4; ++i) {
            id.bytes[11 - i] = static_cast<std::uint8_t>(count_ >> (8 * i));
        }
        return id;
    }
    std::string uuid() override { return "00000000-0000-7000-8000-000000000000"; }

  private:
    std::uint32_t count_ = 0;
};

inline domain::UtcTime at(std::string_view rfc3339) {
    const auto time = domain::parse_rfc3339(rfc3339);
    EXPECT_TRUE(time) << rfc3339;
    return time.value_or(domain::UtcTime{});
}

inline CatalogSnapshot empty_catalogue() {
    return CatalogSnapshot(CatalogSnapshot::Parts{});
}

template <class Record>
void upsert(std::vector<Record>& into, const std::vector<Record>& changed) {
    for (const Record& record : changed) {
        const auto found = std::find_if(into.begin(), into.end(),
                                        [&](const Record& r) { return r.id == record.id; });
        if (found == into.end()) {
            into.push_back(record);
        } else {
            *found = record;
        }
    }
}

/// What a store holds after applying the change.
inline CatalogSnapshot after(const CatalogSnapshot& before, const CatalogChange& change) {
    CatalogSnapshot::Parts parts{.movies = before.movies(),
                                 .auditoriums = before.auditoriums(),
                                 .seat_maps = before.seat_maps(),
                                 .showtimes = before.showtimes(),
                                 .revision = before.revision() + 1};
    upsert(parts.movies, change.movies);
    upsert(parts.auditoriums, change.auditoriums);
    upsert(parts.showtimes, change.showtimes);
    parts.seat_maps.insert(parts.seat_maps.end(), change.seat_maps.begin(), change.seat_maps.end());
    return CatalogSnapshot(std::move(parts));
}

inline std::string listing(const std::vector<FileError>& errors) {
    std::string out;
    for (const FileError& error : errors) {
        out += "  line " + std::to_string(error.line) + " " + error.field + ": " + error.message +
               "\n";
    }
    return out;
}

/// Imports, and fails the test when the file is refused.
inline CatalogSnapshot import_into(const CatalogSnapshot& before, std::string_view text,
                                   env::IdSource& ids, domain::UtcTime now) {
    const auto change = import_catalogue(text, before, ids, now);
    EXPECT_TRUE(change) << (change ? "" : listing(change.error()));
    return after(before, change ? *change : CatalogChange{});
}

/// The errors of a file that must be refused.
inline std::vector<FileError> errors_of(const CatalogSnapshot& before, std::string_view text,
                                        domain::UtcTime now) {
    CountingIds ids;
    const auto change = import_catalogue(text, before, ids, now);
    EXPECT_FALSE(change) << "the file was accepted";
    return change ? std::vector<FileError>{} : change.error();
}

/// Exactly one error, at this line and field, whose message has this part.
inline void expect_only(const std::vector<FileError>& errors, int line, std::string_view field,
                        std::string_view message_part) {
    ASSERT_EQ(errors.size(), 1u) << listing(errors);
    EXPECT_EQ(errors[0].line, line) << listing(errors);
    EXPECT_EQ(errors[0].field, field);
    EXPECT_NE(errors[0].message.find(message_part), std::string::npos) << listing(errors);
}

/// Counted from 1; 0 when the text has no such part.
inline int line_of(std::string_view text, std::string_view part) {
    const std::size_t found = text.find(part);
    if (found == text.npos) return 0;
    return 1 + static_cast<int>(std::count(text.begin(), text.begin() + found, '\n'));
}

/// The text with its one occurrence of `from` replaced.
inline std::string with(std::string text, std::string_view from, std::string_view to) {
    const std::size_t found = text.find(from);
    EXPECT_NE(found, text.npos) << "the example has no " << from;
    if (found == text.npos) return text;
    EXPECT_EQ(text.find(from, found + 1), text.npos) << "the example has twice: " << from;
    return text.replace(found, from.size(), to);
}

inline std::string demo_text() {
    const auto path =
        std::filesystem::path(__FILE__).parent_path() / "../../../catalogue/demo.json";
    std::ifstream in(path, std::ios::binary);
    EXPECT_TRUE(in) << path;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// 08:00 on a Tuesday in Bangkok.
inline const domain::UtcTime kNow = at("2026-11-24T01:00:00Z");

/// A small file with one of everything. Every value that tests change stands in it once.
inline const std::string kExample = R"({
  "format": "cinema-catalogue/1",
  "currency": "THB",
  "utcOffset": "+07:00",
  "cleaningMin": 20,
  "movies": [
    {
      "key": "up",
      "title": "Up",
      "durationMin": 96,
      "rating": "PG",
      "genres": ["Animation", "Family"],
      "synopsis": "A house flies.",
      "releaseDate": "2009-05-29",
      "posterUrl": "/posters/up.svg"
    },
    {
      "key": "matrix",
      "title": "The Matrix",
      "durationMin": 136,
      "rating": "R",
      "genres": [],
      "synopsis": "",
      "releaseDate": "1999-03-31"
    }
  ],
  "auditoriums": [
    {
      "key": "studio",
      "name": "Studio",
      "curvePercent": 10,
      "rows": [
        { "label": "A", "plan": "ss_ss" },
        { "walkway": true },
        { "label": "B", "plan": "ac_pp", "firstNumber": 11, "rightToLeft": true }
      ]
    },
    {
      "key": "cellar",
      "name": "Cellar",
      "rows": [
        { "label": "AA", "plan": "sss" }
      ]
    }
  ],
  "showtimes": [
    {
      "movie": "up",
      "auditorium": "studio",
      "startTime": "2026-12-24T17:00:00+07:00",
      "prices": {
        "standard": 22000,
        "premium": 28000,
        "accessible": 18000,
        "companion": 0
      }
    }
  ],
  "schedule": [
    {
      "movie": "matrix",
      "auditorium": "cellar",
      "daysFromToday": [1, 2],
      "startTimes": ["14:00", "19:30"],
      "currency": "USD",
      "prices": { "standard": 900 }
    }
  ]
}
)";

/// A file that adds nothing but this to the list.
inline std::string file_with(std::string_view list, std::string_view entry) {
    return "{\"format\": \"cinema-catalogue/1\", \"currency\": \"THB\", \"utcOffset\": "
           "\"+07:00\",\n"
           "\"" +
           std::string(list) + "\": [\n" + std::string(entry) + "\n]}";
}

inline std::string showtime_entry(std::string_view movie, std::string_view start,
                                  std::string_view more = "") {
    return "{\"movie\": \"" + std::string(movie) + "\", \"auditorium\": \"cellar\", " +
           std::string(more) + "\n\"startTime\": \"" + std::string(start) +
           "\",\n\"prices\": {\"standard\": 500}}";
}

}  // namespace cinema::catalog::testing
