#pragma once

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace cinema::cluster {

/// An address of the tests' servers, from the environment.
inline std::string test_server(const char* name) {
    const char* value = std::getenv(name);
    if (!value || !*value) {
        throw std::runtime_error(std::string(name) +
                                 " is not set: run this through `./dev stack -- <command>`, which "
                                 "starts MongoDB, Redis and RabbitMQ for tests");
    }
    return value;
}

/// The URI with this database and these further options. `host` replaces the hosts.
inline std::string uri_with(std::string uri, const std::string& database,
                            const std::string& options = "", const std::string& host = "") {
    std::string given;
    if (const auto query = uri.find('?'); query != std::string::npos) {
        given = uri.substr(query + 1);
        uri.resize(query);
    }
    const std::size_t begin = uri.find("://") + 3;
    uri.resize(std::min(uri.find('/', begin), uri.size()));
    if (!host.empty()) {
        const auto at = uri.find('@', begin);
        uri.replace(at == std::string::npos ? begin : at + 1, std::string::npos, host);
    }
    std::string query = given;
    if (!query.empty() && !options.empty()) query += '&';
    query += options;
    return uri + "/" + database + (query.empty() ? "" : "?" + query);
}

}  // namespace cinema::cluster
