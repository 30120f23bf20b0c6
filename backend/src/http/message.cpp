#include "http/message.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <stdexcept>

namespace cinema::http {

namespace {

std::string entity_tag(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
        1) {
        throw std::runtime_error("SHA-256 is not available");
    }
    std::string tag = "\"";
    for (int i = 0; i < 16; ++i) fmt::format_to(std::back_inserter(tag), "{:02x}", digest[i]);
    tag += '"';
    return tag;
}

}  // namespace

std::string_view method_name(Method method) {
    static constexpr std::string_view kNames[] = {"GET",   "HEAD",   "POST",    "PUT",
                                                  "PATCH", "DELETE", "OPTIONS", "OTHER"};
    return kNames[static_cast<std::size_t>(method)];
}

Content::Content(std::string_view content_type, std::string bytes, bool with_etag,
                 std::string_view extra_headers)
    : bytes_(std::move(bytes)) {
    if (with_etag) {
        etag_ = entity_tag(bytes_);
        validators_ = fmt::format("ETag: {}\r\n", etag_);
    }
    validators_ += extra_headers;
    head_ = fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n{}", content_type, bytes_.size(),
                        validators_);
}

bool Content::matches(std::string_view if_none_match) const {
    if (etag_.empty() || if_none_match.empty()) return false;
    if (if_none_match == "*") return true;
    // A tag cannot hold a quote, so finding it with its quotes is exact. W/ compares weakly.
    return if_none_match.find(etag_) != std::string_view::npos;
}

void Response::add_header(std::string_view name, std::string_view value) {
    headers.append(name).append(": ").append(value).append("\r\n");
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 101:
            return "Switching Protocols";
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 422:
            return "Unprocessable Content";
        case 426:
            return "Upgrade Required";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

}  // namespace cinema::http
