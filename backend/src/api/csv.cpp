#include "api/csv.hpp"

#include <array>

namespace cinema::api {

namespace {

/// What formulas begin with; the last four are the full-width forms, as East Asian spreadsheets
/// take them too.
bool may_be_a_formula(std::string_view cell) {
    static constexpr std::array<std::string_view, 10> kBeginnings{
        "=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    for (const std::string_view beginning : kBeginnings) {
        if (cell.starts_with(beginning)) return true;
    }
    return cell.starts_with('\n');
}

void append_cell(std::string& out, std::string_view cell) {
    const bool formula = may_be_a_formula(cell);
    const bool quoted = formula || cell.find_first_of(",\"\r\n") != std::string_view::npos;
    if (!quoted) {
        out += cell;
        return;
    }
    out += '"';
    if (formula) out += '\'';
    for (const char c : cell) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

}  // namespace

void append_csv_record(std::string& out, std::span<const std::string_view> cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i != 0) out += ',';
        append_cell(out, cells[i]);
    }
    out += "\r\n";
}

}  // namespace cinema::api
