#include "embedded/data_folder.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <set>

#include "embedded/cinema_fixture.hpp"

/// What was synced, while somebody wants to know. On the way to the system's own.
static std::atomic<std::set<std::filesystem::path>*> synced_paths{nullptr};

extern "C" int fsync(int descriptor) {
    if (auto* paths = synced_paths.load()) {
        paths->insert(std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", descriptor)));
    }
    return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

namespace cinema::embedded {
namespace {

unsigned mode_of(const std::filesystem::path& path) {
    struct stat info {};
    EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
    return info.st_mode & 0777;
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(DataFolder, IsMadePrivate) {
    EmbeddedCinema cinema;
    EXPECT_EQ(mode_of(cinema.database().parent_path()), 0700u);
    EXPECT_EQ(mode_of(cinema.database()), 0600u);
    EXPECT_EQ(mode_of(cinema.database().string() + "-wal"), 0600u);
    EXPECT_EQ(mode_of(cinema.database().string() + "-shm"), 0600u);
}

TEST(DataFolder, IsMadeWithItsParentsAndMayEndInASlash) {
    TemporaryFolder folder;
    const auto opened = DataFolder::open(folder.path() / "a" / "b/", DataFolder::Use::server);
    ASSERT_TRUE(opened) << opened.error().detail;
    EXPECT_EQ(mode_of(folder.path() / "a" / "b"), 0700u);
}

TEST(DataFolder, MadeIsThereAfterAPowerLoss) {
    TemporaryFolder folder;
    const auto root = std::filesystem::canonical(folder.path());
    std::filesystem::create_directory(root / "there");
    std::set<std::filesystem::path> synced;
    synced_paths = &synced;
    const auto opened = DataFolder::open(root / "there" / "a" / "b", DataFolder::Use::server);
    synced_paths = nullptr;
    ASSERT_TRUE(opened) << opened.error().detail;
    // The folders that have got a new one, and no others.
    EXPECT_EQ(synced, (std::set{root / "there", root / "there" / "a"}));
}

TEST(DataFolder, HasOneServer) {
    TemporaryFolder folder;
    {
        const auto first = DataFolder::open(folder.path(), DataFolder::Use::server);
        ASSERT_TRUE(first);
        const auto second = DataFolder::open(folder.path(), DataFolder::Use::server);
        ASSERT_FALSE(second);
        EXPECT_NE(second.error().detail.find("Another server"), std::string::npos);
        EXPECT_TRUE(DataFolder::open(folder.path(), DataFolder::Use::tool));
    }
    EXPECT_TRUE(DataFolder::open(folder.path(), DataFolder::Use::server));
}

TEST(DataFolder, ThatCannotBeMadeIsNamed) {
    const auto refused = DataFolder::open("/proc/no/such", DataFolder::Use::server);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("/proc/no"), std::string::npos);
}

TEST(DataFolder, AToolWorksBesideAServer) {
    EmbeddedCinema cinema;
    telemetry::Metrics metrics;
    telemetry::Logger logger(telemetry::LogLevel::off);
    auto tool = EmbeddedStore::open(
        {.data_dir = cinema.database().parent_path(), .use = DataFolder::Use::tool}, cinema.clock(),
        cinema.ids(), metrics, logger);
    ASSERT_TRUE(tool) << tool.error().detail;
    const auto made = wait_for((*tool)->users().put({.id = cinema.ids().next<domain::UserId>(),
                                                     .email = "tool@example.com",
                                                     .name = "T",
                                                     .role = domain::Role::ADMIN,
                                                     .password_hash = "",
                                                     .created_at = cinema.clock().now()}));
    ASSERT_TRUE(made);
    EXPECT_TRUE(cinema.hold({"A1"}));
    EXPECT_TRUE(*wait_for(cinema.store->users().find(made->id)));
    // The log is the server's to copy: only it knows whether the database file can be synced.
    const std::string before = bytes_of(cinema.database());
    (*tool)->stop();
    tool->reset();
    EXPECT_EQ(bytes_of(cinema.database()), before);
    EXPECT_TRUE(cinema.hold({"A2"}));
}

TEST(DataFolder, WhatWasSoldIsThereAfterARestart) {
    EmbeddedCinema cinema;
    const auto booking = cinema.hold({"A1"});
    ASSERT_TRUE(booking);
    cinema.reopen();
    EXPECT_FALSE(cinema.hold({"A1"}));
    EXPECT_TRUE(*wait_for(cinema.store->queries().find(booking->id)));
    EXPECT_EQ(cinema.store->migrated().from, cinema.store->migrated().to);
}

}  // namespace
}  // namespace cinema::embedded
