#pragma once

#include "embedded/readers.hpp"
#include "reports/house_reports.hpp"

namespace cinema::embedded {

/// The HouseReports port on SQLite, on the readers' threads.
class EmbeddedHouseReports final : public reports::HouseReports {
  public:
    explicit EmbeddedHouseReports(Readers& readers) : readers_(readers) {}

    booking::Awaitable<domain::Result<reports::HouseReport>> report(
        reports::HouseRequest request) override;

  private:
    Readers& readers_;
};

}  // namespace cinema::embedded
