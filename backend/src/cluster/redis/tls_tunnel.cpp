#include "cluster/redis/tls_tunnel.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/ssl/impl/src.hpp>  // the only file that uses TLS through Asio
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <future>
#include <new>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "cluster/link/background_thread.hpp"

namespace cinema::cluster {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using LocalSocket = asio::local::stream_protocol::socket;
using TlsStream = asio::ssl::stream<tcp::socket>;
using ErrorCode = boost::system::error_code;

constexpr std::size_t kBufferBytes = 16'384;  // the most that one TLS record carries

/// One connection. Its coroutines share it; all run on the tunnel's thread.
struct Carried {
    Carried(asio::io_context& io, asio::ssl::context& tls, int descriptor)
        : remote(io, tls), local(io, asio::local::stream_protocol(), descriptor), timer(io) {}

    void close() {
        ErrorCode ignored;
        remote.lowest_layer().close(ignored);
        local.close(ignored);
        timer.cancel();
    }

    TlsStream remote;
    LocalSocket local;
    asio::steady_timer timer;
    std::promise<std::expected<void, std::string>> opened;
};

void close_when_late(const std::shared_ptr<Carried>& carried, std::chrono::milliseconds limit) {
    carried->timer.expires_after(limit);
    carried->timer.async_wait([carried](const ErrorCode& cancelled) {
        if (!cancelled) carried->close();
    });
}

template <class From, class To>
asio::awaitable<void> carry(std::shared_ptr<Carried> carried, From& from, To& to) {
    std::array<char, kBufferBytes> buffer;
    ErrorCode error;
    while (!error) {
        const std::size_t size = co_await from.async_read_some(
            asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
        if (error) break;
        co_await asio::async_write(to, asio::buffer(buffer.data(), size),
                                   asio::redirect_error(asio::use_awaitable, error));
    }
    carried->close();
}

/// The certificate must be for this name, or IP address. A name is also sent (SNI), so that a
/// shared front can choose the certificate.
void expect_host(SSL* tls, const std::string& name) {
    ErrorCode not_an_address;
    asio::ip::make_address(name, not_an_address);
    const bool done = not_an_address
                          ? SSL_set1_host(tls, name.c_str()) == 1 &&
                                SSL_set_tlsext_host_name(tls, name.c_str()) == 1
                          : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), name.c_str()) == 1;
    if (!done) throw std::bad_alloc();
}

std::string reason(Carried& carried, std::string_view step, const ErrorCode& error) {
    const long verdict = SSL_get_verify_result(carried.remote.native_handle());
    if (verdict != X509_V_OK) {
        return "the server's certificate is not accepted: " +
               std::string(X509_verify_cert_error_string(verdict));
    }
    if (error == asio::error::operation_aborted) return std::string(step) + " took too long";
    return std::string(step) + " failed: " + error.message();
}

asio::awaitable<void> open_remote(std::shared_ptr<Carried> carried, tcp::endpoint endpoint,
                                  std::chrono::milliseconds limit) {
    ErrorCode error;
    const auto give_up = [&](std::string_view step) {
        carried->opened.set_value(std::unexpected(reason(*carried, step, error)));
        carried->close();
    };
    close_when_late(carried, limit);
    co_await carried->remote.lowest_layer().async_connect(
        endpoint, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        give_up("connecting");
        co_return;
    }
    carried->remote.lowest_layer().set_option(tcp::no_delay(true), error);
    carried->remote.lowest_layer().set_option(asio::socket_base::keep_alive(true), error);
    close_when_late(carried, limit);
    co_await carried->remote.async_handshake(asio::ssl::stream_base::client,
                                             asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        give_up("the TLS handshake");
        co_return;
    }
    carried->timer.cancel();
    const auto executor = co_await asio::this_coro::executor;
    asio::co_spawn(executor, carry(carried, carried->remote, carried->local), asio::detached);
    asio::co_spawn(executor, carry(carried, carried->local, carried->remote), asio::detached);
    carried->opened.set_value({});
}

}  // namespace

struct TlsTunnel::Pump {
    explicit Pump(std::string name) : server_name(std::move(name)) {}

    std::string server_name;
    asio::ssl::context tls{asio::ssl::context::tls_client};
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    std::thread thread;
};

TlsTunnel::TlsTunnel(std::string server_name, const std::string& ca_file)
    : pump_(std::make_unique<Pump>(std::move(server_name))) {
    asio::ssl::context& tls = pump_->tls;
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    ErrorCode error;
    if (ca_file.empty()) {
        tls.set_default_verify_paths(error);
    } else {
        tls.load_verify_file(ca_file, error);
    }
    if (error)
        throw std::runtime_error("the certificates of authorities cannot be read: " +
                                 error.message());
    tls.set_verify_mode(asio::ssl::verify_peer);
    pump_->thread = start_background_thread([&io = pump_->io] { io.run(); });
}

TlsTunnel::~TlsTunnel() {
    pump_->io.stop();
    pump_->thread.join();
}

std::expected<int, std::string> TlsTunnel::open(const std::string& ip, std::uint16_t port,
                                                std::chrono::milliseconds limit) {
    ErrorCode error;
    const auto address = asio::ip::make_address(ip, error);
    if (error) return std::unexpected("the address is not an IP address");
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return std::unexpected("no socket pair: " + std::generic_category().message(errno));
    }
    auto carried = std::make_shared<Carried>(pump_->io, pump_->tls, ends[1]);
    expect_host(carried->remote.native_handle(), pump_->server_name);
    auto opened = carried->opened.get_future();
    asio::co_spawn(pump_->io, open_remote(std::move(carried), tcp::endpoint(address, port), limit),
                   asio::detached);
    // Past the two limits of open_remote only a dead pump is left to wait for.
    const bool in_time = opened.wait_for(4 * limit) == std::future_status::ready;
    auto result = in_time ? opened.get() : std::unexpected(std::string("no answer in time"));
    if (!result) {
        ::close(ends[0]);
        return std::unexpected(std::move(result.error()));
    }
    return ends[0];
}

}  // namespace cinema::cluster
