#pragma once

#include <boost/json/error.hpp>
#include <cstddef>
#include <string_view>

#include "catalog/file_error.hpp"

namespace cinema::catalog {

/// Where the parser stopped.
struct SyntaxStop {
    std::string_view text;       ///< the whole text
    std::size_t line_start = 0;  ///< offset of the line's first byte
    std::size_t at = 0;          ///< offset of the byte that does not fit; text.size() at the end
    int line = 0;
    int open_line = 0;  ///< where the innermost open array or object began; 0 for none
    bool open_is_object = false;
};

/// The error in the words of someone who has to mend the file: the column, what stands there, and
/// the likeliest remedy. The remedy is a guess from the neighbouring characters, nothing more.
FileError explain_syntax_error(const SyntaxStop& stop, const boost::json::error_code& ec);

}  // namespace cinema::catalog
