#pragma once

#include <filesystem>

#include "domain/error.hpp"

namespace cinema::embedded {

/// The folder that holds everything the embedded engine keeps: made with mode 0700, the database
/// file in it with mode 0600. With the lock, no second server can use it; tools that work beside
/// a server (import, backup, …) do without.
class DataFolder {
  public:
    enum class Use { server, tool };

    /// Errors (unavailable, with a sentence for the operator): the folder cannot be made or
    /// written, or another server has it.
    static domain::Result<DataFolder> open(const std::filesystem::path& path, Use use);

    DataFolder(DataFolder&& other) noexcept;
    DataFolder& operator=(DataFolder&&) = delete;
    ~DataFolder();

    std::filesystem::path database() const { return folder_ / "cinema.db"; }

  private:
    DataFolder(std::filesystem::path folder, int lock_descriptor)
        : folder_(std::move(folder)), lock_descriptor_(lock_descriptor) {}

    std::filesystem::path folder_;
    int lock_descriptor_;  ///< -1 without the lock
};

}  // namespace cinema::embedded
