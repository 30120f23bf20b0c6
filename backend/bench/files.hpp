#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "arguments.hpp"

namespace bench {

// The whole file as bytes; ends the program when it cannot be read.
inline std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("cannot read %s", path.c_str());
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The file's non-empty lines; ends the program when there are none.
inline std::vector<std::string> read_lines(const std::string& path) {
    std::ifstream in(path);
    if (!in) fail("cannot read %s", path.c_str());
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        if (!line.empty()) lines.push_back(line);
    if (lines.empty()) fail("%s is empty", path.c_str());
    return lines;
}

}  // namespace bench
