#include "config/env_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <expected>
#include <fstream>
#include <iterator>

namespace cinema::config {

namespace {

constexpr std::uintmax_t kEnvFileBytesMax = 64 * 1024;

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::string_view skip_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    return text;
}

std::string_view cut_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

bool is_key(std::string_view text) {
    const auto fits = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
           std::all_of(text.begin(), text.end(), fits);
}

/// What a quote opens; `rest` is then what follows the closing one.
std::expected<std::string, std::string> quoted_value(std::string_view& rest) {
    const char quote = rest.front();
    std::string value;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == quote) {
            rest.remove_prefix(i + 1);
            return value;
        }
        if (quote == '"' && rest[i] == '\\') {
            const char escaped = i + 1 < rest.size() ? rest[++i] : '\0';
            switch (escaped) {
                case 'n':
                    value += '\n';
                    break;
                case 't':
                    value += '\t';
                    break;
                case '"':
                case '\\':
                case '$':
                    value += escaped;
                    break;
                default:
                    return std::unexpected(
                        R"(has a \ in double quotes that is not \n, \t, \", \\ or \$)");
            }
        } else {
            value += rest[i];
        }
    }
    return std::unexpected(fmt::format("has no closing {}", quote));
}

std::expected<std::string, std::string> value_of_line(std::string_view text) {
    text = skip_blanks(text);
    if (!text.starts_with('"') && !text.starts_with('\'')) {
        // A comment needs a blank before it, so that a password may hold a '#'.
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '#' && (i == 0 || is_blank(text[i - 1]))) text = text.substr(0, i);
        }
        return std::string(cut_blanks(text));
    }
    auto value = quoted_value(text);
    if (!value) return value;
    text = skip_blanks(text);
    if (!text.empty() && text.front() != '#') {
        return std::unexpected("has something behind the closing quote");
    }
    return value;
}

}  // namespace

EnvFile parse_env_file(std::string_view text, std::string_view file_name) {
    EnvFile file;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (int line_number = 1; !text.empty(); ++line_number) {
        const auto end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = skip_blanks(line);
        if (line.empty() || line.front() == '#') continue;
        // The line itself is never shown: it may hold a secret.
        const auto report = [&](std::string_view what) {
            file.problems.push_back(fmt::format("{} line {} {}.", file_name, line_number, what));
        };
        if (line.starts_with("export ")) line = skip_blanks(line.substr(7));
        const auto equals = line.find('=');
        const std::string_view key = cut_blanks(line.substr(0, equals));
        if (equals == std::string_view::npos || !is_key(key)) {
            report("must be NAME=value, a # comment or blank");
            continue;
        }
        auto value = value_of_line(line.substr(equals + 1));
        if (!value) {
            report(value.error());
        } else if (!file.values.emplace(key, std::move(*value)).second) {
            report(fmt::format("gives {} a second time", key));
        }
    }
    return file;
}

EnvFile read_env_file(const std::filesystem::path& path) {
    std::error_code problem;
    const auto status = std::filesystem::status(path, problem);
    if (status.type() == std::filesystem::file_type::not_found) return {};
    std::ifstream stream;
    if (status.type() == std::filesystem::file_type::regular) stream.open(path, std::ios::binary);
    if (!stream.is_open()) {
        return {.values = {}, .problems = {fmt::format("{} cannot be read.", path.string())}};
    }
    if (std::filesystem::file_size(path, problem) > kEnvFileBytesMax) {
        return {.values = {},
                .problems = {
                    fmt::format("{} is larger than {} bytes.", path.string(), kEnvFileBytesMax)}};
    }
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    return parse_env_file(text, path.filename().string());
}

}  // namespace cinema::config
