#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

namespace cinema::cluster {

/// TLS for a client library that only knows plain sockets: hands out one end of a local socket
/// pair, and carries its bytes over a TLS connection on one thread for all. The server's
/// certificate must be for `server_name` and signed by an authority of the system, or of `ca_file`.
/// TLS 1.2 or newer.
class TlsTunnel {
  public:
    /// Throws std::runtime_error when the file cannot be read. `ca_file` (PEM) may be empty.
    TlsTunnel(std::string server_name, const std::string& ca_file);
    /// Closes every connection.
    ~TlsTunnel();
    TlsTunnel(const TlsTunnel&) = delete;
    TlsTunnel& operator=(const TlsTunnel&) = delete;

    /// A connected descriptor, which is the caller's to close. Any thread; takes `limit` for
    /// connecting and as much again for the handshake.
    std::expected<int, std::string> open(const std::string& ip, std::uint16_t port,
                                         std::chrono::milliseconds limit);

  private:
    struct Pump;
    std::unique_ptr<Pump> pump_;
};

}  // namespace cinema::cluster
