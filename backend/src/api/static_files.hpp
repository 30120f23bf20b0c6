#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>

#include "http/message.hpp"

namespace cinema::api {

inline constexpr std::size_t kWebRootBytesMax = 64 * 1024 * 1024;

/// The web app, held in memory with its pre-compressed forms (file.br, file.gz beside file). No
/// request ever touches the file system, so there is no path to traverse. Immutable; any thread.
class StaticFiles {
  public:
    /// Reads every file under `root`; with an empty root, only the built-in start page is there.
    /// Throws std::runtime_error when the folder cannot be read or holds more than
    /// kWebRootBytesMax.
    explicit StaticFiles(const std::filesystem::path& root);

    /// The answer for a path: the file, `index.html` for routes of the app (no dot in the path), or
    /// null when there is no such file.
    http::SharedContent find(std::string_view path, std::string_view accept_encoding) const;

  private:
    struct Entry {
        http::SharedContent identity, gzip, brotli;
    };

    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };

    void load(const std::filesystem::path& root);

    std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> files_;
    bool has_app_ = false;
};

}  // namespace cinema::api
