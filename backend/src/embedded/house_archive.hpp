#pragma once

#include <filesystem>

#include "archive/house_archive.hpp"
#include "embedded/writer.hpp"

namespace cinema::embedded {

/// The HouseArchive port on SQLite: read() sees one moment, load() is one transaction.
class EmbeddedHouseArchive final : public archive::HouseArchive {
  public:
    EmbeddedHouseArchive(std::filesystem::path file, Writer& writer)
        : file_(std::move(file)), writer_(writer) {}

    domain::Result<void> read(const std::function<void(const archive::Record&)>& take) override;
    domain::Result<void> load(
        const std::function<domain::Result<std::optional<archive::Record>>()>& next) override;

  private:
    const std::filesystem::path file_;
    Writer& writer_;
};

}  // namespace cinema::embedded
