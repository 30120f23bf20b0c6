#include "api/static_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace cinema::api {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
  protected:
    void SetUp() override {
        root_ =
            fs::path(testing::TempDir()) /
            ("web-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        fs::remove_all(root_);
        put("index.html", "<h1>app</h1>");
        put("_nuxt/a1b2.js", "alert(1)");
        put("_nuxt/a1b2.js.br", "BR");
        put("_nuxt/a1b2.js.gz", "GZ");
        put("favicon.ico", "icon");
    }
    void TearDown() override { fs::remove_all(root_); }

    void put(const std::string& name, const std::string& bytes) {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream(root_ / name) << bytes;
    }

    fs::path root_;
};

TEST_F(StaticFilesTest, ServesFilesAndTheAppsRoutes) {
    const StaticFiles files(root_);
    EXPECT_EQ(files.find("/", "")->bytes(), "<h1>app</h1>");
    EXPECT_EQ(files.find("/seats/123", "")->bytes(), "<h1>app</h1>");
    EXPECT_EQ(files.find("/favicon.ico", "")->bytes(), "icon");
    EXPECT_EQ(files.find("/missing.js", ""), nullptr);
    EXPECT_NE(files.find("/", "")->head().find("Content-Security-Policy"), std::string::npos);
}

TEST_F(StaticFilesTest, ChoosesTheBestEncodingTheClientTakes) {
    const StaticFiles files(root_);
    EXPECT_EQ(files.find("/_nuxt/a1b2.js", "gzip, br")->bytes(), "BR");
    EXPECT_EQ(files.find("/_nuxt/a1b2.js", "gzip")->bytes(), "GZ");
    EXPECT_EQ(files.find("/_nuxt/a1b2.js", "br;q=0, gzip;q=0.5")->bytes(), "GZ");
    EXPECT_EQ(files.find("/_nuxt/a1b2.js", "identity")->bytes(), "alert(1)");
    EXPECT_NE(files.find("/_nuxt/a1b2.js", "br")->head().find("immutable"), std::string::npos);
    EXPECT_EQ(files.find("/", "br")->head().find("immutable"), std::string::npos);
}

TEST_F(StaticFilesTest, HasNoPathToTraverse) {
    const StaticFiles files(root_);
    for (const char* path : {"/../etc/passwd", "/%2e%2e/etc/passwd", "/_nuxt/../../x.js",
                             "/..%2f..%2fx", "/index.html/..", "//etc/passwd.txt"}) {
        EXPECT_EQ(files.find(path, ""), nullptr) << path;
    }
}

TEST_F(StaticFilesTest, DoesNotFollowLinksOutOfItsFolder) {
    const fs::path secret = fs::path(testing::TempDir()) / "secret.txt";
    std::ofstream(secret) << "secret";
    fs::create_symlink(secret, root_ / "link.txt");
    fs::create_symlink(root_ / "favicon.ico", root_ / "icon.ico");
    const StaticFiles files(root_);
    for (const char* path : {"/link.txt", "/../secret.txt", "/secret.txt"}) {
        EXPECT_EQ(files.find(path, ""), nullptr) << path;
    }
    EXPECT_EQ(files.find("/icon.ico", "")->bytes(), "icon");
    fs::remove(secret);
}

TEST_F(StaticFilesTest, RefusesAFolderThatIsNoApp) {
    fs::remove(root_ / "index.html");
    EXPECT_THROW(StaticFiles files(root_), std::runtime_error);
    EXPECT_THROW(StaticFiles files(root_ / "absent"), std::runtime_error);
}

TEST(StaticFiles, HasAStartPageOfItsOwn) {
    const StaticFiles files{{}};
    ASSERT_NE(files.find("/", ""), nullptr);
    EXPECT_NE(files.find("/", "")->bytes().find("box office"), std::string::npos);
    EXPECT_EQ(files.find("/anything", ""), nullptr);
}

}  // namespace
}  // namespace cinema::api
