#include "cluster/link/resolve.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>

#include "cluster/link/background_thread.hpp"

namespace cinema::cluster {

namespace {

constexpr std::size_t kAddressesMax = 8;

using Addresses = std::expected<std::vector<std::string>, std::string>;

Addresses look_up(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_family = AF_UNSPEC;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
        return std::unexpected("the host's name cannot be resolved: " +
                               std::string(::gai_strerror(error)));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
    std::vector<std::string> v4;
    std::vector<std::string> v6;
    for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(), nullptr, 0,
                          NI_NUMERICHOST) != 0) {
            continue;
        }
        (entry->ai_family == AF_INET ? v4 : v6).emplace_back(text.data());
    }
    v4.insert(v4.end(), v6.begin(), v6.end());
    if (v4.empty()) return std::unexpected("the host has no address");
    v4.resize(std::min(v4.size(), kAddressesMax));
    return v4;
}

}  // namespace

Addresses resolve(const std::string& host, std::chrono::milliseconds limit) {
    auto answer = std::make_shared<std::promise<Addresses>>();
    std::future<Addresses> addresses = answer->get_future();
    start_background_thread([answer, host] { answer->set_value(look_up(host)); }).detach();
    if (addresses.wait_for(limit) != std::future_status::ready) {
        return std::unexpected("the host's name was not resolved in time");
    }
    return addresses.get();
}

}  // namespace cinema::cluster
