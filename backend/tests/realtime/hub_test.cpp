#include "realtime/hub.hpp"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>
#include <future>
#include <thread>

namespace cinema::realtime {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using booking::Awaitable;

constexpr int kSeats = 600;

/// A store whose answer the test decides, and holds back as long as it likes.
class ScriptedQueries final : public booking::BookingQueries {
  public:
    Awaitable<domain::Result<std::shared_ptr<const booking::SeatStates>>> seat_states(
        domain::ShowtimeId) override {
        ++loads;
        // As the store was when it was asked; the answer may arrive much later.
        auto answer = std::make_shared<const booking::SeatStates>(states);
        asio::steady_timer pause(co_await asio::this_coro::executor);
        while (held.load()) {
            pause.expires_after(std::chrono::milliseconds(1));
            co_await pause.async_wait(asio::use_awaitable);
        }
        if (failures.load() > 0) {
            --failures;
            co_return domain::fail(domain::Errc::unavailable, "down");
        }
        co_return answer;
    }
    Awaitable<domain::Result<std::optional<domain::Booking>>> find(domain::BookingId) override {
        co_return std::nullopt;
    }
    Awaitable<domain::Result<std::vector<domain::Booking>>> of_user(domain::UserId,
                                                                    booking::PageRequest) override {
        co_return std::vector<domain::Booking>{};
    }
    Awaitable<domain::Result<std::vector<booking::BookingRow>>> search(
        booking::BookingFilter, booking::PageRequest) override {
        co_return std::vector<booking::BookingRow>{};
    }
    Awaitable<domain::Result<std::vector<int>>> seats_taken(
        std::vector<domain::ShowtimeId>) override {
        co_return std::vector<int>{};
    }

    booking::SeatStates states;
    std::atomic<bool> held{false};
    std::atomic<int> failures{0};
    std::atomic<int> loads{0};
};

template <class IdType>
IdType id_of(std::uint8_t last) {
    IdType id;
    id.value.bytes[11] = last;
    return id;
}

std::shared_ptr<const catalog::CatalogSnapshot> one_showtime() {
    std::vector<domain::Seat> seats;
    for (int i = 1; i <= kSeats; ++i) {
        seats.push_back({.code = "A" + std::to_string(i), .row = "A", .number = i, .column = i});
    }
    domain::Showtime showtime{.id = id_of<domain::ShowtimeId>(1),
                              .movie_id = id_of<domain::MovieId>(2),
                              .auditorium_id = id_of<domain::AuditoriumId>(3),
                              .seatmap_id = id_of<domain::SeatMapId>(4)};
    showtime.prices[0] = 1200;
    showtime.currency = "THB";
    return std::make_shared<const catalog::CatalogSnapshot>(catalog::CatalogSnapshot::Parts{
        .movies = {{.id = showtime.movie_id, .key = "m"}},
        .auditoriums = {{.id = showtime.auditorium_id,
                         .key = "a",
                         .seatmap_id = showtime.seatmap_id}},
        .seat_maps = {std::make_shared<const domain::SeatMap>(showtime.seatmap_id, seats, 0)},
        .showtimes = {showtime},
        .revision = 1});
}

domain::SeatEvent locked(int seat, std::int64_t version) {
    return {.type = domain::SeatEventType::SEAT_LOCKED,
            .showtime_id = id_of<domain::ShowtimeId>(1),
            .seat_code = "A" + std::to_string(seat),
            .locked_by = id_of<domain::UserId>(9),
            .lock_expires_at = domain::UtcTime{std::chrono::hours(1)},
            .version = version};
}

/// The client's end: blocking reads of the server's frames.
class Client {
  public:
    explicit Client(tcp::socket socket) : socket_(std::move(socket)) {}

    /// The next message; a close frame gives {"close": code}, the end of the stream {"end": true}.
    boost::json::object next() {
        std::array<unsigned char, 10> head{};
        boost::system::error_code ec;
        asio::read(socket_, asio::buffer(head, 2), ec);
        if (ec) return {{"end", true}};
        std::size_t size = head[1];
        const int extended = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (extended != 0) {
            asio::read(socket_, asio::buffer(head, extended));
            size = 0;
            for (int i = 0; i < extended; ++i) size = (size << 8) | head[i];
        }
        const int opcode = head[0];
        std::string payload(size, '\0');
        asio::read(socket_, asio::buffer(payload));
        if (extended == 0 && opcode == 0x88) {
            return {{"close", (static_cast<unsigned char>(payload[0]) << 8) |
                                  static_cast<unsigned char>(payload[1])}};
        }
        return boost::json::parse(payload).as_object();
    }

    tcp::socket& socket() { return socket_; }

  private:
    tcp::socket socket_;
};

/// Two I/O threads, as a server has.
class HubTest : public testing::Test {
  protected:
    void SetUp() override {
        hub_ = std::make_unique<Hub>(
            std::vector<asio::any_io_executor>{contexts_[0].get_executor(),
                                               contexts_[1].get_executor()},
            queries_, HubLimits{.viewers_max = 50, .viewers_per_address_max = 40}, logger_,
            metrics_);
        for (asio::io_context& context : contexts_) {
            threads_.emplace_back([&context] { context.run(); });
        }
    }

    void TearDown() override {
        for (asio::io_context& context : contexts_) context.stop();
        for (std::thread& thread : threads_) thread.join();
    }

    Client join(std::size_t worker, int receive_buffer_bytes = 0) {
        tcp::acceptor acceptor(clients_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        tcp::socket client(clients_);
        client.open(tcp::v4());
        if (receive_buffer_bytes != 0) {
            client.set_option(asio::socket_base::receive_buffer_size(receive_buffer_bytes));
        }
        client.connect(acceptor.local_endpoint());
        tcp::socket server(contexts_[worker]);
        acceptor.accept(server);
        if (receive_buffer_bytes != 0) {
            server.set_option(asio::socket_base::send_buffer_size(receive_buffer_bytes));
        }
        auto permit = hub_->admit("192.0.2.1");
        EXPECT_NE(permit, nullptr);
        std::promise<void> joined;
        asio::post(contexts_[worker],
                   [&, server = std::move(server), permit = std::move(permit)]() mutable {
                       hub_->join({.socket = std::move(server), .leftover = ""}, worker, catalog_,
                                  id_of<domain::ShowtimeId>(1), std::move(permit));
                       joined.set_value();
                   });
        joined.get_future().wait();
        return Client(std::move(client));
    }

    void wait_for_viewers(std::size_t count) {
        for (int i = 0; i < 5000 && hub_->viewers() != count; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        EXPECT_EQ(hub_->viewers(), count);
    }

    void publish(const domain::SeatEvent& event) { hub_->publish({&event, 1}); }

    // Before the contexts, as in a server: what they destroy in the end still counts itself out.
    telemetry::Logger logger_{telemetry::LogLevel::error};
    telemetry::Metrics metrics_;
    asio::io_context clients_;
    std::array<asio::io_context, 2> contexts_;
    ScriptedQueries queries_;
    std::shared_ptr<const catalog::CatalogSnapshot> catalog_ = one_showtime();
    std::unique_ptr<Hub> hub_;
    std::vector<std::thread> threads_;
};

boost::json::object seat_of(const boost::json::object& snapshot, int seat) {
    return snapshot.at("seats").as_array().at(static_cast<std::size_t>(seat - 1)).as_object();
}

TEST_F(HubTest, SendsTheSnapshotFirstAndThenEveryChange) {
    queries_.states.seats = {{.seat_code = "A2",
                              .state = domain::SeatState::BOOKED,
                              .locked_by = id_of<domain::UserId>(8),
                              .version = 3}};
    Client first = join(0);
    Client second = join(1);
    for (Client* client : {&first, &second}) {
        const auto snapshot = client->next();
        EXPECT_EQ(snapshot.at("type"), "SYNC_SNAPSHOT");
        EXPECT_EQ(snapshot.at("seats").as_array().size(), std::size_t{kSeats});
        EXPECT_EQ(seat_of(snapshot, 2).at("state"), "BOOKED");
        EXPECT_EQ(seat_of(snapshot, 2).at("version"), 3);
        EXPECT_FALSE(seat_of(snapshot, 2).contains("lockedByUserId")) << "buyers are not told of";
    }
    publish(locked(1, 1));
    for (Client* client : {&first, &second}) {
        const auto event = client->next();
        EXPECT_EQ(event.at("type"), "SEAT_LOCKED");
        EXPECT_EQ(event.at("seatCode"), "A1");
        EXPECT_EQ(event.at("version"), 1);
        EXPECT_TRUE(event.contains("lockExpiresAt"));
    }
    EXPECT_EQ(queries_.loads, 1) << "a room is loaded once";
}

TEST_F(HubTest, LosesNothingThatHappensWhileTheRoomLoads) {
    queries_.held = true;
    Client client = join(0);
    while (queries_.loads == 0) std::this_thread::yield();
    publish(locked(5, 1));  // the store's answer, taken before, does not have it
    queries_.held = false;
    const auto snapshot = client.next();
    ASSERT_EQ(snapshot.at("type"), "SYNC_SNAPSHOT");
    EXPECT_EQ(seat_of(snapshot, 5).at("state"), "LOCKED");
    publish(locked(6, 1));
    EXPECT_EQ(client.next().at("seatCode"), "A6");
}

TEST_F(HubTest, AnOlderChangeDoesNotUndoANewerOne) {
    Client client = join(0);
    client.next();
    publish({.type = domain::SeatEventType::SEAT_BOOKED,
             .showtime_id = id_of<domain::ShowtimeId>(1),
             .seat_code = "A1",
             .version = 2});
    publish(locked(1, 1));
    EXPECT_EQ(client.next().at("type"), "SEAT_BOOKED");
    EXPECT_EQ(client.next().at("type"), "SEAT_LOCKED") << "it is sent; clients go by the version";
    Client late = join(1);
    EXPECT_EQ(seat_of(late.next(), 1).at("state"), "BOOKED");
}

TEST_F(HubTest, WaitsForAStoreThatIsDown) {
    queries_.failures = 1;
    Client client = join(0);
    EXPECT_EQ(client.next().at("type"), "SYNC_SNAPSHOT");
    EXPECT_EQ(queries_.loads, 2);
}

TEST_F(HubTest, ResyncsAViewerThatFallsBehind) {
    Client slow = join(0, 4096);
    EXPECT_EQ(slow.next().at("type"), "SYNC_SNAPSHOT");
    for (int version = 1; version <= 3000; ++version) publish(locked(1, version));
    Client quick = join(1);
    EXPECT_EQ(seat_of(quick.next(), 1).at("version"), 3000);
    // The slow one reads at last: a fresh snapshot stands for what it has missed.
    bool resynced = false;
    std::int64_t version = 0;
    int messages = 0;
    while (version < 3000) {
        const auto message = slow.next();
        ASSERT_FALSE(message.contains("end"));
        if (message.at("type") == "SYNC_SNAPSHOT") {
            resynced = true;
            version = seat_of(message, 1).at("version").to_number<std::int64_t>();
        } else {
            version = std::max(version, message.at("version").to_number<std::int64_t>());
        }
        ++messages;
    }
    EXPECT_TRUE(resynced);
    EXPECT_LT(messages, 3000);
}

TEST_F(HubTest, EveryViewerConvergesUnderAStorm) {
    std::vector<Client> clients;
    for (int i = 0; i < 20; ++i) clients.push_back(join(static_cast<std::size_t>(i % 2)));
    std::thread storm([this] {
        for (int version = 1; version <= 500; ++version) {
            publish(locked(1 + version % 7, version));
        }
        publish(locked(600, 1000));
    });
    std::vector<std::vector<std::int64_t>> maps;
    for (Client& client : clients) {
        std::vector<std::int64_t> versions(kSeats + 1, 0);
        while (versions[600] != 1000) {
            const auto message = client.next();
            ASSERT_FALSE(message.contains("end"));
            if (message.at("type") == "SYNC_SNAPSHOT") {
                for (int seat = 1; seat <= kSeats; ++seat) {
                    versions[seat] =
                        std::max(versions[seat],
                                 seat_of(message, seat).at("version").to_number<std::int64_t>());
                }
            } else {
                const int seat =
                    std::stoi(std::string(message.at("seatCode").as_string()).substr(1));
                versions[seat] =
                    std::max(versions[seat], message.at("version").to_number<std::int64_t>());
            }
        }
        maps.push_back(versions);
    }
    storm.join();
    for (const auto& map : maps) EXPECT_EQ(map, maps.front());
    for (int i = 0; i < 7; ++i) EXPECT_GE(maps.front()[1 + i], 494);
}

TEST_F(HubTest, KeepsItsLimitsAndGivesPlacesBack) {
    std::vector<std::shared_ptr<void>> places;
    for (int i = 0; i < 40; ++i) places.push_back(hub_->admit("192.0.2.1"));
    EXPECT_EQ(hub_->admit("192.0.2.1"), nullptr) << "per address";
    for (int i = 0; i < 10; ++i) places.push_back(hub_->admit("192.0.2.2"));
    EXPECT_EQ(hub_->admit("192.0.2.3"), nullptr) << "in all";
    for (const auto& place : places) EXPECT_NE(place, nullptr);
    places.clear();
    EXPECT_EQ(hub_->viewers(), 0u);
    EXPECT_NE(hub_->admit("192.0.2.1"), nullptr);
}

TEST_F(HubTest, ForgetsViewersThatLeave) {
    {
        Client one = join(0);
        Client two = join(1);
        one.next();
        two.next();
        EXPECT_EQ(hub_->viewers(), 2u);
    }
    publish(locked(1, 1));
    wait_for_viewers(0);
    Client again = join(0);
    again.next();
    EXPECT_EQ(queries_.loads, 2) << "the empty room was dropped";
}

TEST_F(HubTest, ClosesWith1001WhenItStops) {
    Client client = join(0);
    client.next();
    hub_->begin_stop();
    EXPECT_EQ(client.next().at("close"), 1001);
    EXPECT_EQ(hub_->admit("192.0.2.1"), nullptr);
    client.socket().close();
    wait_for_viewers(0);
}

}  // namespace
}  // namespace cinema::realtime
