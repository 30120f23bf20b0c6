#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "archive/house_archive.hpp"

/// An archive as a file: JSON Lines. The first line names the format and holds the catalogue, the
/// last one the number of records, so that a file that was cut short is noticed.
namespace cinema::archive {

/// The first line. `catalogue_json` is a catalogue file's text (docs/catalogue.md).
std::string header_line(std::string_view catalogue_json, domain::UtcTime now);
std::string record_line(const Record& record);
std::string end_line(std::int64_t records);

/// Is this the beginning of an archive, rather than of a catalogue file?
bool is_archive(std::string_view text);

/// Reads an archive line by line. Errors are `validation` and name the line.
class ArchiveReader {
  public:
    /// The stream must outlive us.
    explicit ArchiveReader(std::istream& in) : in_(in) {}

    /// First of all: the catalogue's text.
    domain::Result<std::string> header();
    /// The next record; nullopt after the last one, when all of them were there.
    domain::Result<std::optional<Record>> next();

    std::int64_t records() const { return records_; }

  private:
    domain::Result<std::string> line();
    domain::Error wrong(std::string_view what) const;

    std::istream& in_;
    std::int64_t line_ = 0;
    std::int64_t records_ = 0;
};

}  // namespace cinema::archive
