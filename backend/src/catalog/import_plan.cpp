#include "catalog/import_plan.hpp"

#include <utility>

#include "catalog/record_planner.hpp"
#include "catalog/showtime_planner.hpp"

namespace cinema::catalog {

namespace {

CatalogChange plan_change(const CatalogueFile& file, const CatalogSnapshot& current,
                          env::IdSource& ids, domain::UtcTime now, FileErrors& errors) {
    CatalogChange change;
    const ImportContext context{file, current, ids, now, errors, change};
    RecordPlanner records(context);
    records.plan_movies();
    records.plan_auditoriums();
    ShowtimePlanner showtimes(context, records);
    showtimes.plan_written_out();
    showtimes.plan_schedule();
    return change;
}

}  // namespace

std::expected<CatalogChange, std::vector<FileError>> plan_import(const CatalogueFile& file,
                                                                 const CatalogSnapshot& current,
                                                                 env::IdSource& ids,
                                                                 domain::UtcTime now) {
    FileErrors errors;
    CatalogChange change = plan_change(file, current, ids, now, errors);
    if (!errors.empty()) return std::unexpected(errors.take());
    return change;
}

std::expected<CatalogChange, std::vector<FileError>> import_catalogue(
    std::string_view text, const CatalogSnapshot& current, env::IdSource& ids,
    domain::UtcTime now) {
    FileErrors errors;
    const auto file = read_catalogue(text, errors);
    CatalogChange change;
    if (file) change = plan_change(*file, current, ids, now, errors);
    if (!errors.empty()) return std::unexpected(errors.take());
    return change;
}

}  // namespace cinema::catalog
