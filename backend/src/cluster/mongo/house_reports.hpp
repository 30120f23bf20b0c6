#pragma once

#include "cluster/mongo/client.hpp"
#include "reports/house_reports.hpp"

namespace cinema::cluster::mongo {

/// The HouseReports port on MongoDB: four aggregations in the database, four round trips. Each
/// figure is of one moment, and the moments follow each other within milliseconds: what is booked
/// just then may be counted as a hold and as a sale, or as neither, until the next report.
class MongoHouseReports final : public reports::HouseReports {
  public:
    explicit MongoHouseReports(Mongo& mongo);

    booking::Awaitable<Result<reports::HouseReport>> report(reports::HouseRequest request) override;

  private:
    Result<reports::HouseReport> report_now(const reports::HouseRequest& request);
    Result<void> read_sales(const std::vector<domain::UtcTime>& days, reports::HouseReport& report);
    Result<void> read_refunds(domain::UtcTime from, domain::UtcTime before,
                              reports::HouseReport& report);
    Result<void> read_holds(domain::UtcTime now, reports::HouseReport& report);
    Result<void> read_occupancy(const reports::HouseRequest& request, reports::HouseReport& report);

    Mongo& mongo_;
    const Operation sales_, refunds_, holds_, occupancy_;
};

}  // namespace cinema::cluster::mongo
