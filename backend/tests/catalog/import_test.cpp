#include "catalog/import.hpp"

#include "catalogue_fixture.hpp"

namespace cinema::catalog {
namespace {

using namespace testing;

class StoppedClock final : public env::Clock {
  public:
    domain::UtcTime now() const override { return kNow; }
};

/// A catalogue in memory, into which others import while one looks away.
class ContestedCatalog final : public Catalog {
  public:
    std::shared_ptr<const CatalogSnapshot> snapshot() const override { return shown_; }
    domain::Result<void> apply(const CatalogChange& change, std::int64_t base_revision) override {
        ++attempts;
        if (disk_full) return domain::fail(domain::Errc::unavailable, "the disk is full");
        if (overtaken_times > 0) {
            --overtaken_times;
            ++revision_;
        }
        if (base_revision != revision_) {
            return domain::fail(domain::Errc::validation, "another import came in between");
        }
        show(change);
        ++revision_;
        return {};
    }
    domain::Result<void> refresh() override {
        show({});  // the other import changed something else
        return {};
    }

    int attempts = 0;
    int overtaken_times = 0;
    bool disk_full = false;

  private:
    void show(const CatalogChange& change) {
        shown_ = std::make_shared<CatalogSnapshot>(after(*shown_, change));
    }

    std::int64_t revision_ = 0;
    std::shared_ptr<const CatalogSnapshot> shown_ =
        std::make_shared<CatalogSnapshot>(CatalogSnapshot::Parts{});
};

class ImportTextTest : public ::testing::Test {
  protected:
    auto run(std::string_view text) { return import_text(text, catalog, ids, clock); }

    ContestedCatalog catalog;
    CountingIds ids;
    StoppedClock clock;
};

TEST_F(ImportTextTest, AppliesTheFileAndTellsWhatChanged) {
    const auto change = run(kExample);
    ASSERT_TRUE(change);
    EXPECT_EQ(change->movies.size(), 2u);
    EXPECT_EQ(catalog.snapshot()->movies().size(), 2u);
    const auto again = run(kExample);
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->empty());
    EXPECT_EQ(catalog.attempts, 1) << "nothing is written when nothing changes";
}

TEST_F(ImportTextTest, StartsAfreshWhenOvertaken) {
    catalog.overtaken_times = 2;
    EXPECT_TRUE(run(kExample));
    EXPECT_EQ(catalog.attempts, 3);
}

TEST_F(ImportTextTest, GivesUpWhenOvertakenAgainAndAgain) {
    catalog.overtaken_times = 100;
    const auto change = run(kExample);
    ASSERT_FALSE(change);
    EXPECT_EQ(std::get<domain::Error>(change.error()).code, domain::Errc::validation);
    EXPECT_EQ(catalog.attempts, 3);
}

TEST_F(ImportTextTest, DoesNotTryAgainWhenTheDiskIsAtFault) {
    catalog.disk_full = true;
    const auto change = run(kExample);
    ASSERT_FALSE(change);
    EXPECT_EQ(std::get<domain::Error>(change.error()).code, domain::Errc::unavailable);
    EXPECT_EQ(catalog.attempts, 1);
}

TEST_F(ImportTextTest, NamesTheFilesMistakes) {
    const auto change = run("{}");
    ASSERT_FALSE(change);
    EXPECT_FALSE(std::get<std::vector<FileError>>(change.error()).empty());
    EXPECT_EQ(catalog.attempts, 0);
}

}  // namespace
}  // namespace cinema::catalog
