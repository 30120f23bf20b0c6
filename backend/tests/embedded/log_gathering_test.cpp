#include "embedded/log_gathering.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "embedded/cinema_fixture.hpp"
#include "embedded/faulty_vfs.hpp"

namespace cinema::embedded {
namespace {

const Sql kInsert{"INSERT INTO t (v) VALUES (?1)"};
const Sql kCount{"SELECT count(*), coalesce(sum(length(v)), 0) FROM t"};

std::pair<int, int> rows_and_bytes(Connection& connection) {
    Query query = connection.query(kCount);
    query.next();
    return {static_cast<int>(query.integer(0)), static_cast<int>(query.integer(1))};
}

class LogGatheringTest : public testing::Test {
  protected:
    LogGatheringTest() { writer_.script("CREATE TABLE t (v TEXT NOT NULL)"); }

    void insert(int rows, int bytes) {
        const std::string text(static_cast<std::size_t>(bytes), 'v');
        for (int i = 0; i < rows; ++i) writer_.execute(kInsert, text);
    }
    std::string log() const {
        std::ifstream in(file_.string() + "-wal", std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    TemporaryFolder folder_;
    std::filesystem::path file_ =
        DataFolder::open(folder_.path(), DataFolder::Use::tool)->database();
    Connection writer_{file_, ConnectionOptions{}};
};

TEST_F(LogGatheringTest, ACommitIsInTheFileWhenItReturns) {
    const auto before = log();
    writer_.script("BEGIN IMMEDIATE");
    insert(3, 100);
    EXPECT_EQ(log(), before);
    writer_.script("COMMIT");
    EXPECT_NE(log(), before);
    // Another program opens what is there: a copy of both files, as after a power cut.
    std::filesystem::create_directory(folder_.path() / "copy");
    const auto copy = folder_.path() / "copy" / "cinema.db";
    std::filesystem::copy_file(file_, copy);
    std::filesystem::copy_file(file_.string() + "-wal", copy.string() + "-wal");
    Connection other(copy, ConnectionOptions{});
    EXPECT_EQ(rows_and_bytes(other), std::pair(3, 300));
}

TEST_F(LogGatheringTest, ALargeTransactionReadsWhatItHasWrittenToTheLog) {
    Connection small(file_, ConnectionOptions{.cache_kib = 64});  // spills into the log
    const std::string text(1'000, 'x');
    small.script("BEGIN IMMEDIATE");
    for (int i = 0; i < 2'000; ++i) small.execute(kInsert, text);
    EXPECT_EQ(rows_and_bytes(small), std::pair(2'000, 2'000'000));
    EXPECT_EQ(rows_and_bytes(writer_), std::pair(0, 0));
    small.script("COMMIT");
    EXPECT_EQ(rows_and_bytes(writer_), std::pair(2'000, 2'000'000));
    small.script("BEGIN IMMEDIATE; DELETE FROM t WHERE rowid % 2 = 0; ROLLBACK");
    EXPECT_EQ(rows_and_bytes(small), std::pair(2'000, 2'000'000));
}

TEST_F(LogGatheringTest, EveryCommitIsOneWriteOfTheLogBelow) {
    FaultyVfs disk;
    const LogGathering layer;
    Connection counted(file_, ConnectionOptions{});
    counted.script("PRAGMA user_version=1");  // the log and its index exist
    const int before = disk.log_writes();
    counted.script("BEGIN IMMEDIATE");
    for (int i = 0; i < 50; ++i) counted.execute(kInsert, std::string_view("row"));
    counted.script("CREATE INDEX t_v ON t (v)");
    counted.script("COMMIT");
    EXPECT_EQ(disk.log_writes() - before, 1);
}

TEST_F(LogGatheringTest, AWriteThatFailsFailsTheCommitAndAllLaterOnes) {
    FaultyVfs disk;
    const LogGathering layer;
    Connection failing(file_, ConnectionOptions{});
    failing.script("PRAGMA user_version=1");
    disk.fail_write = true;
    EXPECT_THROW(failing.script("INSERT INTO t (v) VALUES ('lost')"), SqliteError);
    disk.fail_write = false;
    // The log may have a gap now: only a fresh look at it may go on.
    EXPECT_THROW(failing.script("INSERT INTO t (v) VALUES ('lost')"), SqliteError);
    Connection fresh(file_, ConnectionOptions{});
    fresh.script("INSERT INTO t (v) VALUES ('kept')");
    EXPECT_EQ(rows_and_bytes(fresh), std::pair(1, 4));
}

}  // namespace
}  // namespace cinema::embedded
