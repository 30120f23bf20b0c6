#include "accounts/secret.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <set>
#include <thread>
#include <vector>

#include "accounts/password.hpp"

namespace cinema::accounts {

namespace {

class SecretFile : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(initialize_crypto());
        std::string name = (std::filesystem::temp_directory_path() / "cinema-test-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        file_ = folder_ / "jwt.secret";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(std::string_view content, mode_t mode) {
        std::ofstream(file_, std::ios::binary) << content;
        ASSERT_EQ(::chmod(file_.c_str(), mode), 0);
    }
    std::string problem() const {
        const auto secret = load_or_create_secret(file_);
        return secret ? "no problem" : secret.error();
    }
    std::size_t files_in_folder() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder_), {}));
    }

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

TEST_F(SecretFile, IsMadeOnceForItsOwnerOnly) {
    const auto made = load_or_create_secret(file_);
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(made->size(), 64u);
    EXPECT_EQ(made->find_first_not_of("0123456789abcdef"), std::string::npos);
    struct stat status {};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600u);
    EXPECT_EQ(status.st_nlink, 1u);
    EXPECT_EQ(files_in_folder(), 1u) << "no draft is left";

    EXPECT_EQ(load_or_create_secret(file_), *made);
    std::filesystem::remove(file_);
    EXPECT_NE(load_or_create_secret(file_), *made);
}

TEST_F(SecretFile, IsTheSameForAllWhoStartAtOnce) {
    for (int round = 0; round < 20; ++round) {
        std::filesystem::remove(file_);
        std::vector<std::string> secrets(8);
        std::vector<std::thread> threads;
        for (auto& secret : secrets) {
            threads.emplace_back([&] { secret = load_or_create_secret(file_).value_or("failed"); });
        }
        for (auto& thread : threads) thread.join();
        const std::set<std::string> distinct(secrets.begin(), secrets.end());
        ASSERT_EQ(distinct.size(), 1u);
        ASSERT_EQ(distinct.begin()->size(), 64u);
        ASSERT_EQ(files_in_folder(), 1u);
    }
}

TEST_F(SecretFile, MayBeWrittenByHand) {
    const std::string secret(40, 'k');
    write(secret + "\r\n", 0400);
    EXPECT_EQ(load_or_create_secret(file_), secret);
}

TEST_F(SecretFile, IsRefusedWhenOthersMayReadOrChangeIt) {
    for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0644u, 0610u, 0777u}) {
        write(std::string(40, 'k'), mode);
        EXPECT_NE(problem().find("other users of this machine"), std::string::npos) << problem();
        EXPECT_NE(problem().find("chmod 600 " + file_.string()), std::string::npos) << problem();
    }
}

TEST_F(SecretFile, IsRefusedWhenTooShortOrTooLong) {
    for (const std::size_t size : {0u, 31u, 4097u, 100'000u}) {
        write(std::string(size, 'k'), 0600);
        EXPECT_NE(problem().find("must hold 32 to 4096 bytes"), std::string::npos) << problem();
    }
    write(std::string(32, 'k'), 0600);
    EXPECT_EQ(problem(), "no problem");
    write(std::string(4096, 'k'), 0600);
    EXPECT_EQ(problem(), "no problem");
}

TEST_F(SecretFile, IsNoFolderPipeOrLink) {
    std::filesystem::create_directory(file_);
    EXPECT_NE(problem().find("is not a file"), std::string::npos) << problem();
    std::filesystem::remove(file_);
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
    EXPECT_NE(problem().find("is not a file"), std::string::npos) << problem();
    std::filesystem::remove(file_);
    std::ofstream(folder_ / "elsewhere") << std::string(40, 'k');
    ASSERT_EQ(::chmod((folder_ / "elsewhere").c_str(), 0600), 0);
    std::filesystem::create_symlink(folder_ / "elsewhere", file_);
    EXPECT_NE(problem().find("cannot be opened"), std::string::npos) << problem();
}

TEST_F(SecretFile, NeedsItsFolder) {
    file_ = folder_ / "absent" / "jwt.secret";
    EXPECT_NE(problem().find("cannot be made: No such file or directory"), std::string::npos)
        << problem();
}

}  // namespace

}  // namespace cinema::accounts
