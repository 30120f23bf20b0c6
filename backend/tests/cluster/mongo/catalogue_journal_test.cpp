#include "cluster/mongo/catalogue_journal.hpp"

#include "cluster/mongo/faulty_proxy.hpp"
#include "cluster/mongo/small_cinema.hpp"

// Imports that race, and importers that die or sleep between any two of their writes.
namespace cinema::cluster::mongo {
namespace {

struct Died {};

/// Writes of an import in the tests below, with two records in one: six of the records' preparing,
/// and the publishing.
constexpr int kWritesUntilPublished = 7;

/// host:port of the first server that the URI names.
std::string server_of(const std::string& uri) {
    std::string hosts = uri.substr(uri.find("://") + 3);
    hosts = hosts.substr(0, hosts.find_first_of("/?"));
    if (const auto at = hosts.rfind('@'); at != std::string::npos) hosts = hosts.substr(at + 1);
    return hosts.substr(0, hosts.find(','));
}

class CatalogueJournalTest : public MongoTest {
  protected:
    static constexpr std::size_t kFilms = 5;

    /// Five films and a showtime each.
    CatalogueJournalTest() {
        for (std::size_t i = 0; i < kFilms; ++i) {
            const auto one = small_change(ids, clock.now(), "0");
            const auto append = [](auto& to, const auto& from) {
                to.insert(to.end(), from.begin(), from.end());
            };
            append(first.movies, one.movies);
            append(first.seat_maps, one.seat_maps);
            append(first.auditoriums, one.auditoriums);
            append(first.showtimes, one.showtimes);
        }
        MongoCatalogue importer(mongo, ids, logger);
        if (!importer.apply(first, 0)) throw std::runtime_error("the first import failed");
    }

    /// All films with this title, all showtimes with a currency of the same name, and a new
    /// showtime: so half of an import shows.
    catalog::CatalogChange renaming(const std::string& mark) {
        catalog::CatalogChange change;
        change.movies = first.movies;
        for (auto& movie : change.movies) movie.title = mark;
        change.showtimes = first.showtimes;
        change.showtimes.push_back(first.showtimes[0]);
        change.showtimes.back().id = ids.next<domain::ShowtimeId>();
        for (auto& showtime : change.showtimes) showtime.currency = mark;
        return change;
    }

    /// Checks that the snapshot is of one import; answers with its mark.
    std::string mark_of(const MongoCatalogue& instance) {
        const auto snapshot = instance.snapshot();
        const std::string mark = snapshot->movies().at(0).title;
        EXPECT_EQ(snapshot->movies().size(), kFilms);
        for (const auto& movie : snapshot->movies()) EXPECT_EQ(movie.title, mark);
        // Each import after the first has added one, which the next ones leave as it is.
        EXPECT_EQ(snapshot->showtimes().size(),
                  kFilms + static_cast<std::size_t>(snapshot->revision() - 1));
        for (const auto& showtime : first.showtimes) {
            if (snapshot->revision() == 1) break;
            EXPECT_EQ(snapshot->showtime(showtime.id)->currency, mark);
        }
        return mark;
    }

    /// What an instance that starts now sees.
    std::string mark_seen_by_all() {
        MongoCatalogue starting(mongo, ids, logger);
        EXPECT_TRUE(starting.refresh());
        EXPECT_TRUE(reader.refresh());
        const std::string mark = mark_of(starting);
        EXPECT_EQ(mark_of(reader), mark);
        EXPECT_EQ(reader.snapshot()->revision(), starting.snapshot()->revision());
        return mark;
    }

    void expect_clean() {
        each("catalogue_imports", [](Fields&) { ADD_FAILURE() << "the journal is not empty"; });
        each("catalogue_state",
             [](Fields& state) { EXPECT_FALSE(state.has("unfinished_records")); });
    }

    std::unique_ptr<MongoCatalogue> importer(std::function<void()> before_write = {}) {
        auto made = std::make_unique<MongoCatalogue>(
            mongo, ids, logger,
            CatalogueJournalOptions{.batch_records = 2, .before_write = std::move(before_write)});
        EXPECT_TRUE(made->refresh());
        return made;
    }

    domain::Result<void> import(MongoCatalogue& through, const std::string& mark) {
        return through.apply(renaming(mark), through.snapshot()->revision());
    }

    catalog::CatalogChange first;
    MongoCatalogue reader{mongo, ids, logger};
};

TEST_F(CatalogueJournalTest, OfTwoImportsOnOneBaseOneIsMade) {
    constexpr int kRounds = 100;
    std::atomic<bool> done{false};
    std::atomic<int> loads{0};
    std::thread watcher([&] {
        MongoCatalogue watching(mongo, ids, logger);
        std::int64_t newest = 0;
        while (!done) {
            ASSERT_TRUE(watching.refresh());
            mark_of(watching);
            if (watching.snapshot()->revision() != newest) ++loads;
            EXPECT_GE(watching.snapshot()->revision(), newest);
            newest = watching.snapshot()->revision();
            // One that starts in the middle sees the same.
            MongoCatalogue starting(mongo, ids, logger);
            ASSERT_TRUE(starting.refresh());
            mark_of(starting);
        }
    });
    const auto left = importer();
    const auto right = importer();
    for (int round = 1; round <= kRounds; ++round) {
        ASSERT_TRUE(left->refresh());
        ASSERT_TRUE(right->refresh());
        const std::int64_t base = round;
        const std::string marks[] = {"L" + std::to_string(round), "R" + std::to_string(round)};
        domain::Result<void> made[2];
        at_once(2, [&](int i) { made[i] = (i ? right : left)->apply(renaming(marks[i]), base); });
        ASSERT_NE(made[0].has_value(), made[1].has_value()) << "round " << round;
        const int winner = made[0] ? 0 : 1;
        EXPECT_EQ(made[1 - winner].error().code, Errc::validation);
        ASSERT_TRUE(reader.refresh());
        EXPECT_EQ(reader.snapshot()->revision(), base + 1);
        EXPECT_EQ(mark_of(reader), marks[winner]);
    }
    done = true;
    watcher.join();
    EXPECT_GT(loads, 10);
    expect_clean();
}

TEST_F(CatalogueJournalTest, AReaderThatIsOvertakenStartsOver) {
    for (const std::string_view collection : kCatalogueCollections) {
        SCOPED_TRACE(collection);
        const std::string mark = "before " + std::string(collection);
        // Another instance imports while one that starts is about to read this collection.
        std::atomic<bool> armed{true};
        FaultyProxy proxy(server_of(test_uri()), [&](std::string_view request) {
            if (request.find(collection) == request.npos || !armed.exchange(false)) return;
            EXPECT_TRUE(import(*importer(), mark));
        });
        Mongo far(database.uri("", proxy.address()), 1, logger, metrics);
        MongoCatalogue starting(far, ids, logger);
        ASSERT_TRUE(starting.refresh());
        EXPECT_FALSE(armed);
        EXPECT_EQ(mark_of(starting), mark);
    }
}

TEST_F(CatalogueJournalTest, AnImporterMayDieBeforeAnyOfItsWrites) {
    int deaths_unseen = 0;
    int deaths_seen = 0;
    for (int writes_done = 0;; ++writes_done) {
        SCOPED_TRACE("after " + std::to_string(writes_done) + " writes");
        const std::string before = mark_seen_by_all();
        int left = writes_done;
        const auto dying = importer([&] {
            if (left-- == 0) throw Died{};
        });
        const std::string mark = "dead " + std::to_string(writes_done);
        bool died = false;
        try {
            EXPECT_TRUE(import(*dying, mark));
        } catch (const Died&) {
            died = true;
        }
        const std::string seen = mark_seen_by_all();
        EXPECT_TRUE(seen == before || seen == mark) << seen;
        (seen == mark ? deaths_seen : deaths_unseen) += died ? 1 : 0;
        if (writes_done % 2 == 0 || !died) {
            // The next import is not kept waiting, and leaves nothing behind.
            const auto next = importer();
            ASSERT_TRUE(import(*next, "next"));
            EXPECT_EQ(mark_seen_by_all(), "next");
            expect_clean();
        } else {
            // Nor is anything left to do when there is none: two refreshes finish it.
            EXPECT_EQ(mark_seen_by_all(), seen);
            each("catalogue_state",
                 [](Fields& state) { EXPECT_FALSE(state.has("unfinished_records")); });
        }
        if (!died) break;
    }
    EXPECT_GT(deaths_unseen, 3);  // before it was published
    EXPECT_GT(deaths_seen, 5);    // afterwards
}

TEST_F(CatalogueJournalTest, ASleepingImporterUndoesNothing) {
    for (int writes_done = 0;; ++writes_done) {
        SCOPED_TRACE("after " + std::to_string(writes_done) + " writes");
        const std::string late = "late " + std::to_string(writes_done);
        const std::string newer = "newer " + std::to_string(writes_done);
        int left = writes_done;
        bool slept = false;
        const auto sleeping = importer([&] {
            if (left-- != 0) return;
            slept = true;
            // Another instance imports in the meantime, upon what there is then.
            const auto other = importer();
            ASSERT_TRUE(import(*other, newer));
        });
        const auto made = import(*sleeping, late);
        if (!slept) {
            EXPECT_TRUE(made);
            break;
        }
        if (!made) {
            EXPECT_EQ(made.error().code, Errc::validation);
        }
        EXPECT_EQ(mark_seen_by_all(), newer);
        expect_clean();
    }
}

TEST_F(CatalogueJournalTest, AnImportIsFinishedByManyAtOnce) {
    for (int round = 0; round < 10; ++round) {
        int left = kWritesUntilPublished;
        const auto dying = importer([&] {
            if (left-- == 0) throw Died{};
        });
        const std::string mark = "round " + std::to_string(round);
        const auto base = dying->snapshot()->revision();
        EXPECT_THROW((void)dying->apply(renaming(mark), base), Died);
        std::vector<std::unique_ptr<MongoCatalogue>> instances;
        for (int i = 0; i < 4; ++i) instances.push_back(importer());
        EXPECT_EQ(mark_of(*instances[0]), mark);
        at_once(4, [&](int i) { EXPECT_TRUE(instances[static_cast<std::size_t>(i)]->refresh()); });
        EXPECT_EQ(mark_seen_by_all(), mark);
        expect_clean();
    }
}

TEST_F(CatalogueJournalTest, NothingIsPublishedUponAnUnfinishedImport) {
    CatalogueJournal journal(mongo, {});
    const auto records = records_of(renaming("first"), 2);
    const auto import = ids.object_id();
    ASSERT_TRUE(journal.prepare(import, 1, records));
    EXPECT_EQ(journal.publish(import, 7, records.size()), false);
    EXPECT_EQ(journal.publish(import, 1, records.size()), true);
    EXPECT_EQ(journal.publish(ids.object_id(), 2, 0), false);
    const auto state = journal.state();
    ASSERT_TRUE(state);
    EXPECT_EQ(state->import, import);
    ASSERT_TRUE(journal.finish(*state));
    ASSERT_TRUE(journal.finish(*state));  // again
    EXPECT_EQ(mark_seen_by_all(), "first");
    expect_clean();
    EXPECT_EQ(journal.publish(ids.object_id(), 2, 0), true);
}

TEST_F(CatalogueJournalTest, WithoutItsRecordsAnImportIsDamage) {
    int left = kWritesUntilPublished;
    const auto dying = importer([&] {
        if (left-- == 0) throw Died{};
    });
    EXPECT_THROW((void)import(*dying, "lost"), Died);
    CatalogueJournal journal(mongo, {});
    const auto state = journal.state();
    ASSERT_TRUE(state && state->unfinished_records);
    ASSERT_TRUE(journal.forget(state->import));
    EXPECT_THROW((void)journal.finish(*state), std::runtime_error);
}

TEST_F(CatalogueJournalTest, AnUnansweredImportIsThereAsAWhole) {
    FaultyProxy proxy(server_of(test_uri()));
    Mongo cut(database.uri("socketTimeoutMS=300&serverSelectionTimeoutMS=300", proxy.address()), 4,
              logger, metrics);
    // The 1st and the 3rd write of an import are never answered; the 5th is the publishing.
    for (const int lost : {1, 3, 5}) {
        SCOPED_TRACE(lost);
        int writes = 0;
        MongoCatalogue importing(cut, ids, logger,
                                 {.batch_records = 3, .before_write = [&] {
                                      if (++writes == lost) {
                                          proxy.set(FaultyProxy::Mode::swallow_answers);
                                      }
                                  }});
        ASSERT_TRUE(importing.refresh());
        const std::string before = mark_seen_by_all();
        const std::string mark = "unanswered " + std::to_string(lost);
        const auto made = import(importing, mark);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, Errc::unavailable);
        EXPECT_EQ(mark_seen_by_all(), lost == 5 ? mark : before);
        proxy.set(FaultyProxy::Mode::pass);
        while (!cut.healthy()) std::this_thread::sleep_for(milliseconds{20});
        ASSERT_TRUE(importing.refresh());
        EXPECT_EQ(mark_of(importing), lost == 5 ? mark : before);
        ASSERT_TRUE(import(importing, "again " + std::to_string(lost)));
        EXPECT_EQ(mark_seen_by_all(), "again " + std::to_string(lost));
        expect_clean();
    }
}

}  // namespace
}  // namespace cinema::cluster::mongo
