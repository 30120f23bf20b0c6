#include <cstdlib>
#include <filesystem>
#include <thread>

#include "cluster/redis/redis_under_test.hpp"

namespace cinema::cluster {

using namespace std::chrono_literals;

namespace {

/// An authority, and a certificate of its for `localhost`, made with openssl(1).
class Certificates {
  public:
    Certificates() : folder_(std::filesystem::temp_directory_path() / ("tls-" + random_word())) {
        std::filesystem::create_directory(folder_);
        const std::string make =
            "cd " + folder_.string() +
            " && exec >log 2>&1 && openssl req -x509 -newkey ec -pkeyopt "
            "ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem"
            " && openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "
            "/CN=server -addext subjectAltName=DNS:localhost -keyout server.key -out server.csr"
            " && openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial "
            "-copy_extensions copy -days 2 -out server.pem";
        if (std::system(make.c_str()) != 0) throw std::runtime_error("openssl failed");
    }
    ~Certificates() { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& name) const { return (folder_ / name).string(); }

  private:
    std::filesystem::path folder_;
};

/// A server with a plain port (to see that it runs) and a TLS port.
struct TlsRedis {
    Certificates certificates;
    std::uint16_t tls_port = free_port();
    RedisServer server{{"--tls-port", std::to_string(tls_port), "--tls-cert-file",
                        certificates.file("server.pem"), "--tls-key-file",
                        certificates.file("server.key"), "--tls-ca-cert-file",
                        certificates.file("ca.pem"), "--tls-auth-clients", "no"}};
    Observed observed;

    RedisOptions options(std::string host, std::string ca) const {
        return {.address = {.host = std::move(host), .port = tls_port, .tls = true},
                .ca_file = std::move(ca)};
    }
};

}  // namespace

TEST(RedisTls, CarriesCalls) {
    TlsRedis redis;
    RedisClient client(redis.options("localhost", redis.certificates.file("ca.pem")),
                       redis.observed.metrics(), redis.observed.logger());
    ASSERT_EQ(client.problem(), std::nullopt);
    const std::string large(300'000, 'x');
    ASSERT_TRUE(client.call(redis_command({"SET", "k", large})));
    std::vector<std::thread> threads;
    std::atomic<int> wrong{0};
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                const auto reply = client.call(redis_command({"GET", "k"}));
                if (!reply || text_of(**reply) != large) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0) << redis.observed.log();
}

TEST(RedisTls, ComesBackWithTheServer) {
    TlsRedis redis;
    RedisClient client(redis.options("localhost", redis.certificates.file("ca.pem")),
                       redis.observed.metrics(), redis.observed.logger());
    ASSERT_EQ(client.problem(), std::nullopt);
    redis.server.kill_it();
    EXPECT_TRUE(soon([&] { return client.problem().has_value(); }, 3s));
    redis.server.start();
    EXPECT_TRUE(soon([&] { return !client.problem(); }, 3s));
    redis.server.freeze();
    const Stopwatch watch;
    EXPECT_FALSE(client.call(redis_command({"PING"})));
    EXPECT_LT(watch.elapsed(), 600ms);
    client.stop();
    EXPECT_LT(watch.elapsed(), 2s);
}

TEST(RedisTls, TheAuthorityMustBeKnown) {
    TlsRedis redis;
    RedisClient client(redis.options("localhost", ""), redis.observed.metrics(),
                       redis.observed.logger());
    ASSERT_TRUE(client.problem());
    EXPECT_NE(client.problem()->find("certificate is not accepted"), std::string::npos)
        << *client.problem();
}

TEST(RedisTls, TheCertificateMustBeForTheHost) {
    TlsRedis redis;
    RedisClient client(redis.options("127.0.0.1", redis.certificates.file("ca.pem")),
                       redis.observed.metrics(), redis.observed.logger());
    ASSERT_TRUE(client.problem());
    EXPECT_NE(client.problem()->find("mismatch"), std::string::npos) << *client.problem();
}

TEST(RedisTls, APlainServerIsNotTrusted) {
    TlsRedis redis;
    RedisOptions options = redis.options("localhost", redis.certificates.file("ca.pem"));
    options.address.port = redis.server.port();
    RedisClient client(options, redis.observed.metrics(), redis.observed.logger());
    EXPECT_TRUE(client.problem());
}

TEST(RedisTls, AMissingCaFileStopsTheStart) {
    Observed observed;
    EXPECT_THROW(
        RedisClient({.address = {.host = "localhost", .tls = true}, .ca_file = "/no/such/file"},
                    observed.metrics(), observed.logger()),
        std::runtime_error);
}

}  // namespace cinema::cluster
