#include "api/static_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "assets.hpp"

namespace cinema::api {

namespace {

namespace fs = std::filesystem;

std::string_view media_type(std::string_view extension) {
    static const std::unordered_map<std::string_view, std::string_view> kTypes = {
        {".html", "text/html; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".avif", "image/avif"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".txt", "text/plain; charset=utf-8"},
        {".xml", "application/xml"},
        {".wasm", "application/wasm"},
    };
    const auto found = kTypes.find(extension);
    return found == kTypes.end() ? "application/octet-stream" : found->second;
}

/// A page may run its own scripts only and be framed by nobody (ASVS 5.0, V3.4). Chart libraries
/// add style elements while they run, so those are allowed; style attributes are not (what scripts
/// set through element.style is no attribute). Posters may come from anywhere.
constexpr std::string_view kPageHeaders =
    "Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self' "
    "'unsafe-inline'; style-src-attr 'none'; img-src 'self' data: https:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'\r\n"
    "Referrer-Policy: strict-origin-when-cross-origin\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(), payment=()\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n";

http::SharedContent make_content(std::string_view path, std::string_view type, std::string bytes,
                                 std::string_view encoding) {
    // Names under _nuxt/ hold a hash of their content: what they name never changes.
    std::string headers = path.starts_with("/_nuxt/") && !path.starts_with("/_nuxt/builds/")
                              ? "Cache-Control: public, max-age=31536000, immutable\r\n"
                              : "Cache-Control: no-cache\r\n";
    headers += "Vary: Accept-Encoding\r\n";
    if (!encoding.empty()) headers += fmt::format("Content-Encoding: {}\r\n", encoding);
    if (type.starts_with("text/html")) headers += kPageHeaders;
    return std::make_shared<const http::Content>(type, std::move(bytes), true, headers);
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in.good() && !in.eof()) throw std::runtime_error("cannot read " + path.string());
    return bytes;
}

/// RFC 9110 section 12.5.3, as far as it matters here: named, and not with q=0.
bool accepts(std::string_view accept_encoding, std::string_view coding) {
    while (!accept_encoding.empty()) {
        const auto comma = accept_encoding.find(',');
        std::string_view item = accept_encoding.substr(0, comma);
        while (item.starts_with(' ')) item.remove_prefix(1);
        const auto semicolon = item.find(';');
        std::string_view name = item.substr(0, semicolon);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (name == coding) {
            const auto q = item.find("q=0");
            return q == std::string_view::npos ||
                   item.find_first_not_of("0.", q + 2) != std::string_view::npos;
        }
        if (comma == std::string_view::npos) break;
        accept_encoding.remove_prefix(comma + 1);
    }
    return false;
}

bool is_within(const fs::path& path, const fs::path& folder) {
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
           folder.end();
}

/// Routes of the app are plain: letters, digits, hyphens. Anything with a dot is a file, and dots
/// or escapes that try to climb are nothing.
bool is_app_route(std::string_view path) {
    return path.find("//") == std::string_view::npos &&
           std::all_of(path.begin(), path.end(), [](unsigned char c) {
               return std::isalnum(c) || c == '/' || c == '-' || c == '_' || c == '~';
           });
}

}  // namespace

StaticFiles::StaticFiles(const fs::path& root) {
    if (root.empty()) {
        for (const auto& file : embedded_assets()) {
            if (file.name != "index.html") continue;
            files_["/index.html"].identity =
                make_content("/index.html", media_type(".html"), std::string(file.content), "");
        }
    } else {
        load(root);
    }
}

void StaticFiles::load(const fs::path& root) {
    if (!fs::is_directory(root)) {
        throw std::runtime_error("WEB_ROOT is not a folder: " + root.string());
    }
    std::size_t total = 0;
    const fs::path real_root = fs::canonical(root);
    for (const auto& item : fs::recursive_directory_iterator(root)) {
        // A link that leads out of the folder is not part of the app.
        if (!item.is_regular_file() || !is_within(fs::canonical(item.path()), real_root)) continue;
        std::string path = "/" + item.path().lexically_relative(root).generic_string();
        std::string bytes = read_file(item.path());
        total += bytes.size();
        if (total > kWebRootBytesMax) {
            throw std::runtime_error(
                fmt::format("WEB_ROOT holds more than {} MiB", kWebRootBytesMax / 1024 / 1024));
        }
        std::string_view encoding;
        if (path.ends_with(".br")) encoding = "br";
        if (path.ends_with(".gz")) encoding = "gzip";
        if (!encoding.empty()) path.resize(path.rfind('.'));
        const std::string type(media_type(fs::path(path).extension().string()));
        Entry& entry = files_[path];
        auto& slot = encoding == "br"     ? entry.brotli
                     : encoding == "gzip" ? entry.gzip
                                          : entry.identity;
        slot = make_content(path, type, std::move(bytes), encoding);
    }
    if (!files_.contains("/index.html")) {
        throw std::runtime_error("WEB_ROOT has no index.html: " + root.string());
    }
    has_app_ = true;
}

http::SharedContent StaticFiles::find(std::string_view path,
                                      std::string_view accept_encoding) const {
    auto found = files_.find(path == "/" ? std::string_view("/index.html") : path);
    if (found == files_.end() && has_app_ && is_app_route(path)) found = files_.find("/index.html");
    if (found == files_.end()) return nullptr;
    const Entry& entry = found->second;
    if (entry.brotli && accepts(accept_encoding, "br")) return entry.brotli;
    if (entry.gzip && accepts(accept_encoding, "gzip")) return entry.gzip;
    return entry.identity;
}

}  // namespace cinema::api
