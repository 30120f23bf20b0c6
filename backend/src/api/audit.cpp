#include <fmt/format.h>

#include "api/csv.hpp"
#include "api/respond.hpp"
#include "api/views.hpp"

/// The audit log, as a list and as a spreadsheet. Access::admin is checked before these are called.
namespace cinema::api {

namespace {

using boost::asio::awaitable;
using http::Response;

constexpr std::size_t kAuditPageDefault = 50;
constexpr std::size_t kAuditPageMax = 200;
constexpr std::size_t kExportEntriesMax = 50'000;
/// Read at a time: others get their turn in between, and no read lasts long.
constexpr std::size_t kExportEntriesPerRead = 500;
constexpr int kExportRetrySeconds = 5;

audit::AuditFilter read_audit_filter(Query& query) {
    audit::AuditFilter filter;
    filter.event_type = query.one_of<domain::EventType>("event_type");
    filter.booking_id = query.id<domain::BookingId>("booking_id");
    filter.user_id = query.id<domain::UserId>("user_id");
    filter.from = query.time("date_from");
    filter.before = query.time("date_to", Query::Day::its_end);
    return filter;
}

template <class IdType>
std::string hex_or_empty(const std::optional<IdType>& id) {
    return id ? id->to_hex() : std::string();
}

void append_header(std::string& csv) {
    static constexpr std::string_view kColumns[] = {"createdAt", "eventType",  "bookingId",
                                                    "userId",    "showtimeId", "seats",
                                                    "payload",   "eventId",    "id"};
    append_csv_record(csv, kColumns);
}

void append_entry(std::string& csv, const domain::AuditLog& log) {
    const std::string created_at = domain::format_rfc3339(log.created_at);
    const std::string booking = hex_or_empty(log.booking_id);
    const std::string user = hex_or_empty(log.user_id);
    const std::string showtime = hex_or_empty(log.showtime_id);
    const std::string seats = fmt::format("{}", fmt::join(log.seats, " "));
    const std::string id = log.id.to_hex();
    const std::string_view cells[] = {created_at, log.event_type, booking,      user, showtime,
                                      seats,      log.payload,    log.event_id, id};
    append_csv_record(csv, cells);
}

}  // namespace

awaitable<Response> list_audit_logs(Context& context) {
    Query query(context.request.query);
    const auto filter = read_audit_filter(query);
    const auto page = query.page(kAuditPageDefault, kAuditPageMax);
    if (!query.good()) co_return context.problem(query.error());

    auto logs = co_await context.app.audit.search(filter, one_more(page));
    if (!logs) co_return context.problem(logs.error());
    const bool more = cut_to(page, *logs);
    std::vector<AuditLogView> views;
    for (const domain::AuditLog& log : *logs) views.push_back(view_of(log));
    co_return page_json(context, query, views, more);
}

awaitable<Response> export_audit_logs(Context& context) {
    Query query(context.request.query);
    const auto filter = read_audit_filter(query);
    const auto page = query.page(kExportEntriesMax, kExportEntriesMax);
    if (!query.good()) co_return context.problem(query.error());
    auto slot = context.app.export_slots.take();
    if (!slot) {
        const domain::Error busy{.code = domain::Errc::overloaded,
                                 .detail = "Other exports are running; try again shortly.",
                                 .retry_after_seconds = kExportRetrySeconds};
        co_return context.problem(busy);
    }

    std::string csv;
    append_header(csv);
    booking::PageRequest next{.limit = 0, .before = page.before};
    std::size_t left = page.limit;
    bool more = true;
    while (more && left > 0) {
        next.limit = std::min(left, kExportEntriesPerRead);
        auto logs = co_await context.app.audit.search(filter, one_more(next));
        if (!logs) co_return context.problem(logs.error());
        more = cut_to(next, *logs);
        for (const domain::AuditLog& log : *logs) append_entry(csv, log);
        left -= logs->size();
        if (!logs->empty()) next.before = logs->back().id.value;
    }

    Response response;
    auto content = std::make_shared<const http::Content>("text/csv; charset=utf-8; header=present",
                                                         std::move(csv), false, kNoStore);
    response.content = ExportSlots::keep(std::move(slot), std::move(content));
    const auto today = std::chrono::floor<std::chrono::days>(context.app.clock.now());
    response.add_header(
        "Content-Disposition",
        fmt::format("attachment; filename=\"audit-logs-{}.csv\"", domain::format_date(today)));
    if (more) {
        response.add_header("Link", query.next_link(context.request.path, next.before->to_hex()));
    }
    co_return response;
}

}  // namespace cinema::api
