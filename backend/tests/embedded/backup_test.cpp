#include "embedded/backup.hpp"

#include <sys/stat.h>

#include <fstream>

#include "embedded/cinema_fixture.hpp"

namespace cinema::embedded {
namespace {

using domain::Errc;

std::int64_t number_in(const std::filesystem::path& file, const std::string& sql) {
    Connection connection(file, ConnectionOptions{});
    Statement statement = connection.prepare(sql);
    Query query = statement.run();
    return query.next() ? query.integer(0) : -1;
}

std::size_t files_in(const std::filesystem::path& folder) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
    return count;
}

TEST(Backup, IsWholeAndConsistentWhileTheServerWrites) {
    EmbeddedCinema cinema;
    // Enough pages for several steps.
    Connection filler(cinema.database(), ConnectionOptions{});
    filler.script(
        "CREATE TABLE ballast AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
        "SELECT i + 1 FROM n WHERE i < 5000) SELECT i, zeroblob(2000) AS b FROM n");
    std::atomic<bool> done{false};
    std::atomic<int> held{0};
    std::thread customer([&] {
        while (!done) {
            const auto booking = cinema.hold({"A1", "A2"});
            ASSERT_TRUE(booking);
            ++held;
            ASSERT_TRUE(wait_for(cinema.store->bookings().cancel(booking->id, cinema.user)));
        }
    });
    const auto target = cinema.folder.path() / "copy.db";
    int steps = 0;
    int last_done = 0;
    int last_total = 0;
    const auto made = backup(cinema.database(), target, [&](int pages, int total) {
        ++steps;
        last_done = pages;
        last_total = total;
        const int before = held;
        while (held < before + 2) std::this_thread::yield();  // writing goes on at each step
    });
    done = true;
    customer.join();
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_GT(steps, 2);
    EXPECT_EQ(last_done, last_total);
    EXPECT_EQ(number_in(target,
                        "SELECT count(*) FROM pragma_integrity_check "
                        "WHERE integrity_check = 'ok'"),
              1);
    EXPECT_EQ(number_in(target, "SELECT count(*) FROM bookings") -
                  number_in(target,
                            "SELECT count(*) FROM outbox "
                            "WHERE event_type = 'BookingLocked'"),
              0);
    EXPECT_EQ(number_in(target, "SELECT count(*) FROM ballast"), 5'000);
    struct stat info {};
    ASSERT_EQ(::stat(target.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST(Backup, ServesAsADatabase) {
    EmbeddedCinema cinema;
    const auto booking = cinema.hold({"A1"});
    ASSERT_TRUE(booking);
    const auto folder = cinema.folder.path() / "restored";
    std::filesystem::create_directory(folder);
    ASSERT_TRUE(backup(cinema.database(), folder / "cinema.db", {}));
    telemetry::Metrics metrics;
    telemetry::Logger logger(telemetry::LogLevel::off);
    const auto restored =
        EmbeddedStore::open({.data_dir = folder}, cinema.clock(), cinema.ids(), metrics, logger);
    ASSERT_TRUE(restored) << restored.error().detail;
    EXPECT_TRUE(*wait_for((*restored)->queries().find(booking->id)));
}

TEST(Backup, NeverReplacesAFile) {
    EmbeddedCinema cinema;
    const auto target = cinema.folder.path() / "copy.db";
    std::ofstream(target) << "precious";
    const auto refused = backup(cinema.database(), target, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::validation);
    EXPECT_EQ(std::filesystem::file_size(target), 8u);
}

TEST(Backup, LeavesNothingBehindWhenItFails) {
    EmbeddedCinema cinema;
    EXPECT_FALSE(backup(cinema.database(), cinema.folder.path() / "no" / "such" / "copy.db", {}));
    const auto before = files_in(cinema.folder.path());
    EXPECT_FALSE(backup(cinema.folder.path() / "absent.db", cinema.folder.path() / "copy.db", {}));
    EXPECT_EQ(files_in(cinema.folder.path()), before);
    EXPECT_TRUE(backup(cinema.database(), cinema.folder.path() / "copy.db", {}));
    EXPECT_EQ(files_in(cinema.folder.path()), before + 1);
}

}  // namespace
}  // namespace cinema::embedded
