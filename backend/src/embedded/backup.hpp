#pragma once

#include <filesystem>
#include <functional>

#include "domain/error.hpp"

namespace cinema::embedded {

/// Told after each part of a backup: pages copied, and pages in all.
using BackupProgress = std::function<void(int done, int total)>;

/// Copies the database to a new file, as it was at one moment, also while a server writes to it
/// (SQLite's online backup inside one read transaction). The target appears complete and on disk,
/// mode 0600, or not at all. Blocks. Errors: validation (the target exists), unavailable.
domain::Result<void> backup(const std::filesystem::path& database,
                            const std::filesystem::path& target, const BackupProgress& progress);

}  // namespace cinema::embedded
