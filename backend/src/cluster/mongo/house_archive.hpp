#pragma once

#include "archive/house_archive.hpp"
#include "cluster/mongo/client.hpp"

namespace cinema::cluster::mongo {

/// The HouseArchive port on MongoDB, with no server of the cluster running: there is no moment
/// that all collections could be read at. load() writes in batches.
class MongoHouseArchive final : public archive::HouseArchive {
  public:
    explicit MongoHouseArchive(Mongo& mongo)
        : mongo_(mongo),
          read_(mongo.operation("archive.read")),
          load_(mongo.operation("archive.load")) {}

    Result<void> read(const std::function<void(const archive::Record&)>& take) override;
    Result<void> load(const std::function<Result<std::optional<archive::Record>>()>& next) override;

  private:
    Result<void> each(std::string_view collection, const std::function<void(Fields)>& use);
    Result<void> check_empty();

    Mongo& mongo_;
    const Operation read_;
    const Operation load_;
};

}  // namespace cinema::cluster::mongo
