#pragma once

#include <source_location>
#include <stdexcept>
#include <string>

namespace cinema::domain {

/// A broken invariant: a defect of ours, never a client's doing.
struct InvariantBroken : std::logic_error {
    using std::logic_error::logic_error;
};

/// Asserts in production too. The exception undoes the command it is thrown in, is logged once with
/// the request's id and answered as 500.
inline void ensure(bool holds, const char* invariant,
                   std::source_location where = std::source_location::current()) {
    if (!holds) [[unlikely]] {
        throw InvariantBroken(std::string("invariant broken: ") + invariant + " (" +
                              where.file_name() + ":" + std::to_string(where.line()) + ")");
    }
}

}  // namespace cinema::domain
