#pragma once

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

namespace bench {

// Ends the program with a message. A driver that cannot measure must not report a number.
[[noreturn, gnu::format(printf, 1, 2)]] inline void fail(const char* format, ...) {
    va_list values;
    va_start(values, format);
    std::vfprintf(stderr, format, values);
    va_end(values);
    std::fputc('\n', stderr);
    std::exit(2);
}

// The command line as `--name value` pairs. An unknown name, a missing value or a malformed
// number ends the program, so that a typing mistake never measures something else.
class Arguments {
  public:
    Arguments(int argc, char** argv, std::initializer_list<std::string_view> known) {
        for (int i = 1; i < argc; i += 2) {
            const std::string_view name = argv[i];
            bool is_known = false;
            for (const std::string_view candidate : known) is_known = is_known || name == candidate;
            if (!is_known) fail("unknown option %s", argv[i]);
            if (i + 1 == argc) fail("%s needs a value", argv[i]);
            values_[std::string(name)] = argv[i + 1];
        }
    }

    std::string text(const std::string& name) const {
        const auto found = values_.find(name);
        if (found == values_.end()) fail("%s is required", name.c_str());
        return found->second;
    }

    double number(const std::string& name, double otherwise) const {
        const auto found = values_.find(name);
        if (found == values_.end()) return otherwise;
        char* end = nullptr;
        const double value = std::strtod(found->second.c_str(), &end);
        if (end == found->second.c_str() || *end != '\0' || value < 0)
            fail("%s: not a number: %s", name.c_str(), found->second.c_str());
        return value;
    }

    int count(const std::string& name, int otherwise) const {
        return static_cast<int>(number(name, otherwise));
    }

  private:
    std::map<std::string, std::string> values_;
};

}  // namespace bench
