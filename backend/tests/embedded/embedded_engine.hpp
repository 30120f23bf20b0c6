#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "conformance/harness.hpp"
#include "embedded/store.hpp"

namespace cinema::embedded {

/// A folder of the test's own, removed at its end.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "cinema-test-XXXXXX";
        if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp failed");
        path_ = pattern;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// The embedded engine under a manual clock in a folder of its own.
class EmbeddedUnderTest : public conformance::EngineUnderTest {
  public:
    explicit EmbeddedUnderTest(EmbeddedOptions options = {}) : options_(std::move(options)) {
        options_.data_dir = folder.path() / "data";
        open();
    }

    engine::Store& ports() override { return *store; }
    events::Outbox& outbox() override { return store->outbox(); }
    conformance::ManualClock& clock() override { return clock_; }
    env::IdSource& ids() override { return ids_; }
    std::vector<domain::SeatEvent> seat_events() override {
        std::lock_guard lock(mutex_);
        return seat_events_;
    }

    /// Stops and opens the same folder again.
    void reopen() {
        store.reset();
        open();
    }
    std::filesystem::path database() const { return options_.data_dir / "cinema.db"; }

    TemporaryFolder folder;
    telemetry::Metrics metrics;
    telemetry::Logger logger{telemetry::LogLevel::error};
    std::unique_ptr<EmbeddedStore> store;

  private:
    void open() {
        auto opened = EmbeddedStore::open(options_, clock_, ids_, metrics, logger);
        if (!opened) throw std::runtime_error(opened.error().detail);
        store = std::move(*opened);
        store->set_seat_feed([this](std::span<const domain::SeatEvent> events) {
            std::lock_guard lock(mutex_);
            seat_events_.insert(seat_events_.end(), events.begin(), events.end());
        });
    }

    EmbeddedOptions options_;
    conformance::ManualClock clock_;
    env::SystemIds ids_{clock_};
    std::mutex mutex_;
    std::vector<domain::SeatEvent> seat_events_;
};

}  // namespace cinema::embedded
