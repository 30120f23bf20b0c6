#include "embedded/page_cache.hpp"

#include <gtest/gtest.h>

#include "embedded/cinema_fixture.hpp"

namespace cinema::embedded {
namespace {

constexpr int kPageBytes = 4'096;
constexpr unsigned kLockBytePage = 0x4000'0000 / kPageBytes + 1;

TEST(HighestPage, TellsWhetherThereIsSomethingToDrop) {
    HighestPage highest(kPageBytes);
    EXPECT_FALSE(highest.reaches(1));
    highest.add(7);
    highest.add(3);
    EXPECT_TRUE(highest.reaches(7));
    EXPECT_FALSE(highest.reaches(8));
}

TEST(HighestPage, DoesNotTakeThePassageOverTheLockBytePageForItsPlace) {
    HighestPage highest(kPageBytes);
    highest.add(7);
    highest.add(kLockBytePage);
    EXPECT_FALSE(highest.reaches(8));
    highest.add(kLockBytePage + 1);
    EXPECT_TRUE(highest.reaches(8));
}

TEST(HighestPage, FallsWhenPagesAreDropped) {
    HighestPage highest(kPageBytes);
    highest.add(9);
    highest.truncate(5);
    EXPECT_FALSE(highest.reaches(5));
    EXPECT_TRUE(highest.reaches(4));
    highest.truncate(0);
    EXPECT_FALSE(highest.reaches(1));
}

const Sql kGrow{
    "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
    "INSERT INTO t (k, v) SELECT (i * 7919) % 100003, ?1 FROM n"};
const Sql kSum{"SELECT count(*), coalesce(sum(length(v)), 0) FROM t"};
const Sql kCheck{"PRAGMA integrity_check"};

std::pair<int, int> rows_and_bytes(Connection& connection) {
    Query query = connection.query(kSum);
    query.next();
    return {static_cast<int>(query.integer(0)), static_cast<int>(query.integer(1))};
}

TEST(PageCache, ShowsWhatAnotherConnectionWroteAndForgetsWhatWasUndone) {
    const TemporaryFolder folder;
    const auto file = DataFolder::open(folder.path(), DataFolder::Use::tool)->database();
    Connection ours(file, ConnectionOptions{});
    Connection theirs(file, ConnectionOptions{});
    ours.script("CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT NOT NULL)");

    ours.script("BEGIN IMMEDIATE");
    const std::string undone(300, 'a');
    ours.execute(kGrow, undone);
    ours.roll_back();
    EXPECT_EQ(rows_and_bytes(ours), std::pair(0, 0));

    const std::string kept(200, 'b');
    theirs.execute(kGrow, kept);
    EXPECT_EQ(rows_and_bytes(ours), std::pair(2000, 400'000));
    ours.script("DELETE FROM t WHERE k % 2 = 0; VACUUM");
    ours.script("UPDATE t SET v = v || 'x'");
    EXPECT_EQ(rows_and_bytes(theirs), rows_and_bytes(ours));
    Query check = theirs.query(kCheck);
    ASSERT_TRUE(check.next());
    EXPECT_EQ(check.text(0), "ok");
}

}  // namespace
}  // namespace cinema::embedded
