#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "accounts/login.hpp"
#include "accounts/token.hpp"
#include "accounts/user_store.hpp"
#include "api/content_cache.hpp"
#include "api/export_slots.hpp"
#include "api/static_files.hpp"
#include "audit/audit_trail.hpp"
#include "booking/booking_engine.hpp"
#include "booking/booking_queries.hpp"
#include "catalog/catalog.hpp"
#include "engine/store.hpp"
#include "env/clock.hpp"
#include "env/time_zone.hpp"
#include "realtime/hub.hpp"
#include "reports/house_reports.hpp"
#include "telemetry/logger.hpp"
#include "telemetry/metrics.hpp"

namespace cinema::api {

/// What is told of the cinema as a whole.
struct Site {
    std::string name;
    bool demo_login = false;
    std::size_t seats_per_booking_max = 0;
    std::chrono::seconds lock_ttl{};
};

/// Everything that the endpoints use, behind its ports. Made by main; outlives the server.
struct App {
    booking::BookingEngine& bookings;
    booking::BookingQueries& queries;
    catalog::Catalog& catalog;
    accounts::UserStore& users;
    accounts::LoginService& login;
    const accounts::Tokens& tokens;
    audit::AuditTrail& audit;
    reports::HouseReports& reports;
    realtime::Hub& hub;
    const env::Clock& clock;
    telemetry::Logger& logger;
    telemetry::Metrics& metrics;
    const StaticFiles& files;
    const env::TimeZone& time_zone;  ///< whose days staff reckon by
    Site site;

    /// For /readyz.
    std::function<std::vector<engine::Missing>()> missing;
    std::unordered_set<std::string> allowed_origins;

    ContentCache cache;
    ExportSlots export_slots;
};

}  // namespace cinema::api
