#include "config/config.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "config/env_file.hpp"
#include "config/settings.hpp"

namespace cinema::config {

namespace {

constexpr std::size_t kSecretFileBytesMax = 4096;
using Problems = std::vector<std::string>;

/// One place that settings come from, and what it calls itself in messages.
struct Source {
    std::string_view name;
    Environment values;
};

/// The value in this source; empty counts as not given (`JWT_SECRET=` in a compose file).
const std::string* given_value(const Source& source, std::string_view name) {
    const auto found = source.values.find(name);
    return found == source.values.end() || found->second.empty() ? nullptr : &found->second;
}

std::optional<std::string> read_secret_file(const std::string& name, const std::string& path,
                                            Problems& problems) {
    std::ifstream stream;
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) stream.open(path, std::ios::binary);
    std::string text(kSecretFileBytesMax + 1, '\0');
    if (stream.is_open()) {
        stream.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(stream.gcount()));
        while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    }
    if (!stream.is_open() || stream.bad()) {
        problems.push_back(fmt::format("{}: the file {} cannot be read.", name, path));
    } else if (text.empty() || text.size() > kSecretFileBytesMax) {
        problems.push_back(fmt::format("{}: the file {} must hold 1 to {} bytes.", name, path,
                                       kSecretFileBytesMax));
    } else {
        return text;
    }
    return std::nullopt;
}

/// The text for a setting from the first source that has it; its default otherwise.
std::optional<std::string> chosen_text(const Setting& setting, std::span<const Source> sources,
                                       Problems& problems) {
    const std::string name(setting.name);
    const std::string file_name = name + "_FILE";
    for (const Source& source : sources) {
        const std::string* value = given_value(source, name);
        const std::string* file =
            setting.kind == Setting::Kind::secret ? given_value(source, file_name) : nullptr;
        if (value && file) {
            problems.push_back(fmt::format("{} and {} are both given in {}; give one of them.",
                                           name, file_name, source.name));
            return std::nullopt;
        }
        if (value) return *value;
        if (file) return read_secret_file(file_name, *file, problems);
    }
    if (setting.default_value.empty()) return std::nullopt;
    return std::string(setting.default_value);
}

void read_setting(Config& config, const Setting& setting, const std::string& text,
                  Problems& problems) {
    // A NUL ends the text for every C function below, so what was checked would not be what is
    // used.
    const auto allowed = text.find('\0') == std::string::npos
                             ? setting.read(config, text)
                             : std::optional<std::string>("text without NUL bytes");
    if (!allowed) return;
    problems.push_back(
        setting.kind == Setting::Kind::secret
            ? fmt::format("{} must be {}.", setting.name, *allowed)
            : fmt::format("{} is \"{}\" but must be {}.", setting.name, text, *allowed));
}

/// The cluster engine needs all three addresses, the embedded one none.
void check_engine(const Config& config, Problems& problems) {
    const std::array<std::pair<std::string_view, bool>, 3> parts{
        {{"MONGO_URI", !config.mongo_uri.empty()},
         {"REDIS_ADDR", !config.redis_addr.empty()},
         {"RABBITMQ_URL", !config.rabbitmq_url.empty()}}};
    std::string given;
    std::string missing;
    for (const auto& [name, is_given] : parts) {
        std::string& list = is_given ? given : missing;
        list += list.empty() ? "" : " and ";
        list += name;
    }
    if (given.empty()) return;
    if (missing.empty()) return;
    problems.push_back(fmt::format(
        "{} given without {}: the cluster engine needs all three, the embedded engine none.", given,
        missing));
}

Source flags_source(std::span<const FlagValue> flags, Problems& problems) {
    Source source{.name = "the flags", .values = {}};
    for (const FlagValue& flag : flags) {
        if (!find_setting(flag.name) && !secret_of_file_setting(flag.name)) {
            problems.push_back(fmt::format("There is no setting {}.", flag.name));
        }
        source.values.insert_or_assign(flag.name, flag.value);  // the last one counts
    }
    return source;
}

Source env_file_source(const std::filesystem::path& path, Problems& problems) {
    EnvFile file = read_env_file(path);
    problems.insert(problems.end(), file.problems.begin(), file.problems.end());
    for (const auto& [name, value] : file.values) {
        if (!find_setting(name) && !secret_of_file_setting(name)) {
            problems.push_back(fmt::format("{} sets {}, which is no setting; see --help.",
                                           path.filename().string(), name));
        }
    }
    return {.name = "the .env file", .values = std::move(file.values)};
}

}  // namespace

Environment process_environment() {
    Environment environment;
    const auto take = [&](const std::string& name) {
        if (const char* value = std::getenv(name.c_str())) environment.emplace(name, value);
    };
    for (const Setting& setting : settings()) {
        take(std::string(setting.name));
        if (setting.kind == Setting::Kind::secret) take(std::string(setting.name) + "_FILE");
    }
    return environment;
}

std::expected<Config, std::vector<std::string>> load_config(
    const Environment& environment, const std::optional<std::filesystem::path>& env_file,
    std::span<const FlagValue> flags) {
    Problems problems;
    std::vector<Source> sources;  // the first that has a value wins
    sources.push_back(flags_source(flags, problems));
    sources.push_back({.name = "the environment", .values = environment});
    if (env_file) sources.push_back(env_file_source(*env_file, problems));

    Config config;
    for (const Setting& setting : settings()) {
        const auto text = chosen_text(setting, sources, problems);
        if (text) read_setting(config, setting, *text, problems);
    }
    check_engine(config, problems);
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return config;
}

}  // namespace cinema::config
