#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

namespace cinema::commands {

/// False when it could not be written.
using Write = std::function<bool(std::string_view)>;

/// Writes a new file, or standard output for "-", and sees that it is on the disk. `make` writes
/// and answers whether all went well; what it began is removed when it did not. Says what went
/// wrong with the file; answers the exit code.
int write_output(const std::string& file, mode_t mode,
                 const std::function<bool(const Write&)>& make);

}  // namespace cinema::commands
