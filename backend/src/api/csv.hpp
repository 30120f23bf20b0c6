#pragma once

#include <span>
#include <string>
#include <string_view>

/// Tables for spreadsheets: CSV as RFC 4180 has it.
namespace cinema::api {

/// Appends one record, ended by CRLF. A cell is quoted where it must be.
///
/// A spreadsheet takes a cell that begins with = + - @, a tab or a line break for a formula, which
/// may send data away (OWASP, CSV Injection): such a cell gets an apostrophe before it, which says
/// "text" to them.
void append_csv_record(std::string& out, std::span<const std::string_view> cells);

}  // namespace cinema::api
