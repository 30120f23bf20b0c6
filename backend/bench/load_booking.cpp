// Books seats: every connection is another user who holds seats, pays and confirms, again and
// again. Closed loop for the rate; with --rate an open loop for the latency of the hold.
//
//   bench_load_booking --target 127.0.0.1:8080 --tokens FILE --showtimes FILE --seats FILE
//                      [--first 0] [--seats-per-booking 2] [--steps 3] [--connections 64]
//                      [--seconds 5] [--warmup 1] [--rate R] [--pid SERVER]
//
// The files have one token, showtime id or seat code per line. Booking number k takes the k/S-th
// group of seats of showtime k%S (S showtimes), starting with number --first, so that several runs
// can share one set of free seats: the result's "next" is the first number not used.
// --steps 1 only holds, 2 also pays, 3 also confirms. Prints one JSON object; an answer that is
// not the expected success is counted in "failures" and the first one shown on stderr.

#include "booking_requests.hpp"
#include "files.hpp"
#include "load_loop.hpp"
#include "response_reader.hpp"

namespace {

class BookingSession;

struct BookingShared {
    std::vector<std::string> showtimes;
    std::vector<std::string> seat_groups;  // as JSON: "A1","A2"
    std::uint64_t next_booking = 0;
    int steps = 3;
    bench::LatencyHistogram hold;
    bench::LatencyHistogram pay;
    bench::LatencyHistogram confirm;
    std::uint64_t unexpected = 0;
    const bench::LoadLoop<BookingSession>::Window* window = nullptr;

    std::uint64_t capacity() const { return showtimes.size() * seat_groups.size(); }
};

class BookingSession {
  public:
    BookingSession(const sockaddr_in& target, bench::BookingRequests requests,
                   BookingShared& shared)
        : shared_(shared), requests_(std::move(requests)), socket_(bench::connect_to(target)) {}

    int fd() const { return socket_.fd(); }

    bool begin(std::int64_t due_ns) {
        const std::uint64_t number = shared_.next_booking;
        if (number >= shared_.capacity()) return false;
        ++shared_.next_booking;
        step_ = 1;
        measured_ = shared_.window->holds(due_ns);
        const std::size_t showtimes = shared_.showtimes.size();
        send(requests_.lock(shared_.showtimes[number % showtimes],
                            shared_.seat_groups[number / showtimes]),
             due_ns);
        return true;
    }

    bench::Progress on_readable(std::int64_t now) {
        const bench::ReadState state = reader_.read(fd());
        if (state == bench::ReadState::Incomplete) return bench::Progress::InFlight;
        if (state == bench::ReadState::Broken) return bench::Progress::Failed;
        if (!accept_answer()) return bench::Progress::Done;
        if (measured_) histogram().record(now - due_ns_);
        if (step_ == shared_.steps) return bench::Progress::Done;
        ++step_;
        const std::string_view id(booking_.data(), booking_.size());
        send(requests_.step(id, step_ == 2 ? "pay" : "confirm"), now);
        return bench::Progress::InFlight;
    }

  private:
    // False, with the booking abandoned, when the answer is not the step's success.
    bool accept_answer() {
        if (step_ == 1) {
            const auto id = bench::id_member(reader_.body(), "\"bookingId\":\"");
            if (reader_.status() == 201 && id.size() == booking_.size()) {
                id.copy(booking_.data(), booking_.size());
                return true;
            }
        } else if (reader_.status() == 200) {
            return true;
        }
        if (shared_.unexpected++ == 0)
            std::fprintf(stderr, "step %d answered %d: %.*s\n", step_, reader_.status(),
                         static_cast<int>(reader_.body().size()), reader_.body().data());
        return false;
    }

    void send(std::string_view request, std::int64_t due_ns) {
        due_ns_ = due_ns;
        reader_.reset();
        // A socket without anything in flight takes a request of this size whole, or is broken;
        // a broken one shows when it is read.
        (void)!::send(fd(), request.data(), request.size(), MSG_NOSIGNAL);
    }

    bench::LatencyHistogram& histogram() {
        return step_ == 1 ? shared_.hold : step_ == 2 ? shared_.pay : shared_.confirm;
    }

    BookingShared& shared_;
    bench::BookingRequests requests_;
    bench::Handle socket_;
    bench::ResponseReader reader_;
    std::array<char, bench::kIdLength> booking_;
    std::int64_t due_ns_ = 0;
    int step_ = 0;
    bool measured_ = false;
};

std::vector<std::string> group_seats(const std::vector<std::string>& seats, std::size_t size) {
    std::vector<std::string> groups;
    for (std::size_t at = 0; at + size <= seats.size(); at += size) {
        std::string group;
        for (std::size_t i = at; i < at + size; ++i)
            group += (i == at ? "\"" : ",\"") + seats[i] + "\"";
        groups.push_back(std::move(group));
    }
    return groups;
}

}  // namespace

int main(int argc, char** argv) {
    const bench::Arguments arguments(
        argc, argv,
        {"--target", "--tokens", "--showtimes", "--seats", "--first", "--seats-per-booking",
         "--steps", "--connections", "--seconds", "--warmup", "--rate", "--pid"});
    const std::string host = arguments.text("--target");
    BookingShared shared;
    shared.showtimes = bench::read_lines(arguments.text("--showtimes"));
    for (const std::string& showtime : shared.showtimes)
        if (showtime.size() != bench::kIdLength) bench::fail("not an id: %s", showtime.c_str());
    shared.seat_groups =
        group_seats(bench::read_lines(arguments.text("--seats")),
                    static_cast<std::size_t>(arguments.count("--seats-per-booking", 2)));
    shared.next_booking = static_cast<std::uint64_t>(arguments.number("--first", 0));
    shared.steps = arguments.count("--steps", 3);
    const std::vector<std::string> tokens = bench::read_lines(arguments.text("--tokens"));

    bench::LoadOptions options;
    options.seconds = arguments.number("--seconds", 5);
    options.warmup_seconds = arguments.number("--warmup", 1);
    options.rate_per_second = arguments.number("--rate", 0);
    options.pid = arguments.count("--pid", 0);

    const sockaddr_in target = bench::parse_address(host);
    std::deque<BookingSession> sessions;
    for (int i = 0; i < arguments.count("--connections", 64); ++i)
        sessions.emplace_back(
            target,
            bench::BookingRequests(host, tokens[static_cast<std::size_t>(i) % tokens.size()]),
            shared);
    bench::LoadLoop<BookingSession> loop(sessions, options);
    shared.window = &loop.window();
    const bench::LoadResult result =
        loop.run([&](std::int64_t waited_ns) { shared.hold.record(waited_ns); });

    std::printf("{");
    shared.hold.print_json("hold_us");
    shared.pay.print_json("pay_us");
    shared.confirm.print_json("confirm_us");
    std::printf(
        "\"per_second\":%.1f,\"cpu_us\":%.3f,\"client_cpu_share\":%.3f,\"unstarted\":%llu,"
        "\"next\":%llu,\"failures\":%llu}\n",
        static_cast<double>(result.operations) / result.seconds, result.cpu_us_per_operation,
        result.client_cpu_share, static_cast<unsigned long long>(result.unstarted),
        static_cast<unsigned long long>(shared.next_booking),
        static_cast<unsigned long long>(result.failures + shared.unexpected));
}
