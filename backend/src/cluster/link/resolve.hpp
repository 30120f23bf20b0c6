#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <vector>

namespace cinema::cluster {

/// The addresses of a host (IPv4 first, at most eight), each as text. getaddrinfo has no time limit
/// of its own: it runs on a thread that is left behind, with nothing of ours, when it takes longer.
std::expected<std::vector<std::string>, std::string> resolve(const std::string& host,
                                                             std::chrono::milliseconds limit);

}  // namespace cinema::cluster
