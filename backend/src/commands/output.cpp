#include "commands/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace cinema::commands {

int write_output(const std::string& file, mode_t mode,
                 const std::function<bool(const Write&)>& make) {
    const bool to_standard_output = file == "-";
    std::FILE* out = stdout;
    if (!to_standard_output) {
        const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        out = descriptor >= 0 ? ::fdopen(descriptor, "w") : nullptr;
        if (!out) {
            fmt::print(stderr,
                       "cinema: cannot make {}: it exists already or its folder cannot be "
                       "written\n",
                       file);
            return 1;
        }
    }
    bool written = true;
    const bool made = make([&](std::string_view text) {
        written = written && std::fwrite(text.data(), 1, text.size(), out) == text.size();
        return written;
    });
    written = std::fflush(out) == 0 && written;
    if (!to_standard_output) {
        written = ::fsync(::fileno(out)) == 0 && written;
        written = std::fclose(out) == 0 && written;
        if (!made || !written) ::unlink(file.c_str());
    }
    if (!written) fmt::print(stderr, "cinema: writing {} failed\n", file);
    return made && written ? 0 : 1;
}

}  // namespace cinema::commands
